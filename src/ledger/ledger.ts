/** What has been sent, kept across restarts: runs, their batches and days, daily admissions, and who is at work. */
import type { LocalDate } from '../types/local-date.ts';

/** Texts by name. */
export type TextRecord = Readonly<Record<string, string>>;

/** What is known of a run when it starts. There is no token in it. */
export interface RunFacts {
  readonly command: 'run' | 'backfill';
  /** Tracking URL of the target. */
  readonly url: string;
  readonly site: number;
  /** IANA name. */
  readonly timezone: string;
  /** First day of the window; null when there is no window. */
  readonly from: LocalDate | null;
  /** Last day of the window, included; null when there is no window. */
  readonly to: LocalDate | null;
  readonly seed: string;
  /** Digest of the settings, hexadecimal. */
  readonly digest: string;
  /** `1/1` for the whole traffic. */
  readonly shard: string;
  /** Hits a request. */
  readonly batchSize: number;
  /** Null when the run has no end of its own. */
  readonly plannedVisits: number | null;
  /** Settings as environment variables hold them, secrets masked; empty for a run of a version that did not keep them. */
  readonly settings: TextRecord;
  /** What else shapes the traffic, such as the contents of files: a digest by name. */
  readonly contents: TextRecord;
  /** As it was given, without secrets; null where it is not known. */
  readonly commandLine: string | null;
  readonly startedMs: number;
  readonly pid: number;
  readonly hostname: string;
}

export const RUN_OUTCOMES = ['done', 'stopped', 'failed', 'stalled'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

export interface RunEnd {
  readonly endedMs: number;
  readonly outcome: RunOutcome;
  readonly trafficDigest: string | null;
}

/** A run as the ledger has it; one without an end is under way, or its process is dead. */
export interface RunRow extends RunFacts {
  /** From 1, never given twice. */
  readonly id: number;
  /** When it was last reopened, and how often; `pid` and `hostname` are those of the last process. */
  readonly resumedMs: number | null;
  readonly resumes: number;
  readonly endedMs: number | null;
  readonly outcome: RunOutcome | null;
  readonly trafficDigest: string | null;
  /** Of a shard of a run that workers share: the number of the whole. */
  readonly sharedRun?: number;
}

/** The number by which users know the run: all shards that workers share are one run to them. */
export function shownNumber({ id, sharedRun }: Pick<RunRow, 'id' | 'sharedRun'>): number {
  return sharedRun ?? id;
}

/** The process that continues a run. */
export interface Reopening {
  readonly resumedMs: number;
  readonly pid: number;
  readonly hostname: string;
}

export interface RunFilter {
  readonly url?: string;
  readonly site?: number;
  readonly command?: RunFacts['command'];
  readonly limit?: number;
}

/** A part of a target's traffic over some days, both ends included. */
export interface Window {
  readonly url: string;
  readonly site: number;
  readonly shard: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** What a target's site last said of itself. */
export interface KeptSite {
  /** IANA name, or what Matomo calls the timezone. */
  readonly timezone: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly askedMs: number;
}

/** What became of a batch. Batches are named by their place in the run's order, from 0. */
export interface SettledBatch {
  readonly batch: number;
  /** Null: every hit was accepted; else what `encodeOutcomes` made. */
  readonly outcomes: string | null;
}

/**
 * `deferred`: nothing of it is in flight; the hits that its outcomes call failed or skipped are still to be sent. A batch
 * in flight has outcomes where it was deferred before: what is in flight are those hits.
 */
export interface BatchRow extends SettledBatch {
  readonly state: 'in-flight' | 'settled' | 'deferred';
  readonly begunMs: number;
}

/** Visits that live runs have let through on one local day. */
export interface AdmissionKey {
  readonly url: string;
  readonly site: number;
  readonly date: LocalDate;
  readonly shard: string;
}
export interface Admission extends AdmissionKey {
  readonly count: number;
}

/** A process that has a lock; `pid`, `hostname` and `sinceMs` tell it from every other. */
export interface Holder {
  readonly pid: number;
  readonly hostname: string;
  readonly command: string;
  readonly sinceMs: number;
  /** When it last showed that it is alive. */
  readonly seenMs: number;
  /** Of a claim to a shard that workers share: a lock never goes back to an earlier one. */
  readonly epoch?: number;
}

/** One step of a run: all of it is kept or nothing. */
export interface Commit {
  readonly atMs: number;
  /** In flight from now on; to be committed before anything of them is sent. */
  readonly begun?: readonly number[];
  readonly settled?: readonly SettledBatch[];
  /** Settled in part. */
  readonly deferred?: readonly SettledBatch[];
  /** No longer in flight, and nothing of them was sent: as if they had not begun, or not begun again. */
  readonly unsent?: readonly number[];
  readonly admitted?: readonly Admission[];
  /** Takes the place of what was saved for the day. */
  readonly day?: DayRow | undefined;
  /** The commit is refused unless the holder still has the lock, and shows that the holder is alive. */
  readonly lock?: { readonly name: string; readonly holder: Holder };
}

/** What a day was in the plan, told by numbers: they stand for it where it need not be planned again. */
export interface DayExtent {
  /** Its batches have the numbers from this one on. */
  readonly firstBatch: number;
  readonly batches: number;
  readonly visits: number;
  /** Digest of the day's traffic, hexadecimal. */
  readonly digest: string;
}

export interface DayRow {
  readonly date: LocalDate;
  /** JSON. */
  readonly counts: unknown;
  /** Null unless every batch of the day is settled: then nothing of it is to be sent, asked for or planned again. */
  readonly settled: DayExtent | null;
}

/** Numbers of batches, both ends included. */
export interface BatchRange {
  readonly from: number;
  readonly to: number;
}

export const EVERY_BATCH: BatchRange = { from: 0, to: Number.MAX_SAFE_INTEGER };

/**
 * What any method did is on the disk when its promise resolves. Calls are carried out one after another, in the order in
 * which they are made. Every method may reject with a `UserError`: `ledger-not-writable`, `ledger-full`,
 * `ledger-corrupt`, `ledger-busy`; nothing of the call is kept then. An id or a batch that makes no sense is an `Error`.
 */
export interface Ledger {
  startRun(facts: RunFacts): Promise<RunRow>;
  endRun(id: number, end: RunEnd): Promise<RunRow>;
  /** For a resume: the run has no end any more. */
  reopenRun(id: number, by: Reopening): Promise<RunRow>;
  run(id: number): Promise<RunRow | undefined>;
  /** Newest first. */
  runs(filter?: RunFilter): Promise<RunRow[]>;
  /**
   * Backfills of the same target and site, whatever came of them, that share a day with the window and may share
   * visits with the shard; newest first.
   */
  overlapping(window: Window): Promise<RunRow[]>;
  /** Removes the runs that ended before, with all that belongs to them, and old admissions; the number of runs. */
  prune(beforeMs: number): Promise<number>;

  /** Undefined for a site that was never asked. */
  site(url: string, site: number): Promise<KeptSite | undefined>;
  /** Takes the place of what was kept before. */
  keepSite(url: string, site: number, kept: KeptSite): Promise<void>;

  /** A settled batch can neither begin nor be settled again. Rejects with `ledger-lock-lost` when the lock is another's. */
  commit(runId: number, commit: Commit): Promise<void>;
  /** In the order of their numbers. Memory stays flat; batches may be committed meanwhile. */
  batches(runId: number, range?: BatchRange): AsyncIterable<BatchRow>;

  /** In the order of their dates. */
  days(runId: number): Promise<DayRow[]>;

  /** What counts towards the shard's share of the day's cap, with its share of what other divisions have let in. */
  admitted(key: AdmissionKey): Promise<number>;
  addAdmitted(admission: Admission): Promise<void>;

  /**
   * Takes the lock, also across processes, where it is free, already the holder's (which shows that the holder is alive),
   * or still as the `dead` holder left it; resolves with undefined. Else it stays as it is: resolves with who has it.
   */
  acquireLock(name: string, holder: Holder, dead?: Holder): Promise<Holder | undefined>;
  /** Does nothing when the lock is another's. */
  releaseLock(name: string, holder: Holder): Promise<void>;

  close(): Promise<void>;
}

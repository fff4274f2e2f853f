/** A worker: takes shards of shared runs that nobody has, works on them, and shows once a second that it is alive. */
import type { Job } from '../job/job.ts';
import type { SharedShard } from '../job/shared-shard.ts';
import type { Beat, Claim, SharedRun, WorkerFacts } from '../ledger/postgres/shared-rows.ts';
import type { SharedRuns } from '../ledger/postgres/shared-runs.ts';
import type { Totals } from '../ledger/totals.ts';
import { createSendLease } from '../run/send-lease.ts';
import { partOf } from '../shards/run-in-shards.ts';
import type { Clock } from '../types/clock.ts';
import {
  type ClaimedShard,
  type ClaimedShardOptions,
  type ShardWork,
  startClaimedShard,
} from './claimed-shard.ts';
import { takeOverLive } from './lost-shard.ts';
import type { SharedOptions } from './shared-job.ts';
import { writeFormer } from './shared-state.ts';

/** Times by which workers are found lost, in ms. */
export interface ClusterTimes {
  readonly beatMs: number;
  /** How long a worker may send after it has shown that it is alive. */
  readonly leaseMs: number;
  /** How long Matomo may take to show what it has recorded. */
  readonly settleMs: number;
}

export const LEASE_MS = 5_000;
/** A worker that was not seen for two leases is lost. */
const LOST_LEASES = 2;

/** @param leaseMs the others follow from it */
export function timesOf(leaseMs: number): ClusterTimes {
  return { beatMs: leaseMs / 5, leaseMs, settleMs: 1_000 };
}

export interface WorkerOptions {
  readonly store: SharedRuns;
  readonly facts: Omit<WorkerFacts, 'lostMs'>;
  readonly times: ClusterTimes;
  readonly clock: Clock;
  /** Whether this machine has a process with the id. */
  readonly isRunning: (pid: number) => boolean;
  /** Whether it takes shards of the run. */
  readonly isWanted: (run: number) => boolean;
  /** The job with the way to its target; undefined where this worker may not work on the run. */
  readonly accept: (run: SharedRun) => Promise<Job | undefined>;
  readonly work: (work: ShardWork) => Promise<void>;
  readonly onClaim?: (run: SharedRun, claim: Claim) => void;
  readonly onLost?: (claim: Claim) => void;
  readonly onEnd?: (claim: Claim) => void;
  readonly onError?: ClaimedShardOptions['onError'];
}

export interface Worker {
  /** Resolves when it has left, and all of its shards are given back. Rejects when it cannot go on. */
  readonly done: Promise<void>;
  /** Takes no more shards, gives back those it has, and ends. */
  leave(): void;
  /** What is in flight is not waited for. */
  abandon(): void;
}

interface Accepted {
  readonly run: SharedRun;
  readonly job: Job;
}

interface Held {
  readonly shard: ClaimedShard;
  readonly sinceMs: number;
  isPaused: boolean;
}

/** Shards of a backfill that one worker has at a time: few, so that workers that are added later find some. */
const BACKFILL_ROOM = 4;

const nameOf = ({ run, shard }: Pick<Claim, 'run' | 'shard'>) => `${run}/${shard}`;

/** A worker's fair part of the shards that are not done. */
function roomFor(command: Job['command'], open: number, workers: number): number {
  const fair = Math.ceil(open / Math.max(1, workers));
  return command === 'run' ? fair : Math.min(fair, BACKFILL_ROOM);
}

/** A shard's part of the job: several workers have them, each with requests in flight of its own. */
function jobOfShard(job: Job, claim: Claim, shards: number): Job {
  const part = partOf(job, { index: claim.shard, count: shards });
  const concurrency = Math.max(1, part.target.concurrency);
  return { ...part, target: { ...part.target, concurrency } };
}

/** The shard's process loads plugins for itself; here they are needed to plan what is taken over. */
function withPluginsOf({ extensions }: Job, part: Job): Job {
  return extensions ? { ...part, extensions } : part;
}

class SharedWorker {
  private readonly options: WorkerOptions;
  private readonly held = new Map<string, Held>();
  private readonly accepted = new Map<number, Accepted | undefined>();
  private readonly leaving = new AbortController();
  private readonly woken: (() => void)[] = [];
  private failure: { readonly error: unknown } | undefined;
  private id = 0;
  private beat: Beat | undefined;
  /** When it last claimed a shard; infinite while the answer is on its way. */
  private claimedMs = 0;
  /** By run: since when it has shards that nobody has. */
  private readonly freeSinceMs = new Map<number, number>();
  /** Epochs of the claims that this worker has begun with. */
  private readonly begun = new Set<number>();

  constructor(options: WorkerOptions) {
    this.options = options;
  }

  leave(): void {
    this.leaving.abort();
    this.wake();
  }

  abandon(): void {
    for (const { shard } of this.held.values()) shard.abandon();
  }

  async run(): Promise<void> {
    const { store } = this.options;
    this.id = await this.register();
    const stopListening = await store.listen(() => this.wake());
    try {
      await Promise.all([this.repeat(() => this.show()), this.repeat(() => this.tend())]);
      if (this.failure) throw this.failure.error;
    } finally {
      for (const { shard } of this.held.values()) shard.lose();
      await Promise.allSettled([...this.held.values()].map(({ shard }) => shard.ended));
      await stopListening();
      if (!this.failure) await store.markGone(this.id);
    }
  }

  private register(): Promise<number> {
    const { store, facts, times } = this.options;
    return store.register({ ...facts, lostMs: LOST_LEASES * times.leaseMs });
  }

  private isOver(): boolean {
    return this.failure !== undefined || (this.leaving.signal.aborted && this.held.size === 0);
  }

  private async repeat(step: () => Promise<void>): Promise<void> {
    while (!this.isOver()) {
      await step().catch(this.fail);
      if (!this.isOver()) await this.pause();
    }
  }

  private wake(): void {
    for (const go of this.woken.splice(0)) go();
  }

  /** Until the next beat is due, or somebody has something to tell. */
  private async pause(): Promise<void> {
    const { clock, times } = this.options;
    const early = new AbortController();
    this.woken.push(() => early.abort());
    await clock.sleepUntil(clock.now() + times.beatMs, early.signal);
  }

  /** Shows that it is alive, and does what is asked of its runs: nothing else may keep it from that. */
  private async show(): Promise<void> {
    const { store, clock } = this.options;
    const askedMs = clock.now();
    const beat = await store.beat(this.id);
    if (!beat.isKnown) {
      for (const { shard } of this.held.values()) this.lose(shard);
      this.id = await this.register();
      return;
    }
    this.compare(beat, askedMs);
    this.obey(beat);
    this.beat = beat;
  }

  /** Writes how far its shards have come, takes more, and ends what is over. */
  private async tend(): Promise<void> {
    await Promise.all([...this.held.values()].map(({ shard }) => shard.save()));
    await this.markDead();
    if (this.beat && !this.leaving.signal.aborted) await this.takeMore(this.beat);
    await this.options.store.endRuns();
  }

  /** Renews what is still its own, and stops what has been taken over. */
  private compare(beat: Beat, askedMs: number): void {
    const own = new Map(beat.claims.map((claim) => [nameOf(claim), claim.epoch]));
    for (const [name, { shard, sinceMs }] of this.held) {
      if (own.get(name) === shard.claim.epoch) shard.lease.renew(askedMs);
      // An answer from before the claim knows nothing of it.
      else if (askedMs > sinceMs) this.lose(shard);
    }
    for (const claim of beat.claims) {
      // The answer to the claim was lost on the way: nothing of it was begun.
      if (!this.begun.has(claim.epoch) && this.claimedMs < askedMs)
        void this.options.store.release(claim, false).catch(this.fail);
    }
  }

  private lose(shard: ClaimedShard): void {
    const name = nameOf(shard.claim);
    if (this.held.get(name)?.shard !== shard) return;
    this.held.delete(name);
    shard.lose();
    this.options.onLost?.(shard.claim);
  }

  /** Carries out what is asked of the runs. */
  private obey(beat: Beat): void {
    const runs = new Map(beat.runs.map((run) => [run.id, run]));
    for (const held of this.held.values()) {
      const { shard } = held;
      const run = runs.get(shard.claim.run);
      if (this.leaving.signal.aborted) shard.leave();
      if (!run) continue;
      if (run.startMs !== null) shard.begin(run.startMs);
      if (run.wish === 'stop') shard.stop('SIGTERM');
      else if ((run.wish === 'pause') !== held.isPaused) {
        held.isPaused = !held.isPaused;
        shard.togglePause();
      }
    }
  }

  /** Processes of this machine that have ended can send nothing any more. */
  private async markDead(): Promise<void> {
    const { store, facts, isRunning } = this.options;
    for (const { id, pid } of await store.workersOn(facts.machine)) {
      if (id === this.id) continue;
      // One process has one worker: another one with its id was its former life.
      if (pid === facts.pid || !isRunning(pid)) await store.markGone(id);
    }
  }

  private async takeMore(beat: Beat): Promise<void> {
    const { isWanted } = this.options;
    for (const run of beat.runs) {
      if (!isWanted(run.id) || run.wish === 'stop' || run.open === 0) continue;
      const accepted = await this.acceptedRun(run.id, run.startMs);
      if (!accepted) continue;
      const own = () => [...this.held.values()].filter(({ shard }) => shard.claim.run === run.id).length;
      const room = roomFor(accepted.job.command, run.open, beat.workers) + this.extraRoom(accepted, run.free);
      while (own() < room && (await this.takeOne(accepted))) {
        if (this.leaving.signal.aborted) return;
      }
    }
  }

  /**
   * Of a live run all shards must be taken, and some workers may not take their part: they lack a token, or are about to
   * be lost. What nobody has taken for a while is taken one by one.
   */
  private extraRoom({ run, job }: Accepted, free: number): number {
    const { clock, times } = this.options;
    if (job.command !== 'run') return 0;
    if (free === 0) this.freeSinceMs.delete(run.id);
    else if (!this.freeSinceMs.has(run.id)) this.freeSinceMs.set(run.id, clock.now());
    const waitedMs = clock.now() - (this.freeSinceMs.get(run.id) ?? clock.now());
    return Math.max(0, Math.floor(waitedMs / times.leaseMs) - 1);
  }

  private async acceptedRun(id: number, startMs: number | null): Promise<Accepted | undefined> {
    const known = this.accepted.get(id);
    if (known && known.run.startMs === startMs) return known;
    if (this.accepted.has(id) && known === undefined) return undefined;
    const run = await this.options.store.run(id);
    const job = run && (await this.options.accept(run));
    const accepted = run && job && { run, job };
    this.accepted.set(id, accepted);
    return accepted;
  }

  private async takeOne({ run, job: whole }: Accepted): Promise<boolean> {
    const { store, times, clock, work, onClaim } = this.options;
    const askedMs = clock.now();
    this.claimedMs = Number.POSITIVE_INFINITY;
    const claim = await store.claim(this.id, [run.id]).catch(() => undefined);
    if (claim) this.begun.add(claim.epoch);
    this.claimedMs = clock.now();
    if (!claim) return false;
    onClaim?.(run, claim);
    const lease = createSendLease(clock, times.leaseMs);
    lease.renew(askedMs);
    const job = jobOfShard(whole, claim, run.shards);
    const { before, fromMs } = await this.takeOver(run, claim, withPluginsOf(whole, job));
    const options: SharedOptions = JSON.parse(run.options);
    const shared: Omit<SharedShard, 'lease'> = {
      epoch: claim.epoch,
      runRow: job.command === 'run' ? null : claim.runRow,
      fenceMs: times.leaseMs + times.settleMs,
      areFormersGone: () => store.areFormersGone(claim),
      fromMs,
    };
    const { onError } = this.options;
    const told = onError ? { onError } : {};
    const parts = { store, claim, run, job, options, shared, lease, before, clock, work, ...told };
    const shard = startClaimedShard(parts);
    this.held.set(nameOf(claim), { shard, sinceMs: clock.now(), isPaused: false });
    shard.ended.catch(this.fail).finally(() => {
      if (this.held.get(nameOf(claim))?.shard === shard) this.held.delete(nameOf(claim));
      this.options.onEnd?.(claim);
      this.wake();
    });
    // Planning takes the processor for itself: one after the other, so that the worker can show that it is alive.
    if (job.command === 'run') await shard.isReady;
    return true;
  }

  /** Of a live shard that has been under way: what was counted before, and from when this worker sends. */
  private async takeOver(
    run: SharedRun,
    claim: Claim,
    job: Job,
  ): Promise<{ before: Totals | undefined; fromMs: number | undefined }> {
    const { store, clock } = this.options;
    if (job.command !== 'run' || run.startMs === null || clock.now() < run.startMs)
      return { before: undefined, fromMs: undefined };
    const nowMs = clock.now();
    const { totals, fromMs } = takeOverLive(job, claim, run.startMs, nowMs, nowMs);
    await store.keepBefore(claim, writeFormer(totals, fromMs));
    return { before: totals, fromMs };
  }

  private readonly fail = (error: unknown): void => {
    this.failure ??= { error };
    this.wake();
  };
}

export function startWorker(options: WorkerOptions): Worker {
  const worker = new SharedWorker(options);
  return { done: worker.run(), leave: () => worker.leave(), abandon: () => worker.abandon() };
}

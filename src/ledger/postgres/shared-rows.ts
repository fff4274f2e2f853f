/** Rows of the runs that workers share: what a run, a claim, a shard and a worker are, and how each is read. */
import { integer, orNull, type Row, text } from '../sqlite/rows.ts';

const WISHES = ['run', 'pause', 'stop'] as const;
/** What is asked of a run that is shared. */
export type Wish = (typeof WISHES)[number];

export interface WorkerFacts {
  readonly hostname: string;
  readonly pid: number;
  /** Tells whether the process ids of two workers can be compared: the same machine, and the same view of its processes. */
  readonly machine: string;
  readonly version: string;
  /** Not seen for so long, it is lost, and its shards are anybody's. */
  readonly lostMs: number;
}

export interface SharedRunFacts {
  readonly command: 'run' | 'backfill';
  /** Of the target. */
  readonly name: string;
  readonly url: string;
  readonly site: number;
  /** Of the program, its plans and its plugins: workers of another one take no part. */
  readonly version: string;
  /** JSON: the job, without secrets. */
  readonly job: string;
  /** JSON. */
  readonly options: string;
  /** Of each shard the run of the ledger that it continues; null for those that start anew. */
  readonly continued: readonly (number | null)[];
  /** True: it begins together with others, once `startTogether` has named them. */
  readonly isOneOfSeveral?: boolean;
}

export interface SharedRun extends Omit<SharedRunFacts, 'continued'> {
  readonly isOneOfSeveral: boolean;
  readonly id: number;
  readonly shards: number;
  readonly createdMs: number;
  /** When a live run begins, once all of its shards are ready. */
  readonly startMs: number | null;
  readonly wish: Wish;
  /** How often the wish has changed. */
  readonly wishes: number;
  readonly endedMs: number | null;
}

/** The right to a shard, until another epoch of it begins. */
export interface Claim {
  readonly run: number;
  /** From 1. */
  readonly shard: number;
  /** Higher than that of every claim before it. */
  readonly epoch: number;
  /** The run of the ledger that holds what was sent of the shard; null when nothing has begun. */
  readonly runRow: number | null;
  /** JSON: what the owner before has last told of the shard. */
  readonly state: string | null;
  /** The worker that had it and was lost; null where nobody had it. */
  readonly former: FormerWorker | null;
}

export interface FormerWorker extends Pick<WorkerFacts, 'hostname' | 'pid'> {
  /** Its process is known to have ended. */
  readonly isGone: boolean;
  /** How long it was not seen, by the clock of the database. */
  readonly silentMs: number;
}

export type ClaimKey = Pick<Claim, 'run' | 'shard' | 'epoch'>;

/** What a worker sees when it shows that it is alive. */
export interface Beat {
  /** False: it was taken for dead, and is to register anew. */
  readonly isKnown: boolean;
  readonly claims: readonly ClaimKey[];
  /** Those that have not ended. */
  readonly runs: readonly (Pick<SharedRun, 'id' | 'wish' | 'wishes' | 'startMs' | 'version' | 'shards'> & {
    /** Shards that are not done. */
    readonly open: number;
    /** Of these, those that nobody has. */
    readonly free: number;
  })[];
  /** Workers that are alive. */
  readonly workers: number;
  /** Epoch ms by the clock of the database. */
  readonly nowMs: number;
}

export interface ShardRow {
  readonly shard: number;
  readonly epoch: number;
  readonly worker: number | null;
  readonly isDone: boolean;
  readonly state: string | null;
  readonly result: string | null;
}

export interface WorkerRow extends WorkerFacts {
  readonly id: number;
  readonly sinceMs: number;
  readonly seenMs: number;
  /** How long ago it was seen, by the clock of the database. */
  readonly ageMs: number;
  readonly isGone: boolean;
}

/** Why a worker that is alive takes no shard of a run. */
export interface RefusalRow extends Pick<WorkerFacts, 'hostname' | 'pid'> {
  readonly worker: number;
  readonly reason: string;
}

export interface EventRow {
  readonly id: number;
  readonly shard: number;
  readonly body: string;
}

export function readSharedRun(row: Row): SharedRun {
  return {
    id: integer(row, 'id'),
    command: text(row, 'command') === 'run' ? 'run' : 'backfill',
    name: text(row, 'name'),
    url: text(row, 'url'),
    site: integer(row, 'site'),
    version: text(row, 'version'),
    job: text(row, 'job'),
    options: text(row, 'options'),
    isOneOfSeveral: row.is_one_of_several === true,
    shards: integer(row, 'shards'),
    createdMs: integer(row, 'created_ms'),
    startMs: orNull(integer, row, 'start_ms'),
    wish: WISHES.find((wish) => wish === row.wish) ?? 'run',
    wishes: integer(row, 'wishes'),
    endedMs: orNull(integer, row, 'ended_ms'),
  };
}

export function readClaim(row: Row): Claim {
  return {
    run: integer(row, 'run'),
    shard: integer(row, 'shard'),
    epoch: integer(row, 'epoch'),
    runRow: orNull(integer, row, 'run_row'),
    state: orNull(text, row, 'state'),
    former:
      row.former_hostname === null
        ? null
        : {
            hostname: text(row, 'former_hostname'),
            pid: integer(row, 'former_pid'),
            isGone: row.former_is_gone === true,
            silentMs: integer(row, 'former_silent_ms'),
          },
  };
}

export function readBeat(row: Row): Beat {
  // Both were made by the statement itself.
  const list = <T>(column: string): T[] => JSON.parse(text(row, column));
  return {
    isKnown: integer(row, 'known') > 0,
    workers: integer(row, 'workers'),
    nowMs: integer(row, 'now_ms'),
    claims: list('claims'),
    runs: list('runs'),
  };
}

export function readShard(row: Row): ShardRow {
  return {
    shard: integer(row, 'shard'),
    epoch: integer(row, 'epoch'),
    worker: orNull(integer, row, 'worker'),
    isDone: row.is_done === true,
    state: orNull(text, row, 'state'),
    result: orNull(text, row, 'result'),
  };
}

export function readRefusal(row: Row): RefusalRow {
  return {
    worker: integer(row, 'worker'),
    hostname: text(row, 'hostname'),
    pid: integer(row, 'pid'),
    reason: text(row, 'reason'),
  };
}

export function readWorker(row: Row): WorkerRow {
  return {
    id: integer(row, 'id'),
    hostname: text(row, 'hostname'),
    pid: integer(row, 'pid'),
    machine: text(row, 'machine'),
    version: text(row, 'version'),
    lostMs: integer(row, 'lost_ms'),
    sinceMs: integer(row, 'since_ms'),
    seenMs: integer(row, 'seen_ms'),
    ageMs: integer(row, 'age_ms'),
    isGone: row.is_gone === true,
  };
}

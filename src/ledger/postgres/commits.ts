/** Batches, daily admissions and locks in PostgreSQL: what changes while a run goes on. */
import { admittedFor } from '../admissions.ts';
import { isSameHolder, lockLost } from '../holder.ts';
import {
  type Admission,
  type BatchRow,
  type Commit,
  EVERY_BATCH,
  type Holder,
  type Ledger,
} from '../ledger.ts';
import { integer, orNull, type Row, text } from '../sqlite/rows.ts';
import { ALREADY_SETTLED, LOCK_LOST } from './commit-function.ts';
import type { PostgresConnection, Value } from './connection.ts';
import { codeOf } from './errors.ts';

const STATES = ['in-flight', 'settled', 'deferred'] as const;

const COMMIT =
  'select trafficinator.commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)';
/** One statement: where the lock is another's, the function throws, and no day is saved. */
const COMMIT_WITH_DAY = `with done as materialized (${COMMIT})
  insert into trafficinator.day (run, date, counts, extent) select $1, $16, $17, $18 from done
  on conflict (run, date) do update set counts = excluded.counts, extent = excluded.extent`;
const PAGE = `select * from trafficinator.batch where run = $1 and batch > $2 and batch <= $3
  order by batch limit $4`;
const PAGE_SIZE = 1000;
const ADMIT = `insert into trafficinator.admission as a values ($1, $2, $3, $4, $5)
  on conflict (url, site, date, shard) do update set count = a.count + excluded.count`;
const ADMITTED =
  'select shard, count from trafficinator.admission where url = $1 and site = $2 and date = $3';
// A holder's own lock keeps the number of its commits. A lock never goes back to an earlier epoch.
const ACQUIRE = `insert into trafficinator.lock as l (name, pid, hostname, command, since_ms, seen_ms, epoch, commits)
    values ($1, $2, $3, $4, $5, $6, $7, 0)
  on conflict (name) do update set pid = $2, hostname = $3, command = $4, since_ms = $5, seen_ms = $6, epoch = $7,
    commits = case when (l.pid, l.hostname, l.since_ms, l.epoch) = ($2, $3, $5, $7) then l.commits else 0 end
  where (l.pid, l.hostname, l.since_ms, l.epoch) = ($2, $3, $5, $7)
    or (l.epoch <= $7 and (l.pid, l.hostname, l.since_ms, l.seen_ms) = ($8, $9, $10, $11))
  returning name`;
const HOLDER = 'select * from trafficinator.lock where name = $1';
const RELEASE = `delete from trafficinator.lock
  where name = $1 and pid = $2 and hostname = $3 and since_ms = $4 and epoch = $5`;

function readBatch(row: Row): BatchRow {
  return {
    batch: integer(row, 'batch'),
    state: STATES[integer(row, 'state')] ?? 'in-flight',
    outcomes: orNull(text, row, 'outcomes'),
    begunMs: integer(row, 'begun_ms'),
  };
}

function readHolder(row: Row): Holder {
  const epoch = integer(row, 'epoch');
  return {
    pid: integer(row, 'pid'),
    hostname: text(row, 'hostname'),
    command: text(row, 'command'),
    sinceMs: integer(row, 'since_ms'),
    seenMs: integer(row, 'seen_ms'),
    ...(epoch > 0 ? { epoch } : {}),
  };
}

type LockStore = Pick<Ledger, 'acquireLock' | 'releaseLock'>;

export function createLockStore(connection: PostgresConnection): LockStore {
  return {
    async acquireLock(name, holder, dead) {
      const { pid, hostname, command, sinceMs, seenMs, epoch = 0 } = holder;
      const former = dead ? [dead.pid, dead.hostname, dead.sinceMs, dead.seenMs] : [null, null, null, null];
      for (;;) {
        const values = [name, pid, hostname, command, sinceMs, seenMs, epoch, ...former];
        const taken = await connection.rows(ACQUIRE, values, (row) => row);
        if (taken.length > 0) return undefined;
        const [present] = await connection.rows(HOLDER, [name], readHolder);
        // One that went away between the two statements has left the lock free.
        if (!present) continue;
        if (epoch > 0 && (present.epoch ?? 0) > epoch) throw lockLost(name, present);
        return present;
      }
    },
    async releaseLock(name, { pid, hostname, sinceMs, epoch = 0 }) {
      await connection.rows(RELEASE, [name, pid, hostname, sinceMs, epoch], (row) => row);
    },
  };
}

type CommitStore = Pick<Ledger, 'commit' | 'batches' | 'admitted' | 'addAdmitted'>;

const numbersOf = (settled: readonly { readonly batch: number }[]) => settled.map(({ batch }) => batch);
const outcomesOf = (settled: readonly { readonly outcomes: string | null }[]) =>
  settled.map(({ outcomes }) => outcomes);

function changesOf(runId: number, commit: Commit): Value[] {
  const { atMs, begun = [], settled = [], deferred = [], unsent = [], admitted = [] } = commit;
  return [
    ...[runId, atMs, begun, numbersOf(settled), outcomesOf(settled)],
    ...[numbersOf(deferred), outcomesOf(deferred), unsent],
    admitted.length > 0 ? JSON.stringify(admitted) : null,
  ];
}

interface LockedCommit extends Pick<Commit, 'day'> {
  readonly lock: NonNullable<Commit['lock']>;
}

const NO_LOCK = [null, null, null, null, null, null];

/** @param values of the commit function */
function statementOf(values: readonly Value[], day: Commit['day']): [sql: string, values: readonly Value[]] {
  if (!day) return [COMMIT, values];
  const { date, counts, settled } = day;
  return [COMMIT_WITH_DAY, [...values, date, JSON.stringify(counts), settled && JSON.stringify(settled)]];
}

/** @param inTurn has a page of batches read when all calls before it are done */
export function createCommitStore(
  connection: PostgresConnection,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
): CommitStore {
  /** Commits of each lock's holder so far. */
  const counts = new Map<string, { readonly holder: Holder; count: number }>();

  async function refusal(error: unknown, lock: Commit['lock']): Promise<unknown> {
    const code = codeOf(error);
    if (code === ALREADY_SETTLED && error instanceof Error) return new Error(error.message, { cause: error });
    if (code !== LOCK_LOST || !lock) return error;
    const [present] = await connection.rows(HOLDER, [lock.name], readHolder);
    return lockLost(lock.name, present);
  }

  async function commitLocked(changes: readonly Value[], { lock, day }: LockedCommit): Promise<void> {
    const { pid, hostname, sinceMs, epoch = 0 } = lock.holder;
    const known = counts.get(lock.name);
    const own = known && isSameHolder(known.holder, lock.holder) ? known : { holder: lock.holder, count: 0 };
    counts.set(lock.name, own);
    const values = [...changes, lock.name, pid, hostname, sinceMs, epoch, own.count + 1];
    await connection.rows(...statementOf(values, day), (row) => row);
    own.count++;
  }

  async function* batches(runId: number, { from, to } = EVERY_BATCH): AsyncGenerator<BatchRow, void> {
    let last = from - 1;
    for (;;) {
      const values = [runId, last, to, PAGE_SIZE];
      const page = await inTurn(() => connection.rows(PAGE, values, readBatch));
      yield* page;
      if (page.length < PAGE_SIZE) return;
      last = page.at(-1)?.batch ?? last;
    }
  }

  return {
    batches,
    async commit(runId, commit) {
      const changes = changesOf(runId, commit);
      try {
        const { lock, day } = commit;
        if (lock) await commitLocked(changes, { lock, day });
        else await connection.once(...statementOf([...changes, ...NO_LOCK], day), (row) => row);
      } catch (error) {
        throw await refusal(error, commit.lock);
      }
    },
    async admitted({ url, site, date, shard }) {
      const rows = await connection.rows(ADMITTED, [url, site, date], (row) => ({
        shard: text(row, 'shard'),
        count: integer(row, 'count'),
      }));
      return admittedFor(shard, rows);
    },
    async addAdmitted({ url, site, date, shard, count }: Admission) {
      await connection.once(ADMIT, [url, site, date, shard, count], (row) => row);
    },
  };
}

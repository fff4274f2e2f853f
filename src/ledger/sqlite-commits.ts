/** Batches, daily admissions and locks in SQLite: what changes while a run goes on. */
import { isSameHolder, lockLost } from './holder.ts';
import type { Admission, BatchRow, Commit, Holder, Ledger } from './ledger.ts';
import type { Connection } from './sqlite-connection.ts';
import { integer, orNull, type Row, text } from './sqlite-rows.ts';

const BEGIN = `insert into batch values (?, ?, ?, 0, null)
  on conflict do update set begun_ms = excluded.begun_ms where is_settled = 0`;
const SETTLE = `insert into batch values (?, ?, ?, 1, ?)
  on conflict do update set is_settled = 1, outcomes = excluded.outcomes where is_settled = 0`;
const UNSEND = 'delete from batch where run = ? and batch = ? and is_settled = 0';
const ADMIT = `insert into admission values (?, ?, ?, ?, ?)
  on conflict do update set count = count + excluded.count`;
const LOCK = `insert into lock (name, pid, hostname, command, since_ms, seen_ms) values (?, ?, ?, ?, ?, ?)
  on conflict do update set pid = excluded.pid, hostname = excluded.hostname, command = excluded.command,
    since_ms = excluded.since_ms, seen_ms = excluded.seen_ms`;
const PAGE = 'select * from batch where run = ? and batch > ? order by batch limit ?';
const PAGE_SIZE = 1000;

function readBatch(row: Row): BatchRow {
  return {
    batch: integer(row, 'batch'),
    state: integer(row, 'is_settled') === 1 ? 'settled' : 'in-flight',
    outcomes: orNull(text, row, 'outcomes'),
    begunMs: integer(row, 'begun_ms'),
  };
}

function readHolder(row: Row): Holder {
  return {
    pid: integer(row, 'pid'),
    hostname: text(row, 'hostname'),
    command: text(row, 'command'),
    sinceMs: integer(row, 'since_ms'),
    seenMs: integer(row, 'seen_ms'),
  };
}

type LockStore = Pick<Ledger, 'acquireLock' | 'releaseLock'> & {
  keep(lock: Commit['lock'], atMs: number): void;
};

export function createLockStore(connection: Connection): LockStore {
  const holderOf = (name: string) =>
    connection.rows('select * from lock where name = ?', [name], readHolder)[0];

  function put(name: string, { pid, hostname, command, sinceMs, seenMs }: Holder): void {
    connection.run(LOCK, [name, pid, hostname, command, sinceMs, seenMs]);
  }

  return {
    acquireLock: (name, holder, isAlive) =>
      connection.write(() => {
        const present = holderOf(name);
        if (present && !isSameHolder(present, holder) && isAlive(present)) return present;
        put(name, holder);
        return undefined;
      }),
    releaseLock: (name, holder) =>
      connection.write(() => {
        const present = holderOf(name);
        if (present && isSameHolder(present, holder))
          connection.run('delete from lock where name = ?', [name]);
      }),
    keep(lock, seenMs) {
      if (!lock) return;
      const present = holderOf(lock.name);
      if (!present || !isSameHolder(present, lock.holder)) throw lockLost(lock.name, present);
      put(lock.name, { ...present, seenMs });
    },
  };
}

type CommitStore = Pick<Ledger, 'commit' | 'batches' | 'admitted' | 'addAdmitted'>;

export function createCommitStore(connection: Connection, keepLock: LockStore['keep']): CommitStore {
  function admit({ url, site, date, shard, count }: Admission): void {
    connection.run(ADMIT, [url, site, date, shard, count]);
  }

  function expectChange(changes: number, runId: number, batch: number): void {
    if (changes === 0) throw new Error(`batch ${batch} of run ${runId} is already settled`);
  }

  function* batches(runId: number): Generator<BatchRow, void> {
    let last = -1;
    for (;;) {
      const page = connection.rows(PAGE, [runId, last, PAGE_SIZE], readBatch);
      yield* page;
      if (page.length < PAGE_SIZE) return;
      last = page.at(-1)?.batch ?? last;
    }
  }

  return {
    batches,
    commit: (runId, { atMs, begun = [], settled = [], unsent = [], admitted = [], lock }) =>
      connection.write(() => {
        keepLock(lock, atMs);
        for (const batch of begun) {
          expectChange(connection.run(BEGIN, [runId, batch, atMs]).changes, runId, batch);
        }
        for (const { batch, outcomes } of settled) {
          expectChange(connection.run(SETTLE, [runId, batch, atMs, outcomes]).changes, runId, batch);
        }
        for (const batch of unsent) connection.run(UNSEND, [runId, batch]);
        admitted.forEach(admit);
      }),
    admitted({ url, site, date, shard }) {
      const sql = 'select count from admission where url = ? and site = ? and date = ? and shard = ?';
      return connection.rows(sql, [url, site, date, shard], (row) => integer(row, 'count'))[0] ?? 0;
    },
    addAdmitted: (admission) => connection.write(() => admit(admission)),
  };
}

/** Batches, daily admissions and locks in SQLite: what changes while a run goes on. */
import { admittedFor } from '../admissions.ts';
import { isFreeFor, isSameHolder, lockLost } from '../holder.ts';
import type { Admission, BatchRow, Commit, DayRow, Holder } from '../ledger.ts';
import type { Connection, Value } from './connection.ts';
import { integer, orNull, type Row, text } from './rows.ts';
import { PAGE_SIZE, type SqliteStore } from './store.ts';

// Batches come as one JSON list a statement: a call for each would cost more than SQLite's own work.
const BEGIN = `insert into batch select ?, value, ?, 0, null from json_each(?) where true
  on conflict do update set begun_ms = excluded.begun_ms, is_settled = 0 where is_settled <> 1`;
const SETTLE = `insert into batch select ?, value, ?, ?, ? from json_each(?) where true
  on conflict do update set is_settled = excluded.is_settled, outcomes = excluded.outcomes where is_settled <> 1`;
const DEFER_AGAIN = `update batch set is_settled = 2
  where run = ? and batch in (select value from json_each(?)) and is_settled = 0 and outcomes is not null`;
const UNSEND = `delete from batch
  where run = ? and batch in (select value from json_each(?)) and is_settled = 0`;
/** What the column `is_settled` says. */
const STATES = ['in-flight', 'settled', 'deferred'] as const;
const SETTLED = STATES.indexOf('settled');
const DEFERRED = STATES.indexOf('deferred');
const ADMIT = `insert into admission values (?, ?, ?, ?, ?)
  on conflict do update set count = count + excluded.count`;
const SAVE_DAY = `insert or replace into day (run, date, counts, first_batch, batches, visits, digest)
  values (?, ?, ?, ?, ?, ?, ?)`;
const LOCK = `insert into lock (name, pid, hostname, command, since_ms, seen_ms) values (?, ?, ?, ?, ?, ?)
  on conflict do update set pid = excluded.pid, hostname = excluded.hostname, command = excluded.command,
    since_ms = excluded.since_ms, seen_ms = excluded.seen_ms`;
const PAGE = 'select * from batch where run = ? and batch between ? and ? order by batch limit ?';

function readBatch(row: Row): BatchRow {
  return {
    batch: integer(row, 'batch'),
    state: STATES[integer(row, 'is_settled')] ?? 'in-flight',
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

type LockStore = Pick<SqliteStore, 'acquireLock' | 'releaseLock'> & {
  keep(lock: Commit['lock'], atMs: number): void;
};

export function createLockStore(connection: Connection): LockStore {
  const holderOf = (name: string) =>
    connection.rows('select * from lock where name = ?', [name], readHolder)[0];

  function put(name: string, { pid, hostname, command, sinceMs, seenMs }: Holder): void {
    connection.run(LOCK, [name, pid, hostname, command, sinceMs, seenMs]);
  }

  return {
    acquireLock: (name, holder, dead) =>
      connection.write(() => {
        const present = holderOf(name);
        if (!isFreeFor(present, holder, dead)) return present;
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

type CommitStore = Pick<SqliteStore, 'commit' | 'batchPage' | 'admitted' | 'addAdmitted'>;

export function createCommitStore(connection: Connection, keepLock: LockStore['keep']): CommitStore {
  function admit({ url, site, date, shard, count }: Admission): void {
    connection.run(ADMIT, [url, site, date, shard, count]);
  }

  function saveDay(runId: number, { date, counts, settled }: DayRow): void {
    const { firstBatch = null, batches = null, visits = null, digest = null } = settled ?? {};
    connection.run(SAVE_DAY, [runId, date, JSON.stringify(counts), firstBatch, batches, visits, digest]);
  }

  function change(sql: string, values: readonly Value[], batches: readonly number[]): void {
    if (batches.length === 0) return;
    const list = JSON.stringify(batches);
    const { changes } = connection.run(sql, [...values, list]);
    if (changes < batches.length) throw new Error(`a batch of run ${values[0]} is already settled: ${list}`);
  }

  return {
    batchPage: (runId, { from, to }) => connection.rows(PAGE, [runId, from, to, PAGE_SIZE], readBatch),
    commit: (runId, { atMs, begun = [], settled, deferred, unsent = [], admitted = [], day, lock }) =>
      connection.write(() => {
        keepLock(lock, atMs);
        change(BEGIN, [runId, atMs], begun);
        for (const [outcomes, batches] of settled) change(SETTLE, [runId, atMs, SETTLED, outcomes], batches);
        for (const [outcomes, batches] of deferred)
          change(SETTLE, [runId, atMs, DEFERRED, outcomes], batches);
        if (unsent.length > 0) {
          connection.run(DEFER_AGAIN, [runId, JSON.stringify(unsent)]);
          connection.run(UNSEND, [runId, JSON.stringify(unsent)]);
        }
        admitted.forEach(admit);
        if (day) saveDay(runId, day);
      }),
    admitted({ url, site, date, shard }) {
      const sql = 'select shard, count from admission where url = ? and site = ? and date = ?';
      const rows = connection.rows(sql, [url, site, date], (row) => ({
        shard: text(row, 'shard'),
        count: integer(row, 'count'),
      }));
      return admittedFor(shard, rows);
    },
    addAdmitted: (admission) => connection.write(() => admit(admission)),
  };
}

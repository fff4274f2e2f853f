/** Makes a ledger as format 1 had it, from text that never changes with the code. */
import Database from 'libsql';

const TABLES = `
  create table run (
     id integer primary key autoincrement, command text not null, url text not null, site integer not null,
     timezone text not null, from_date text, to_date text, seed text not null, digest text not null,
     shard text not null, batch_size integer not null, planned_visits integer, started_ms integer not null,
     pid integer not null, hostname text not null, resumed_ms integer, resumes integer not null default 0,
     ended_ms integer, outcome text, traffic_digest text
  ) strict;
  create table batch (
     run integer not null references run(id) on delete cascade, batch integer not null, begun_ms integer not null,
     is_settled integer not null, outcomes text, primary key (run, batch)
  ) strict, without rowid;
  create table day (
     run integer not null references run(id) on delete cascade, date text not null, counts text not null,
     primary key (run, date)
  ) strict, without rowid;
  create table admission (
     url text not null, site integer not null, date text not null, shard text not null, count integer not null,
     primary key (url, site, date, shard)
  ) strict, without rowid;
  create table lock (
     name text primary key, pid integer not null, hostname text not null, command text not null,
     since_ms integer not null, seen_ms integer not null
  ) strict, without rowid;`;

const ROWS = `
  insert into run values (7, 'backfill', 'https://matomo.example/matomo.php', 1, 'Europe/Stockholm', '2026-03-01',
    '2026-03-31', 'seed', '0123456789abcdef', '1/1', 200, 1000, 1790000000000, 4711, 'alpha', null, 0,
    1790000009000, 'stopped', 'cd34');
  insert into batch values (7, 0, 1790000000100, 1, null), (7, 1, 1790000000100, 1, 'a199 u1:timeout'),
    (7, 2, 1790000000200, 0, null);
  insert into day values (7, '2026-03-01', '{"visits":{"planned":33}}');
  insert into admission values ('https://matomo.example/matomo.php', 1, '2026-03-01', '1/1', 41);
  insert into lock values ('site 1', 4711, 'alpha', 'backfill', 1790000000000, 1790000000300);
  pragma user_version = 1;`;

/** The file has run 7 with batches 0, 1 and 2, one day, 41 admissions and the lock `site 1`. */
export function writeVersion1(path: string): void {
  const database = new Database(path);
  database.exec(`pragma journal_mode = wal; ${TABLES} ${ROWS} pragma wal_checkpoint(truncate);`);
  database.close();
}

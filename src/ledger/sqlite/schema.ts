/** The ledger's tables, one step for each format: a file's `user_version` is the number of steps it has seen. */
import type { Connection } from './connection.ts';
import { corruptLedger, newerLedger } from './errors.ts';
import { integer, text } from './rows.ts';

/** A step, once released, never changes: files that have seen it are out there. */
export const MIGRATIONS: readonly string[] = [
  `create table run (
     id integer primary key autoincrement,
     command text not null,
     url text not null,
     site integer not null,
     timezone text not null,
     from_date text,
     to_date text,
     seed text not null,
     digest text not null,
     shard text not null,
     batch_size integer not null,
     planned_visits integer,
     started_ms integer not null,
     pid integer not null,
     hostname text not null,
     resumed_ms integer,
     resumes integer not null default 0,
     ended_ms integer,
     outcome text,
     traffic_digest text
   ) strict;
   create table batch (
     run integer not null references run(id) on delete cascade,
     batch integer not null,
     begun_ms integer not null,
     is_settled integer not null,
     outcomes text,
     primary key (run, batch)
   ) strict, without rowid;
   create table day (
     run integer not null references run(id) on delete cascade,
     date text not null,
     counts text not null,
     primary key (run, date)
   ) strict, without rowid;
   create table admission (
     url text not null,
     site integer not null,
     date text not null,
     shard text not null,
     count integer not null,
     primary key (url, site, date, shard)
   ) strict, without rowid;
   create table lock (
     name text primary key,
     pid integer not null,
     hostname text not null,
     command text not null,
     since_ms integer not null,
     seen_ms integer not null
   ) strict, without rowid;`,
  `alter table run add column settings text not null default '{}';
   alter table run add column contents text not null default '{}';
   alter table run add column command_line text;
   create table site (
     url text not null,
     site integer not null,
     timezone text not null,
     currency text not null,
     asked_ms integer not null,
     primary key (url, site)
   ) strict, without rowid;`,
  `alter table day add column first_batch integer;
   alter table day add column batches integer;
   alter table day add column visits integer;
   alter table day add column digest text;`,
];

function versionOf(connection: Connection): number {
  return connection.rows('pragma user_version', [], (row) => integer(row, 'user_version'))[0] ?? 0;
}

/** Throws when the file is of a later format than the steps lead to; changes nothing. */
export function refuseNewer(connection: Connection, steps: readonly string[]): void {
  const version = versionOf(connection);
  if (version > steps.length) throw newerLedger(connection.path, version, steps.length);
}

/** 64 MB, some 2.5 million batches, take a quarter of a second to check. */
const MOST_CHECKED_PAGES = 16_384;

/** Throws when the file is damaged anywhere; in a very large one, damage shows when it is met. */
export function refuseDamaged(connection: Connection): void {
  const [pages = 0] = connection.rows('pragma page_count', [], (row) => integer(row, 'page_count'));
  if (pages > MOST_CHECKED_PAGES) return;
  const [verdict] = connection.rows('pragma quick_check(1)', [], (row) => text(row, 'quick_check'));
  if (verdict !== 'ok') throw corruptLedger(connection.path, verdict);
}

/** Brings the file to the last format and, even where nothing is to be done, shows that it can be written. */
export function migrate(connection: Connection, steps: readonly string[]): void {
  connection.write(() => {
    refuseNewer(connection, steps);
    for (const step of steps.slice(versionOf(connection))) connection.script(step);
    connection.script(`pragma user_version = ${steps.length}`);
  });
}

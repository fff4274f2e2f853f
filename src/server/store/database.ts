/** The service's own SQLite file beside the ledger: what it was told, and what it has been asked to do. */
import type { Host } from '../../host.ts';
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { openSqliteFile } from '../../ledger/sqlite/sqlite-file.ts';

/** One step for each format. A step, once released, never changes: files that have seen it are out there. */
const MIGRATIONS: readonly string[] = [
  `create table job (
     id integer primary key autoincrement,
     command text not null,
     name text not null,
     is_wanted integer not null,
     state text not null,
     request text not null,
     settings text not null,
     created_ms integer not null,
     started_ms integer,
     ended_ms integer,
     exit_code integer,
     error text,
     pid integer,
     restarts integer not null default 0,
     outcome text,
     source text not null
   ) strict;
   create table secret (
     name text primary key,
     value text not null
   ) strict, without rowid;
   create table fact (
     name text primary key,
     value text not null,
     updated_ms integer not null
   ) strict, without rowid;
   create table preset (
     id integer primary key autoincrement,
     slug text not null unique,
     name text not null,
     description text,
     digest text not null,
     target text not null,
     created_ms integer not null,
     updated_ms integer not null
   ) strict;
   create table funnel (
     id integer primary key autoincrement,
     name text not null unique,
     digest text not null,
     created_ms integer not null,
     updated_ms integer not null
   ) strict;
   create table event (
     id integer primary key autoincrement,
     kind text not null,
     record text not null
   ) strict;
   create table plan (
     id integer primary key autoincrement,
     state text not null,
     request text not null,
     settings text not null,
     outcome text,
     job integer,
     created_ms integer not null
   ) strict;
   create table schedule (
     id integer primary key autoincrement,
     name text not null unique,
     record text not null,
     is_enabled integer not null,
     last_ms integer,
     last_job integer,
     created_ms integer not null
   ) strict;
   create table channel (
     id integer primary key autoincrement,
     name text not null unique,
     record text not null,
     created_ms integer not null
   ) strict;
   create table audit (
     id integer primary key autoincrement,
     at_ms integer not null,
     who text not null,
     action text not null,
     subject text not null,
     detail text not null
   ) strict;
   create index audit_at on audit (at_ms);`,
  `create table point (
     job integer not null,
     target integer not null,
     resolution text not null,
     at_ms integer not null,
     numbers text not null,
     primary key (job, target, resolution, at_ms)
   ) strict, without rowid;
   create table progress (
     job integer primary key,
     record text not null
   ) strict;`,
];

/** Makes it for its owner alone, where there is none. */
export function openDatabase(
  host: Pick<Host, 'exists' | 'writePrivateFile'>,
  path: string,
): Promise<Connection> {
  // SQLite gives the files beside it the same rights.
  if (!host.exists(path)) host.writePrivateFile(path, '');
  return openSqliteFile(path, MIGRATIONS);
}

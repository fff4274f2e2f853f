/** The tables of the ledger in PostgreSQL, one step for each format, in a schema of their own. */

import { integer, text } from '../sqlite/rows.ts';
import { COMMIT_FUNCTION } from './commit-function.ts';
import type { PostgresConnection } from './connection.ts';
import { newerLedger, outdatedLedger, unsafeLedger } from './errors.ts';

/** A step, once released, never changes: databases that have seen it are out there. */
export const MIGRATIONS: readonly string[] = [
  `create table trafficinator.run (
     id bigint primary key,
     command text not null,
     url text not null,
     site bigint not null,
     timezone text not null,
     from_date text,
     to_date text,
     seed text not null,
     digest text not null,
     shard text not null,
     batch_size integer not null,
     planned_visits bigint,
     settings text not null,
     contents text not null,
     command_line text,
     started_ms bigint not null,
     pid integer not null,
     hostname text not null,
     resumed_ms bigint,
     resumes integer not null default 0,
     ended_ms bigint,
     outcome text,
     traffic_digest text,
     request text not null unique
   );
   create index run_target on trafficinator.run (url, site, id);
   create table trafficinator.batch (
     run bigint not null references trafficinator.run (id) on delete cascade,
     batch bigint not null,
     begun_ms bigint not null,
     state smallint not null,
     outcomes text,
     primary key (run, batch)
   );
   create table trafficinator.day (
     run bigint not null references trafficinator.run (id) on delete cascade,
     date text not null,
     counts text not null,
     extent text,
     primary key (run, date)
   );
   create table trafficinator.admission (
     url text not null,
     site bigint not null,
     date text not null,
     shard text not null,
     count bigint not null,
     primary key (url, site, date, shard)
   );
   create table trafficinator.lock (
     name text primary key,
     pid integer not null,
     hostname text not null,
     command text not null,
     since_ms bigint not null,
     seen_ms bigint not null,
     epoch bigint not null,
     commits bigint not null
   );
   create table trafficinator.site (
     url text not null,
     site bigint not null,
     timezone text not null,
     currency text not null,
     asked_ms bigint not null,
     primary key (url, site)
   );
   create table trafficinator.counter (name text primary key, value bigint not null);
   insert into trafficinator.counter values ('run', 0), ('worker', 0), ('epoch', 0), ('event', 0);
   create table trafficinator.worker (
     id bigint primary key,
     hostname text not null,
     pid integer not null,
     machine text not null,
     version text not null,
     since timestamptz not null,
     seen timestamptz not null,
     lost_ms integer not null,
     is_gone boolean not null
   );
   create table trafficinator.shared_run (
     id bigint primary key,
     command text not null,
     name text not null,
     url text not null,
     site bigint not null,
     version text not null,
     job text not null,
     options text not null,
     shards integer not null,
     created timestamptz not null,
     start_ms bigint,
     wish text not null,
     wishes bigint not null,
     ended timestamptz
   );
   create table trafficinator.shard (
     run bigint not null references trafficinator.shared_run (id) on delete cascade,
     shard integer not null,
     epoch bigint not null,
     worker bigint,
     claimed timestamptz,
     run_row bigint,
     is_ready boolean not null,
     is_done boolean not null,
     state text,
     result text,
     primary key (run, shard)
   );
   create index shard_worker on trafficinator.shard (worker) where not is_done;
   create table trafficinator.former (
     run bigint not null,
     shard integer not null,
     epoch bigint not null,
     worker bigint not null,
     is_gone boolean not null,
     primary key (run, shard, epoch),
     foreign key (run, shard) references trafficinator.shard (run, shard) on delete cascade
   );
   create table trafficinator.event (
     id bigint not null unique,
     run bigint not null,
     shard integer not null,
     key text not null,
     body text not null,
     primary key (run, shard, key),
     foreign key (run, shard) references trafficinator.shard (run, shard) on delete cascade
   );
   ${COMMIT_FUNCTION}`,
  // The live runs of one command begin at the same instant: these, or none yet as long as they are being created.
  'alter table trafficinator.shared_run add column together bigint[]',
  // Of two commands that create the same run at the same instant, neither sees the other's: the index does.
  `update trafficinator.shared_run r set ended = clock_timestamp() where ended is null
     and exists (select from trafficinator.shared_run o where o.ended is null and o.id < r.id
       and (o.command, o.url, o.site) = (r.command, r.url, r.site));
   create unique index shared_run_open on trafficinator.shared_run (command, url, site) where ended is null;
   create index shard_run_row on trafficinator.shard (run_row)`,
  // Why a worker takes no shard of a run.
  `create table trafficinator.refusal (
     run bigint not null references trafficinator.shared_run (id) on delete cascade,
     worker bigint not null,
     reason text not null,
     primary key (run, worker)
   )`,
];

/** Any number that no other program uses for its own migrations. */
const MIGRATION_LOCK = 7_420_166;

async function versionOf(connection: PostgresConnection): Promise<number> {
  const [found] = await connection.rows(
    "select to_regclass('trafficinator.format') is not null as there",
    [],
    (row) => row.there === true,
  );
  if (found !== true) return 0;
  const [version] = await connection.rows('select version from trafficinator.format', [], (row) =>
    integer(row, 'version'),
  );
  return version ?? 0;
}

/** Refuses a server that may lose what it has said to be on its disk. */
export async function refuseUnsafe(connection: PostgresConnection): Promise<void> {
  const sql = `select current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync,
    pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as replica`;
  const [found] = await connection.rows(sql, [], (row) => ({
    commit: text(row, 'commit'),
    fsync: text(row, 'fsync'),
    isReplica: row.replica === true,
  }));
  const { shown } = connection;
  if (found?.commit === 'off')
    throw unsafeLedger(
      shown,
      'synchronous_commit is off, so that a crash of the server loses what has been sent',
      'Set synchronous_commit to on for this role or database: alter role … set synchronous_commit = on.',
    );
  if (found?.fsync === 'off') throw unsafeLedger(shown, 'fsync is off', 'Set fsync = on in postgresql.conf.');
  if (found?.isReplica)
    throw unsafeLedger(
      shown,
      'it is read-only',
      'Use the address of the primary server, and set default_transaction_read_only = off for this role or database.',
    );
}

/** True: other servers follow this one, and a commit waits for none of them: whichever takes its place may lack the last ones. */
export async function hasStandbysBehind(connection: PostgresConnection): Promise<boolean> {
  const sql = `select exists (select from pg_stat_replication) as followed,
    current_setting('synchronous_standby_names') = '' or current_setting('synchronous_commit') = 'local' as alone`;
  const [found] = await connection.rows(sql, [], (row) => row.followed === true && row.alone === true);
  return found === true;
}

/**
 * Brings the database to the last format, which takes a role that may create tables.
 * @param steps the formats up to the current one
 */
export async function migrate(connection: PostgresConnection, steps: readonly string[]): Promise<void> {
  const { shown } = connection;
  const found = await versionOf(connection);
  if (found > steps.length) throw newerLedger(shown, found, steps.length);
  if (found === steps.length) return;
  try {
    await connection.script(async (run) => {
      await run(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
      await run('create schema if not exists trafficinator');
      await run('create table if not exists trafficinator.format (version integer not null)');
      const [row] = await run('select version from trafficinator.format');
      const version = row ? integer(row, 'version') : 0;
      for (const step of steps.slice(version)) await run(step);
      await run('delete from trafficinator.format');
      await run(`insert into trafficinator.format values (${Math.max(version, steps.length)})`);
    });
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'ledger-not-writable'
      ? outdatedLedger(shown, found, steps.length, error)
      : error;
  }
}

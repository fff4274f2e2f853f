/** Runs and their days in SQLite. */
import { firstOpenDate } from '../admissions.ts';
import type { DayExtent, DayRow, KeptSite, RunFacts, RunRow } from '../ledger.ts';
import { RUN_OUTCOMES } from '../ledger.ts';
import { isOverlapping } from '../overlap.ts';
import type { Connection, Value } from './connection.ts';
import { integer, json, oneOf, orNull, type Row, text, texts } from './rows.ts';
import type { SqliteStore } from './store.ts';

const COMMANDS = ['run', 'backfill'] as const;

export function readRun(row: Row): RunRow {
  return {
    id: integer(row, 'id'),
    command: oneOf(COMMANDS, row, 'command'),
    url: text(row, 'url'),
    site: integer(row, 'site'),
    timezone: text(row, 'timezone'),
    from: orNull(text, row, 'from_date'),
    to: orNull(text, row, 'to_date'),
    seed: text(row, 'seed'),
    digest: text(row, 'digest'),
    shard: text(row, 'shard'),
    batchSize: integer(row, 'batch_size'),
    plannedVisits: orNull(integer, row, 'planned_visits'),
    settings: texts(row, 'settings'),
    contents: texts(row, 'contents'),
    commandLine: orNull(text, row, 'command_line'),
    startedMs: integer(row, 'started_ms'),
    pid: integer(row, 'pid'),
    hostname: text(row, 'hostname'),
    resumedMs: orNull(integer, row, 'resumed_ms'),
    resumes: integer(row, 'resumes'),
    endedMs: orNull(integer, row, 'ended_ms'),
    outcome: row.outcome === null ? null : oneOf(RUN_OUTCOMES, row, 'outcome'),
    trafficDigest: orNull(text, row, 'traffic_digest'),
  };
}

const INSERT = `insert into run (command, url, site, timezone, from_date, to_date, seed, digest, shard, batch_size,
    planned_visits, settings, contents, command_line, started_ms, pid, hostname)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

function valuesOf(facts: RunFacts): Value[] {
  const { command, url, site, timezone, from, to, seed, digest, shard, batchSize } = facts;
  const { plannedVisits, settings, contents, commandLine, startedMs, pid, hostname } = facts;
  return [
    ...[command, url, site, timezone, from, to, seed, digest, shard, batchSize],
    ...[plannedVisits, JSON.stringify(settings), JSON.stringify(contents), commandLine],
    ...[startedMs, pid, hostname],
  ];
}

const SELECT = `select * from run
  where (?1 is null or url = ?1) and (?2 is null or site = ?2) and (?3 is null or command = ?3)
  order by id desc limit ?4`;
const NO_LIMIT = -1;

function readExtent(row: Row): DayExtent | null {
  if (row.first_batch === null) return null;
  return {
    firstBatch: integer(row, 'first_batch'),
    batches: integer(row, 'batches'),
    visits: integer(row, 'visits'),
    digest: text(row, 'digest'),
  };
}

function readDay(row: Row): DayRow {
  return { date: text(row, 'date'), counts: json(row, 'counts'), settled: readExtent(row) };
}

type RunStore = Pick<
  SqliteStore,
  'startRun' | 'endRun' | 'reopenRun' | 'run' | 'runs' | 'overlapping' | 'prune' | 'days'
>;

function readSite(row: Row): KeptSite {
  return {
    timezone: text(row, 'timezone'),
    currency: text(row, 'currency'),
    askedMs: integer(row, 'asked_ms'),
  };
}

export function createSiteStore(connection: Connection): Pick<SqliteStore, 'site' | 'keepSite'> {
  return {
    site: (url, site) =>
      connection.rows('select * from site where url = ? and site = ?', [url, site], readSite)[0],
    keepSite: (url, site, { timezone, currency, askedMs }) =>
      connection.write(() => {
        const sql =
          'insert or replace into site (url, site, timezone, currency, asked_ms) values (?, ?, ?, ?, ?)';
        connection.run(sql, [url, site, timezone, currency, askedMs]);
      }),
  };
}

export function createRunStore(connection: Connection): RunStore {
  function find(id: number): RunRow | undefined {
    return connection.rows('select * from run where id = ?', [id], readRun)[0];
  }

  function known(id: number): RunRow {
    const run = find(id);
    if (!run) throw new Error(`expected a run of the ledger, found ${id}`);
    return run;
  }

  const runs: SqliteStore['runs'] = ({ url = null, site = null, command = null, limit = NO_LIMIT } = {}) =>
    connection.rows(SELECT, [url, site, command, limit], readRun);

  return {
    run: find,
    runs,
    startRun: (facts) => connection.write(() => known(connection.run(INSERT, valuesOf(facts)).id)),
    endRun: (id, { endedMs, outcome, trafficDigest }) =>
      connection.write(() => {
        const sql = 'update run set ended_ms = ?, outcome = ?, traffic_digest = ? where id = ?';
        connection.run(sql, [endedMs, outcome, trafficDigest, id]);
        return known(id);
      }),
    reopenRun: (id, { resumedMs, pid, hostname }) =>
      connection.write(() => {
        const sql = `update run set ended_ms = null, outcome = null, traffic_digest = null, resumed_ms = ?,
          resumes = resumes + 1, pid = ?, hostname = ? where id = ?`;
        connection.run(sql, [resumedMs, pid, hostname, id]);
        return known(id);
      }),
    overlapping: (window) =>
      runs({ url: window.url, site: window.site, command: 'backfill' }).filter((run) =>
        isOverlapping(run, window),
      ),
    prune: (beforeMs) =>
      connection.write(() => {
        connection.run('delete from admission where date < ?', [firstOpenDate(beforeMs)]);
        const count = connection.rows(
          'select id from run where ended_ms < ?',
          [beforeMs],
          (row) => row,
        ).length;
        connection.run('delete from run where ended_ms < ?', [beforeMs]);
        return count;
      }),
    days: (runId) => connection.rows('select * from day where run = ? order by date', [runId], readDay),
  };
}

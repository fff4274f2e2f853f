/** Runs, their days and what sites said of themselves, in PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { firstOpenDate } from '../admissions.ts';
import type { DayExtent, DayRow, KeptSite, Ledger, RunFacts, RunRow } from '../ledger.ts';
import { isOverlapping } from '../overlap.ts';
import { integer, json, type Row, text } from '../sqlite/rows.ts';
import { readRun as readFacts } from '../sqlite/runs.ts';
import type { PostgresConnection, Value } from './connection.ts';

// Started twice under one name, since the first answer was lost on the way, it is one run.
const INSERT = `with next as (update trafficinator.counter set value = value + 1 where name = 'run' returning value)
  insert into trafficinator.run (id, command, url, site, timezone, from_date, to_date, seed, digest, shard,
    batch_size, planned_visits, settings, contents, command_line, started_ms, pid, hostname, request)
  select value, $1, $2, $3::bigint, $4, $5, $6, $7, $8, $9, $10::integer, $11::bigint, $12, $13, $14, $15::bigint,
    $16::integer, $17, $18 from next
  on conflict (request) do update set request = excluded.request returning *`;

function valuesOf(facts: RunFacts): Value[] {
  const { command, url, site, timezone, from, to, seed, digest, shard, batchSize } = facts;
  const { plannedVisits, settings, contents, commandLine, startedMs, pid, hostname } = facts;
  return [
    ...[command, url, site, timezone, from, to, seed, digest, shard, batchSize],
    ...[plannedVisits, JSON.stringify(settings), JSON.stringify(contents), commandLine],
    ...[startedMs, pid, hostname],
  ];
}

const NEWEST_SHARED =
  '(select max(s.run) from trafficinator.shard s where s.run_row = r.id)::bigint as newest_shared';
const SELECT = `select r.*, ${NEWEST_SHARED} from trafficinator.run r
  where ($1::text is null or url = $1) and ($2::bigint is null or site = $2) and ($3::text is null or command = $3)
  order by id desc limit $4`;
const END = `update trafficinator.run set ended_ms = $2, outcome = $3, traffic_digest = $4 where id = $1 returning *`;
const REOPEN = `update trafficinator.run set ended_ms = null, outcome = null, traffic_digest = null,
    resumes = resumes + case when (resumed_ms, pid, hostname) is not distinct from ($2::bigint, $3::integer, $4::text) then 0 else 1 end,
    resumed_ms = $2, pid = $3, hostname = $4
  where id = $1 returning *`;
const KEEP_SITE = `insert into trafficinator.site values ($1, $2, $3, $4, $5)
  on conflict (url, site) do update set timezone = excluded.timezone, currency = excluded.currency, asked_ms = excluded.asked_ms`;
// A live shard that was lost has a run of the ledger that nobody ends. A run that workers share counts as one.
const PRUNE = `with shared as (delete from trafficinator.shared_run where ended < to_timestamp($1::bigint / 1000.0) returning id),
    old as (delete from trafficinator.run where ended_ms < $1::bigint
      or ended_ms is null and request ~ '^[0-9]+/[0-9]+/[0-9]+$' and split_part(request, '/', 1)::bigint in (select id from shared)
      returning request),
    days as (delete from trafficinator.admission where date < $2),
    workers as (delete from trafficinator.worker w where seen < to_timestamp($1::bigint / 1000.0)
      and not exists (select from trafficinator.shard where worker = w.id)
      and not exists (select from trafficinator.former where worker = w.id))
  select ((select count(*) from shared) + (select count(*) from old where request not like '%/%'))::integer as count`;

type RunStore = Pick<
  Ledger,
  | 'startRun'
  | 'endRun'
  | 'reopenRun'
  | 'run'
  | 'runs'
  | 'overlapping'
  | 'prune'
  | 'days'
  | 'site'
  | 'keepSite'
>;

/** A shard that workers share is started under `RUN/SHARD`, or `RUN/SHARD/EPOCH`; another run may have gone on with it. */
export function readRun(row: Row): RunRow {
  const [, begun] = /^(\d+)\//.exec(text(row, 'request')) ?? [];
  const whole = typeof row.newest_shared === 'number' ? row.newest_shared : begun;
  return { ...readFacts(row), ...(whole === undefined ? {} : { sharedRun: Number(whole) }) };
}

function readSite(row: Row): KeptSite {
  return {
    timezone: text(row, 'timezone'),
    currency: text(row, 'currency'),
    askedMs: integer(row, 'asked_ms'),
  };
}

function readExtent(row: Row): DayExtent | null {
  if (row.extent === null) return null;
  const extent = json(row, 'extent');
  if (typeof extent !== 'object' || extent === null) return null;
  const part: Row = { ...extent };
  return {
    firstBatch: integer(part, 'firstBatch'),
    batches: integer(part, 'batches'),
    visits: integer(part, 'visits'),
    digest: text(part, 'digest'),
  };
}

function readDay(row: Row): DayRow {
  return { date: text(row, 'date'), counts: json(row, 'counts'), settled: readExtent(row) };
}

/** @param requestName names what `startRun` starts: the same name, the same run; else each call starts one */
export function createRunStore(connection: PostgresConnection, requestName?: string): RunStore {
  async function runs(filter: Parameters<Ledger['runs']>[0] = {}): Promise<RunRow[]> {
    const { url = null, site = null, command = null, limit = null } = filter;
    return connection.rows(SELECT, [url, site, command, limit], readRun);
  }

  async function one(id: number, sql: string, values: readonly Value[]): Promise<RunRow> {
    const [run] = await connection.rows(sql, [id, ...values], readRun);
    if (!run) throw new Error(`expected a run of the ledger, found ${id}`);
    return run;
  }

  return {
    runs,
    async run(id) {
      return (
        await connection.rows(
          `select r.*, ${NEWEST_SHARED} from trafficinator.run r where id = $1`,
          [id],
          readRun,
        )
      )[0];
    },
    async startRun(facts) {
      const [run] = await connection.rows(INSERT, [...valuesOf(facts), requestName ?? randomUUID()], readRun);
      if (!run) throw new Error('expected the run that was started');
      return run;
    },
    endRun: (id, { endedMs, outcome, trafficDigest }) => one(id, END, [endedMs, outcome, trafficDigest]),
    reopenRun: (id, { resumedMs, pid, hostname }) => one(id, REOPEN, [resumedMs, pid, hostname]),
    async overlapping(window) {
      const all = await runs({ url: window.url, site: window.site, command: 'backfill' });
      return all.filter((run) => isOverlapping(run, window));
    },
    async prune(beforeMs) {
      const [count] = await connection.rows(PRUNE, [beforeMs, firstOpenDate(beforeMs)], (row) =>
        integer(row, 'count'),
      );
      return count ?? 0;
    },
    days: (runId) =>
      connection.rows('select * from trafficinator.day where run = $1 order by date', [runId], readDay),
    async site(url, site) {
      const sql = 'select * from trafficinator.site where url = $1 and site = $2';
      return (await connection.rows(sql, [url, site], readSite))[0];
    },
    async keepSite(url, site, { timezone, currency, askedMs }) {
      await connection.rows(KEEP_SITE, [url, site, timezone, currency, askedMs], (row) => row);
    },
  };
}

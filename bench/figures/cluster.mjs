// Cluster: one backfill of single hits by 1, 2 and 4 workers over a PostgreSQL ledger, and what that costs the ledger.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../postgres.mjs';

const VISITS = 6_000;
const WORKERS = [1, 2, 4];
const CONCURRENCY = 48;
const LIMIT_MS = 600_000;
const BACKFILL =
  `backfill --preset medium --json --no-progress --yes --detach --batch-size 1 --concurrency ${CONCURRENCY}`.split(
    ' ',
  );

export const title = 'backfill of single hits by workers that share a PostgreSQL ledger';
export const unit = 'hits/s';
export const mostRounds = 2;

const ENVIRONMENT = {
  BACKFILL_START_DATE: '2025-01-01',
  BACKFILL_END_DATE: '2025-01-02',
  TARGET_VISITS_PER_DAY: String(VISITS / 2),
  BACKFILL_MAX_VISITS_PER_DAY: '0',
  BACKFILL_MAX_VISITS_TOTAL: '0',
};

const COUNTS = `select (select sum(xact_commit)::float from pg_stat_database where datname = current_database()) as commits,
  (select count(*)::float from trafficinator.batch) as rows,
  pg_total_relation_size('trafficinator.batch')::float as bytes,
  (select max(ended) is not null from trafficinator.shared_run) as ended,
  (select min(claimed) from trafficinator.shard) as claimed,
  (select max(ended) from trafficinator.shared_run) as ended_at`;
const RESULTS = `select sum((result::json->'result'->'totals'->'hits'->>'accepted')::float) as hits,
  sum((result::json->'result'->'totals'->'visits'->>'complete')::float) as visits from trafficinator.shard`;

/** Ends each by its id. */
async function endAll(workers) {
  for (const { child } of workers) child.kill('SIGTERM');
  await Promise.all(workers.map(({ child }) => child.exitCode ?? once(child, 'exit')));
  for (const { remove } of workers) remove();
}

/** Looks until it is so. @returns the row */
async function until(postgres, url, sql, isSo, what) {
  const giveUpMs = performance.now() + LIMIT_MS;
  for (;;) {
    const [row] = await postgres.query(url, sql);
    if (isSo(row)) return row;
    if (performance.now() > giveUpMs) throw new Error(`${what}: not within ${LIMIT_MS} ms`);
    await sleep(200);
  }
}

/** All of them wait for a run when there is one. */
async function startWorkers({ startCommand, node, built }, postgres, env, count) {
  // It creates the tables.
  await node([built.command, 'history'], env, { timeoutMs: LIMIT_MS });
  const workers = Array.from({ length: count }, () => startCommand(built, ['worker'], env));
  const registered = 'select count(*)::integer as count from trafficinator.worker';
  await until(postgres, env.LEDGER_URL, registered, (row) => row.count === count, 'workers have not started');
  return workers;
}

async function measure(laboratory, postgres, count) {
  const url = await postgres.createDatabase();
  const env = { ...ENVIRONMENT, LEDGER_URL: url };
  const { node, built } = laboratory;
  const workers = await startWorkers(laboratory, postgres, env, count);
  try {
    const [before] = await postgres.query(url, COUNTS);
    const created = await node([built.command, ...BACKFILL], env, { timeoutMs: LIMIT_MS });
    if (created.code !== 0) throw new Error(`the run was not created: ${created.stderr}`);
    const hasEnded = ({ ended }) => ended;
    const last = await until(postgres, url, COUNTS, hasEnded, 'the run has not ended');
    const { commits, rows, bytes, claimed, ended_at: ended } = last;
    const [{ hits, visits }] = await postgres.query(url, RESULTS);
    const seconds = (ended - claimed) / 1000;
    return {
      value: hits / seconds,
      'commits/s': (commits - before.commits) / seconds,
      'commits/visit': (commits - before.commits) / visits,
      'rows/visit': rows / visits,
      'bytes/visit': bytes / visits,
    };
  } finally {
    await endAll(workers);
  }
}

export async function plan(laboratory) {
  const postgres = await startPostgres(laboratory.dir);
  const nameOf = (count) => (count === 1 ? '1 worker' : `${count} workers`);
  return {
    conditions: [laboratory.server.kind, `${VISITS} visits in 24 shards, ${CONCURRENCY} requests in flight`],
    sides: WORKERS.map((count) => ({
      name: nameOf(count),
      measure: () => measure(laboratory, postgres, count),
      ...(count > 1 ? { against: nameOf(1) } : {}),
    })),
    close: postgres.remove,
  };
}

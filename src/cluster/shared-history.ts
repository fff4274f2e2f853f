/** The history of a ledger that workers share: all shards of a run as one, by the number that `stop` and `--resume` take. */
import { countVisits } from '../job/schedule.ts';
import type { Ledger, RunOutcome, RunRow } from '../ledger/ledger.ts';
import type { ShardRow, SharedRun } from '../ledger/postgres/shared-rows.ts';
import type { SharedRuns } from '../ledger/postgres/shared-runs.ts';
import { historyOf, type RecordedRun, type RunHistory, type SharedProgress } from '../ledger/run-history.ts';
import { sumOf } from '../ledger/sum.ts';
import { sumOfDigests } from '../plan/digest.ts';
import { createPlan } from '../plan/plan.ts';
import type { WorkerEnd } from '../shards/protocol.ts';
import { decodeTotals } from '../shards/serialization.ts';
import { isOfThisPlan, recordedJob } from './shared-job.ts';
import { countsOfShard, progressOf, readEnd } from './shared-state.ts';

const endsOf = (shards: readonly ShardRow[]): WorkerEnd[] =>
  shards.flatMap(({ result }) => (result === null ? [] : readEnd(result)));

/** As that of a run of one process; null while it goes on. */
function outcomeOf(
  { endedMs, wish, command }: SharedRun,
  ends: readonly WorkerEnd[],
  failedHits: number,
): RunOutcome | null {
  if (endedMs === null) return null;
  const errors = ends.flatMap(({ error }) => error ?? []);
  if (errors.some(({ code }) => code === 'target-stalled')) return 'stalled';
  if (errors.length > 0 || (command === 'run' && failedHits > 0)) return 'failed';
  return wish === 'stop' ? 'stopped' : 'done';
}

function factsOf({ command, job: text, url, site }: SharedRun) {
  const { job, digest } = recordedJob(text);
  const { traffic, record } = job;
  const isBackfill = job.command === 'backfill';
  return {
    ...{ command, url, site, timezone: traffic.timezone, seed: traffic.seed, digest, shard: '1/1' },
    from: isBackfill ? job.from : null,
    to: isBackfill ? job.to : null,
    batchSize: isBackfill ? job.batchSize : 1,
    settings: record?.settings ?? {},
    contents: record?.contents ?? {},
    commandLine: record?.commandLine ?? null,
  };
}

/** Visits of the whole; null for a run without an end, and where only another version could plan it. */
function plannedVisits({ job: text, version, shards }: SharedRun, rows: readonly RunRow[]): number | null {
  const { job } = recordedJob(text);
  if (job.command === 'run') return null;
  if (rows.length === shards) return rows.reduce((sum, row) => sum + (row.plannedVisits ?? 0), 0);
  return isOfThisPlan(version) && !job.plugins ? countVisits(job, createPlan(job.traffic)) : null;
}

async function progressWithWorkers(
  store: SharedRuns,
  run: SharedRun,
  shards: readonly ShardRow[],
): Promise<SharedProgress> {
  const [refusals, workers] = await Promise.all([store.refusals(run.id), store.workers()]);
  const alive = workers.filter(({ isGone, ageMs, lostMs }) => !isGone && ageMs <= lostMs).length;
  return { ...progressOf(run, shards), alive, refusals };
}

async function recorded(store: SharedRuns, run: SharedRun): Promise<RecordedRun> {
  const { id, createdMs, endedMs, shards } = run;
  const [rows, ofShards] = await Promise.all([store.runRows(id), store.shardsOf(id)]);
  const progress = endedMs === null ? await progressWithWorkers(store, run, ofShards) : undefined;
  const ends = endsOf(ofShards);
  const digests = ends.flatMap(({ result }) => result?.digest ?? []);
  const sum = sumOf(ofShards.flatMap((shard) => countsOfShard(shard) ?? []).map(decodeTotals));
  const counts = { visits: { ...sum.visits }, hits: { ...sum.hits } };
  return {
    run: {
      ...factsOf(run),
      ...{ id, startedMs: createdMs, endedMs, resumedMs: null, resumes: 0 },
      plannedVisits: plannedVisits(run, rows),
      outcome: outcomeOf(run, ends, sum.hits.failed),
      trafficDigest: digests.length === shards ? sumOfDigests(digests) : null,
    },
    shards,
    progress,
    parts: rows.map((row) => row.id),
    counts,
  };
}

export function sharedHistory(store: SharedRuns, ledger: Ledger): RunHistory {
  return {
    runs: async (filter) => Promise.all((await store.runs(filter)).map((run) => recorded(store, run))),
    async run(id) {
      const run = await store.run(id);
      // A shard is shown by its own number too.
      return run ? recorded(store, run) : historyOf(ledger).run(id);
    },
  };
}

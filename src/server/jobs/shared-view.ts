/** Runs that workers share as answers show them: how far each has come, who has which shard, and which workers there are. */
import { countsOfShard, errorsOf, readState, stateOf } from '../../cluster/shared-state.ts';
import type { ShardRow, SharedRun, WorkerRow } from '../../ledger/postgres/shared-rows.ts';
import type { ClusterView } from '../service.ts';
import { sumOfRecords } from './totals.ts';

const at = (ms: number) => new Date(ms).toISOString();
const atOrNull = (ms: number | null) => (ms === null ? null : at(ms));

function shardView(row: ShardRow, lastDays: ReadonlyMap<number, string>) {
  const { shard, isDone, worker, epoch } = row;
  const counts = countsOfShard(row);
  return {
    shard,
    state: isDone ? ('done' as const) : worker === null ? ('free' as const) : ('taken' as const),
    worker,
    epoch,
    visits: { ...counts?.visits },
    hits: { ...counts?.hits },
    lastDay: lastDays.get(shard) ?? null,
  };
}

export async function sharedRunView({ store, planOf }: ClusterView, run: SharedRun) {
  const [rows, lastDays] = await Promise.all([store.shardsOf(run.id), store.lastDays(run.id)]);
  const shards = rows.map((row) => shardView(row, lastDays));
  const activity = rows.flatMap(({ state, isDone }) =>
    state === null || isDone ? [] : readState(state).activity,
  );
  const { timezone = null, from = null, to = null, visits: planned = null } = planOf(run) ?? {};
  const { id, command, name, url, site, version, wish, createdMs, startMs, endedMs } = run;
  return {
    ...{ id, command, target: name, url, site, version, wish, timezone, from, to },
    errors: errorsOf(rows),
    state: stateOf(run, rows),
    createdAt: at(createdMs),
    startedAt: atOrNull(startMs),
    endedAt: atOrNull(endedMs),
    plannedVisits: planned,
    visits: sumOfRecords(shards.map(({ visits }) => visits)),
    hits: sumOfRecords(shards.map(({ hits }) => hits)),
    requestsInFlight: activity.reduce((sum, { requestsInFlight }) => sum + requestsInFlight, 0),
    isTargetDown: activity.some(({ isTargetDown }) => isTargetDown),
    shards,
  };
}

/** @param taken the worker of each shard that one has */
export function workerView(row: WorkerRow, taken: readonly number[]) {
  const { id, hostname, pid, version, sinceMs, seenMs, isGone, lostMs, ageMs } = row;
  return {
    ...{ id, hostname, pid, version },
    sinceAt: at(sinceMs),
    seenAt: at(seenMs),
    isAlive: !isGone && ageMs < lostMs,
    hasLeft: isGone,
    shards: taken.filter((owner) => owner === id).length,
  };
}

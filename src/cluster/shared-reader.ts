/** Reads what the workers have written of a shared run, and passes it on to what puts the shards together. */
import { EXIT, UserError } from '../errors.ts';
import type { EventRow, ShardRow } from '../ledger/postgres/shared-rows.ts';
import type { SharedRuns } from '../ledger/postgres/shared-runs.ts';
import type { Stop } from '../run/stop.ts';
import type { ShardEvent, WorkerEnd } from '../shards/protocol.ts';
import { decodeError, type SerializedTotals } from '../shards/serialization.ts';
import type { ShardedJob } from '../shards/sharded-job.ts';
import { type OpenedRun, readEnd, readEvent, readState } from './shared-state.ts';

/** Losses stop nobody. */
function hasFailed({ result }: ShardRow): boolean {
  const error = result === null ? undefined : readEnd(result).error;
  return error !== undefined && error.exitCode !== EXIT.losses;
}

/** What was open of it is not known: its worker was lost, or the ledger was, and then the run was stopped. */
function unfinishedShard(run: number, shard: number): UserError {
  return new UserError(
    `Shard ${shard} of run ${run} was not finished: its worker was lost before the run ended.`,
    {
      code: 'worker-lost',
      exitCode: EXIT.losses,
      hint: 'A backfill continues with --resume, which asks Matomo about requests without a response.',
    },
  );
}

/** What a worker has sent that was lost is of this run too: only what another run had sent was there before. */
function ofThisRun(totals: SerializedTotals): SerializedTotals {
  return { ...totals, acceptedNow: totals.hits.accepted };
}

/**
 * What the ledger has of a run, told to the one who puts it together, each thing once.
 * @param eventsAfter events of the run that are wanted, after the one with the number
 */
export function createReader(
  store: SharedRuns,
  { id, isResumed }: Pick<OpenedRun, 'id' | 'isResumed'>,
  target: ShardedJob,
  eventsAfter: (event: number) => Promise<EventRow[]>,
) {
  const ended = new Set<number>();
  const points = new Map<number, Extract<ShardEvent, { kind: 'state' }>['state']['points'][number][]>();
  let lastEvent = 0;
  const counted = (totals: SerializedTotals) => (isResumed ? totals : ofThisRun(totals));

  function countedEnd(text: string): WorkerEnd {
    const end = readEnd(text);
    return end.result ? { ...end, result: { ...end.result, totals: counted(end.result.totals) } } : end;
  }

  async function hearEvents(): Promise<void> {
    for (const { id: event, shard, body } of await eventsAfter(lastEvent)) {
      lastEvent = event;
      const news = readEvent(body);
      if (news.kind === 'points') points.set(shard, [...(points.get(shard) ?? []), ...news.points]);
      else if (news.kind === 'day') target.hear(shard - 1, { ...news, totals: counted(news.totals), job: 0 });
      else target.hear(shard - 1, { ...news, job: 0 });
    }
  }

  function hearShard({ shard, state, isDone, result }: ShardRow): void {
    if (ended.has(shard)) return;
    if (state !== null) {
      const more = points.get(shard) ?? [];
      points.delete(shard);
      const { totals, ...known } = readState(state);
      const whole = { ...known, totals: counted(totals), points: more };
      target.hear(shard - 1, { kind: 'state', job: 0, state: whole });
    }
    if (!isDone || result === null) return;
    ended.add(shard);
    const end = countedEnd(result);
    // Whoever was to go on with it could not: what was open is not known.
    if (!end.result && end.error && state !== null) target.leave(shard - 1, decodeError(end.error));
    else target.hear(shard - 1, { kind: 'end', job: 0, end });
  }

  return {
    /** @param stop of a run that somebody has asked to stop: told so, unless a shard has asked, which cannot go on */
    async look(stop?: Stop): Promise<void> {
      const shards = await store.shardsOf(id);
      await hearEvents();
      if (stop && !shards.some(hasFailed)) stop.request('SIGTERM');
      for (const shard of shards) hearShard(shard);
    },
    /** The run is over: shards that nobody has come to are not sent. */
    async close(): Promise<void> {
      for (const { shard, state } of await store.shardsOf(id)) {
        if (ended.has(shard)) continue;
        ended.add(shard);
        if (state !== null) {
          target.leave(shard - 1, unfinishedShard(id, shard));
          continue;
        }
        const error = undefined;
        target.hear(shard - 1, { kind: 'end', job: 0, end: { result: undefined, error, signal: undefined } });
      }
    },
  };
}

/** Requests of the workers that had a shard before: whoever goes on with it knows what came of hits, not how they were sent. */
import type { SerializedTotals } from '../shards/serialization.ts';

type Counts = Readonly<Record<string, number>>;

function sumOfCounts(one: Counts, other: Counts): Record<string, number> {
  const sum: Record<string, number> = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

const measured = ({ latencyMs }: SerializedTotals) => latencyMs.reduce((sum, [, count]) => sum + count, 0);

/**
 * What the owners before have counted beside the counts from which the next one has begun. Those of a backfill have the
 * requests of whole days, without their times; those of a live run have all but the failed attempts.
 */
function restOf(former: SerializedTotals, begun: SerializedTotals, command: 'run' | 'backfill') {
  const { failedAttempts, examples, latencyMs, lagMs } = former;
  if (command === 'run')
    return { failedAttempts, examples, requests: 0, retries: 0, latencyMs: [], lagMs: [] };
  const known = begun.requests - measured(begun);
  return {
    ...{ failedAttempts, examples, latencyMs, lagMs },
    requests: Math.max(0, former.requests - known),
    retries: Math.max(0, former.retries - begun.retries),
  };
}

/**
 * @param former what the owner before has last told; undefined where there was none
 * @returns adds what is missing to what the new owner tells
 */
export function createCarriedRequests(
  former: SerializedTotals | undefined,
  command: 'run' | 'backfill',
): (totals: SerializedTotals) => SerializedTotals {
  let rest: ReturnType<typeof restOf> | undefined;
  return (totals) => {
    if (!former) return totals;
    rest ??= restOf(former, totals, command);
    return {
      ...totals,
      requests: totals.requests + rest.requests,
      retries: totals.retries + rest.retries,
      failedAttempts: sumOfCounts(totals.failedAttempts, rest.failedAttempts),
      examples: { ...totals.examples, ...rest.examples },
      latencyMs: [...rest.latencyMs, ...totals.latencyMs],
      lagMs: [...rest.lagMs, ...totals.lagMs],
    };
  };
}

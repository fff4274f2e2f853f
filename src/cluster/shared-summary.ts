/** The one summary of a run that workers share, as its creator prints it: while the run goes on, and after. */
import type { Job } from '../job/job.ts';
import type { SharedRun } from '../ledger/postgres/shared-rows.ts';
import type { SharedRuns } from '../ledger/postgres/shared-runs.ts';
import { createTotals, type Totals } from '../ledger/totals.ts';
import type { RunResults } from '../report/summary.ts';
import { createPause } from '../run/pause.ts';
import { createStop } from '../run/stop.ts';
import { createTarget } from '../shards/sharded-job.ts';
import type { Clock } from '../types/clock.ts';
import type { LocalDate } from '../types/local-date.ts';
import { recordedJob } from './shared-job.ts';
import { createReader } from './shared-reader.ts';
import { startersOf } from './shared-run.ts';
import { openedRun } from './shared-state.ts';

export interface SharedSummary {
  readonly job: Job;
  /** Those that every shard has done its part of. */
  readonly days: readonly { readonly date: LocalDate; readonly totals: Totals }[];
  readonly totals: Totals;
  readonly facts: RunResults;
}

/** Nobody knows it before all has been planned. */
const NO_DIGEST_YET = 'unknown';

export async function readSharedSummary(
  store: SharedRuns,
  run: SharedRun,
  clock: Clock,
): Promise<SharedSummary> {
  const { id, shards, wish, endedMs, startMs, createdMs } = run;
  const { job } = recordedJob(run.job);
  const days: { date: LocalDate; totals: Totals }[] = [];
  let totals = createTotals();
  const stop = createStop();
  const target = createTarget({
    job,
    dependencies: {
      clock,
      stop,
      pause: createPause(clock),
      thresholds: [],
      onStart: (sum) => {
        totals = sum;
      },
      onDay: (date, sum) => void days.push({ date, totals: sum }),
    },
    starters: startersOf(shards),
    answer: () => {},
  });
  const reader = createReader(store, openedRun(run), target, (after) =>
    after === 0 ? store.dayEvents(id) : Promise.resolve([]),
  );
  const { seed } = job.traffic;
  await reader.look(wish === 'stop' ? stop : undefined);
  if (endedMs === null) {
    const durationMs = Math.max(0, clock.now() - (startMs ?? createdMs));
    return { job, days, totals, facts: { seed, digest: NO_DIGEST_YET, durationMs } };
  }
  await reader.close();
  const { result } = await target.ended;
  const nothing = { digest: NO_DIGEST_YET, durationMs: 0 };
  const facts = { ...(result ?? nothing), seed, error: result?.error?.message };
  return { job, days, totals: result?.totals ?? totals, facts };
}

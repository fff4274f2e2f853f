/** What a backfill's plan comes to beside its visits: why a day has another number than is set, and how long the sending takes. */
import { backfillVisitsPerDay } from '../../../../config/rules/effective.ts';
import { trafficSettings } from '../../../../config/rules/traffic-settings.ts';
import { createBodies } from '../../../../matomo/requests/body.ts';
import { createHitWriter } from '../../../../matomo/requests/hits.ts';
import { bulkTimeline, laneCountFor } from '../../../../plan/bulk-timeline.ts';
import { createOffsetTable } from '../../../../plan/days/calendar.ts';
import { type VolumeCause, volumeCauses } from '../../../../plan/days/volume-causes.ts';
import { createPlan } from '../../../../plan/plan.ts';
import { dayNumberAt, dayNumberOf } from '../../../../timezone.ts';
import type { LoadedSession } from '../../../settings/session.ts';
import type { PlanNumbers, PlanSending, PlanVolume } from '../../../store/plan-store.ts';

type Counted = Pick<PlanNumbers, 'visits' | 'hits' | 'from' | 'to' | 'days'>;

/** True: each target gets as many visits as are set, and not a share of them. */
function isForEach({ settings: { strategy }, targets }: LoadedSession): boolean {
  return targets.length > 1 && (strategy === 'mirror' || strategy === 'independent');
}

/** Of one plan: targets that get different visits have causes of their own. */
function causesOf({ settings, targets, files }: LoadedSession, { from, to }: Counted): VolumeCause[] {
  const [first] = targets;
  if (!first || (targets.length > 1 && settings.strategy !== 'mirror')) return [];
  const hasToken = targets.every((target) => target.settings.tokenAuth !== undefined);
  return volumeCauses(trafficSettings(first.settings, 'backfill', files, hasToken), { from, to });
}

/** @param timezone in which the days are planned */
export function volumeOf(
  session: LoadedSession,
  counted: Counted,
  timezone: string,
  nowMs: number,
): PlanVolume {
  const { settings, origins, targets } = session;
  const { visitsPerDay, volumeMode, backfillMaxVisitsPerDay, backfillMaxVisitsTotal } = settings;
  const plans = isForEach(session) ? targets.length : 1;
  const perDay = backfillVisitsPerDay(settings);
  const isCapSet = volumeMode === 'average' && origins.get('backfillMaxVisitsPerDay') !== 'default';
  const cap = isCapSet && backfillMaxVisitsPerDay > 0 ? backfillMaxVisitsPerDay : undefined;
  return {
    mode: volumeMode,
    setPerDay: visitsPerDay,
    perDay,
    isForEach: plans > 1,
    causes: causesOf(session, counted),
    daysAtCap: counted.days.filter(({ visits }) => cap !== undefined && visits >= cap * plans).length,
    isCutOff: backfillMaxVisitsTotal > 0 && counted.visits >= backfillMaxVisitsTotal * plans,
    hasToday: dayNumberOf(counted.to) >= dayNumberAt(timezone, nowMs),
  };
}

/** Visits of a day that are put into requests to count these; of more, the first ones. */
const MOST_SAMPLED = 5_000;

/** Requests of one target: those of the middle day are made, and counted, for all. @param share of all hits that it gets */
function requestsFor(
  { settings, targets, files }: LoadedSession,
  counted: Counted,
  share: number,
  isSink: boolean,
): number {
  const [first] = targets;
  const middle = counted.days[Math.floor(counted.days.length / 2)];
  if (!first || !middle || counted.hits === 0) return 0;
  const { backfillBatchSize: batchSize, backfillBatchBytes } = settings;
  const { tokenAuth } = first.settings;
  const traffic = trafficSettings(first.settings, 'backfill', files, isSink || tokenAuth !== undefined);
  const plan = createPlan(traffic);
  const bodies = createBodies(batchSize > 1, tokenAuth, backfillBatchBytes);
  const encoder = { ...createHitWriter(traffic, createOffsetTable()), openBody: bodies.open };
  const batches = bulkTimeline(plan, encoder, {
    batchSize,
    days: [plan.calendar.dayOf(middle.date)],
    shard: { index: 1, count: 1 },
    maxVisits: Math.min(MOST_SAMPLED, Math.ceil(middle.visits * share)),
    untilMs: Number.POSITIVE_INFINITY,
  });
  let [hits, requests] = [0, 0];
  for (const batch of batches) {
    hits += batch.hits.length;
    requests += batch.parts?.length ?? 1;
    bodies.recycle(batch.body);
  }
  // The last batch of a lane is half full on average: of a longer day there are no more of these.
  const lasts = Math.min(requests, laneCountFor(batchSize)) / 2;
  const aHit = (requests - lasts) / Math.max(1, hits);
  return counted.days.reduce((sum, day) => {
    const own = day.hits * share;
    return sum + Math.min(own, own * aHit + lasts);
  }, 0);
}

/** Null where nothing limits the rate: then the server decides. @param isSink the embedded endpoint, which needs no token */
export function sendingOf(session: LoadedSession, counted: Counted, isSink: boolean): PlanSending | null {
  const { settings, targets } = session;
  const { backfillRpsLimit: requestsPerSecond, strategy } = settings;
  if (requestsPerSecond === undefined) return null;
  const weightOf = (weight: number) => (strategy === 'round-robin' ? 1 : weight);
  const weights = targets.reduce((sum, { weight }) => sum + weightOf(weight), 0);
  const largest = isForEach(session)
    ? 1 / targets.length
    : Math.max(...targets.map(({ weight }) => weightOf(weight))) / weights;
  // Targets are sent to side by side: the one with most hits takes longest.
  const requests = Math.ceil(requestsFor(session, counted, largest, isSink));
  return { requestsPerSecond, requests, durationMs: (requests / requestsPerSecond) * 1000 };
}

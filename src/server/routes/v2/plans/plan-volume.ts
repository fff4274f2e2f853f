/** What a backfill's plan comes to beside its visits: why a day has another number than is set, and how long the sending takes. */
import { backfillVisitsPerDay } from '../../../../config/rules/effective.ts';
import { trafficSettings } from '../../../../config/rules/traffic-settings.ts';
import { laneCountFor } from '../../../../plan/bulk-timeline.ts';
import { type VolumeCause, volumeCauses } from '../../../../plan/days/volume-causes.ts';
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

/** Requests of one target, on average: whole visits side by side in lanes, which end with the day. */
function requestsFor(hits: number, { visits, hits: all, days }: Counted, batchSize: number): number {
  const lanes = laneCountFor(batchSize);
  // A visit that does not fit any more begins the next request.
  const room = Math.max(1, batchSize - all / Math.max(1, visits) / 2);
  return days.reduce((sum, day) => {
    const own = all > 0 ? (day.hits / all) * hits : 0;
    return sum + Math.min(own, lanes * Math.max(1, own / lanes / room + 0.5));
  }, 0);
}

/** Null where nothing limits the rate: then the server decides. */
export function sendingOf(session: LoadedSession, counted: Counted): PlanSending | null {
  const { settings, targets } = session;
  const { backfillRpsLimit: requestsPerSecond, backfillBatchSize, strategy } = settings;
  if (requestsPerSecond === undefined) return null;
  const weightOf = (weight: number) => (strategy === 'round-robin' ? 1 : weight);
  const weights = targets.reduce((sum, { weight }) => sum + weightOf(weight), 0);
  const largest = isForEach(session)
    ? 1 / targets.length
    : Math.max(...targets.map(({ weight }) => weightOf(weight))) / weights;
  // Targets are sent to side by side: the one with most hits takes longest.
  const requests = Math.ceil(requestsFor(counted.hits * largest, counted, backfillBatchSize));
  return { requestsPerSecond, requests, durationMs: (requests / requestsPerSecond) * 1000 };
}

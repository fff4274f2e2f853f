/** Arrivals: how plugins weigh the minutes of a day, and whether the plan has room for what they ask. */
import { dayNumberOf } from '../../timezone.ts';
import type { When } from '../../types/plugin-api.ts';
import { type LocalDay, weekdayOf } from '../days/calendar.ts';
import { type ExtensionArrivals, type Extensions, hookError, inShort } from './extensions.ts';

/** A minute has at most so many times the visits that it would have. */
const MOST_WEIGHT = 1000;

const MINUTES = 1440;
/** Days remembered. */
const REMEMBERED = 800;

/** Weights of a day's 1,440 minutes of the local clock; undefined where no plugin has a say. */
export type MinuteWeights = (day: LocalDay) => Float64Array;

function weightAt({ place, call }: ExtensionArrivals, when: When): number {
  const weight = call({ date: when.date }, when);
  if (typeof weight === 'number' && weight >= 0 && weight <= MOST_WEIGHT) return weight;
  const what = `weight must give a number from 0 to ${MOST_WEIGHT}, but gave ${inShort(weight)} for minute ${when.minute}.`;
  throw hookError(place, { date: when.date }, what);
}

export function createMinuteWeights({ arrivals, guard }: Extensions): MinuteWeights | undefined {
  if (arrivals.length === 0) return undefined;
  const known = new Map<number, Float64Array>();
  const weigh = ({ date, number }: LocalDay) =>
    Float64Array.from({ length: MINUTES }, (_, minute) => {
      const when = Object.freeze({ date, weekday: weekdayOf(number), minute });
      return arrivals.reduce((product, hook) => product * weightAt(hook, when), 1);
    });
  return (day) => {
    const before = known.get(day.number);
    if (before) return before;
    const weights = guard(() => weigh(day));
    if (known.size >= REMEMBERED) known.clear();
    known.set(day.number, weights);
    return weights;
  };
}

/** Days whose curves differ from those of the same weekday in other weeks. */
export function unevenDaysOf({ arrivals }: Extensions): number[] {
  return arrivals.flatMap(({ dates }) => dates.map(dayNumberOf));
}

/**
 * Refuses a day on which two visits of one class would come too close: visits of one visitor could be merged.
 * @param before start times of the day before
 * @param apartMs least time from the start of a visit to that of the next one of its class
 */
export function refuseCrowd(
  { arrivals }: Extensions,
  day: LocalDay,
  before: Float64Array,
  starts: Float64Array,
  classCount: number,
  apartMs: number,
): void {
  for (let i = 0; i < starts.length; i++) {
    const rank = i - classCount;
    const earlier = rank >= 0 ? starts[rank] : before[before.length + rank];
    if (earlier === undefined || (starts[i] as number) - earlier >= apartMs) continue;
    const [first] = arrivals;
    if (!first) return;
    const most = `more visits start within ${Math.ceil(apartMs / 60_000)} minutes than the plan has room for (${classCount})`;
    throw hookError(first.place, { date: day.date }, `${most}.`, {
      hint: `Add the date to the hook's dates: ['${day.date}'], or lower its weights.`,
    });
  }
}

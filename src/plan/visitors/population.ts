/** Which visitor makes which visit: new and returning ones, never two visits of one within 31 minutes. */
import { dayNumberOf, offsetSpans } from '../../timezone.ts';
import type { Calendar } from '../days/calendar.ts';
import { busiestSpan, type DayLoad } from '../days/day-curve.ts';
import type { Volume } from '../days/volume.ts';
import { modulo } from '../exact-math.ts';
import { CONCERN, type RandomSource } from '../random.ts';
import { createLoyalty, type Loyalty } from './loyalty.ts';

/** Matomo ends a visit 30:00 after its last action; the minute more is ours. */
export const APART_MS = 31 * 60_000;

/** Year whose days stand for all when the busiest span is looked for: it has both changes of the clock. */
const SAMPLE_FROM = dayNumberOf('2025-01-01');
const SAMPLE_DAYS = 365;

/** Days looked at in a row, every other one, and the distance from one such row to the next. */
const SAMPLES_IN_A_ROW = 4;
const ROW_EVERY_DAYS = 16;

/** The days around each are alike but for the season and for clocks elsewhere, whose changes fall between samples. */
const BETWEEN_SAMPLES = 1.03;

/** Pairs of days of all weekdays and seasons, and those on which the clock changes. */
function samplePairs(calendar: Calendar): number[] {
  const pairs: number[] = [];
  for (let row = 0; row < SAMPLE_DAYS; row += ROW_EVERY_DAYS) {
    for (let i = 0; i < SAMPLES_IN_A_ROW; i++) pairs.push(SAMPLE_FROM + row + i * 2);
  }
  const from = calendar.dayNumbered(SAMPLE_FROM);
  const to = calendar.dayNumbered(SAMPLE_FROM + SAMPLE_DAYS);
  for (const { toMs } of offsetSpans(calendar.timezone, from.startMs, to.startMs)) {
    const { number, spans } = calendar.dayAt(toMs);
    if (spans.length > 1) pairs.push(number - 1, number);
  }
  return pairs;
}

/** Whether visits come as on the other day: flat days share their curve. */
function isSameLoad({ curve, count }: DayLoad, other: DayLoad | undefined): boolean {
  return curve.bounds === other?.curve.bounds && count === other.count;
}

/**
 * Number of classes that keep visits apart: more than ever start within the longest visit and 31 minutes. Visits of one
 * class differ by a multiple of it in their running number, and a visitor belongs to one class. A day's draws exceed
 * their mean; eight standard deviations are allowed for.
 * @param unevenDays days with a curve of their own, to be looked at besides the ordinary ones
 */
export function classCountFor(
  calendar: Calendar,
  loadOf: (dayNumber: number) => DayLoad,
  unevenDays: readonly number[],
  longestVisitMs: number,
): number {
  let mean = 0;
  let most = 0;
  let before: readonly DayLoad[] = [];
  for (const number of [...samplePairs(calendar), ...unevenDays]) {
    const pair = [loadOf(number), loadOf(number + 1)] as const;
    if (pair.every((load, i) => isSameLoad(load, before[i]))) continue;
    const [first, second] = pair;
    mean = Math.max(mean, busiestSpan(first, second, longestVisitMs + APART_MS));
    most = Math.max(most, first.count + second.count);
    before = pair;
  }
  mean *= BETWEEN_SAMPLES;
  return Math.min(most + 1, Math.ceil(mean + 8 * Math.sqrt(mean) + 4));
}

export interface Population {
  readonly classCount: number;
  readonly loyalty: Loyalty;
  /** Number of the visitor who makes the numbered visit: the running number of that visitor's first visit. */
  visitorOf(runningNumber: number): number;
}

/**
 * A visit is a new visitor's, or it returns to the visitor of an earlier visit of its class: often in loyal classes,
 * seldom in others. Following such links makes frequent visitors ever more frequent: the counts have a long tail
 * without any memory.
 */
export function createPopulation(
  random: RandomSource,
  classCount: number,
  volume: Pick<Volume, 'numberBefore' | 'firstNumber'>,
  returningShare: number,
): Population {
  const loyalty = createLoyalty(returningShare, classCount);
  function earlierVisit(number: number, chance: number): number | undefined {
    const stream = random.stream(CONCERN.population, number, 0);
    if (stream.next() >= chance) return undefined;
    const cyclesBack = (number - volume.numberBefore(number, loyalty.drawGapDays(stream))) / classCount;
    const cycles = Math.max(1, Math.ceil(cyclesBack - 0.25));
    const earlier = number - cycles * classCount;
    // Visits before the first numbered 0 have visitors of their own.
    return earlier >= (number < 0 ? volume.firstNumber : 0) ? earlier : undefined;
  }
  return {
    classCount,
    loyalty,
    visitorOf(runningNumber) {
      const chance = loyalty.chanceOf(loyalty.isLoyal(modulo(runningNumber, classCount)));
      let number = runningNumber;
      for (
        let earlier = earlierVisit(number, chance);
        earlier !== undefined;
        earlier = earlierVisit(number, chance)
      ) {
        number = earlier;
      }
      return number;
    },
  };
}

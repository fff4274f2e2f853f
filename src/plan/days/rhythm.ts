/** How many visits a day has where they are a number on average: weekday, season, holidays, trend and chance. */
import type { Rhythm } from '../../types/content/rhythm.ts';
import { drawNormal, drawPoisson, hasChance } from '../draw.ts';
import { cos, exp } from '../exact-math.ts';
import { CONCERN, type RandomSource } from '../random.ts';
import { weekdayOf } from './calendar.ts';
import { createHolidayFactor } from './holidays.ts';

/** Four years of every rhythm: what a mean day is. */
const MEAN_FROM = 19_723; // 2024-01-01
const MEAN_DAYS = 1461;

/** No day has more than so many times the mean: visits are kept apart on the busiest day, too. */
const MOST_ON_DAY = 2.2;
const LEAST_ON_DAY = 0.05;
const DEVIATIONS = 6;

/** A slow rise and fall without aim: its turning points are so many days apart. */
const TREND_DAYS = 70;
const TREND_SPREAD = 0.07;
/** What lasts for about a week, such as weather or news, as a part of the rhythm's own spread. */
const WEEKLY_DAYS = 6;
const WEEKLY_PART = 0.6;

/** A mention or a mailing: the part that it adds on the first day and on those after it. */
const SURGE = [0.45, 0.25, 0.1];
const SURGE_MEAN = SURGE.reduce((sum, part) => sum + part, 0);

/** Streams of the volume by what they are for. */
const STREAM = { day: 0, trend: 1, week: 2, surge: 3 } as const;

/** The middle of each month, smoothly connected. */
function seasonOn(months: readonly number[], dayNumber: number): number {
  const date = new Date(dayNumber * 86_400_000);
  const position = date.getUTCMonth() + (date.getUTCDate() - 1) / 30.5 - 0.5;
  const before = Math.floor(position);
  const part = position - before;
  const of = (month: number) => months[(month + 12) % 12] as number;
  return of(before) * (1 - part) + of(before + 1) * part;
}

/** The rhythm without trend and chance, 1 on average over four years. */
function createExpected({ weekdays, months, holidays }: Rhythm): (dayNumber: number) => number {
  const holidayFactor = createHolidayFactor(holidays);
  const raw = (dayNumber: number) =>
    (weekdays[(weekdayOf(dayNumber) + 6) % 7] as number) *
    seasonOn(months, dayNumber) *
    holidayFactor(dayNumber);
  let sum = 0;
  for (let i = 0; i < MEAN_DAYS; i++) sum += raw(MEAN_FROM + i);
  return (dayNumber) => (raw(dayNumber) * MEAN_DAYS) / sum;
}

/** A smooth curve through normal draws that are `period` days apart: 1 on average, always above 0. */
function createWander(random: RandomSource, stream: number, period: number, spread: number) {
  const knots = new Map<number, number>();
  function knotAt(index: number): number {
    let knot = knots.get(index);
    if (knot === undefined) {
      knot = drawNormal(random.stream(CONCERN.volume, index, stream));
      knots.set(index, knot);
    }
    return knot;
  }
  return (dayNumber: number): number => {
    const before = Math.floor(dayNumber / period);
    const part = (1 - cos(Math.PI * (dayNumber / period - before))) / 2;
    const value = knotAt(before) * (1 - part) + knotAt(before + 1) * part;
    return exp(spread * value - (spread * spread) / 3);
  };
}

/** What the mean of a day follows from, each factor 1 on average over years. */
export interface DayFactors {
  readonly season: number;
  readonly weekdays: number;
  readonly holidays: number;
  readonly trend: number;
}

/** The parts of what `createDayCount` draws around, told apart to explain a count. */
export function createDayFactors(rhythm: Rhythm, random: RandomSource): (dayNumber: number) => DayFactors {
  const { weekdays, months } = rhythm;
  const expected = createExpected(rhythm);
  const trend = createWander(random, STREAM.trend, TREND_DAYS, TREND_SPREAD);
  const weekdayMean = weekdays.reduce((sum, weight) => sum + weight, 0) / weekdays.length;
  let sum = 0;
  for (let i = 0; i < MEAN_DAYS; i++) sum += seasonOn(months, MEAN_FROM + i);
  return (dayNumber) => {
    const season = (seasonOn(months, dayNumber) * MEAN_DAYS) / sum;
    const weekday = (weekdays[(weekdayOf(dayNumber) + 6) % 7] as number) / weekdayMean;
    const holidays = expected(dayNumber) / (season * weekday);
    return { season, weekdays: weekday, holidays, trend: trend(dayNumber) };
  };
}

/** Most visits that a day can have. */
export function mostVisits(mean: number): number {
  const most = mean * MOST_ON_DAY;
  return Math.ceil(most + DEVIATIONS * Math.sqrt(most));
}

/** Visits of a day; the same for the same seed. `factor` is that of declared events. */
export type DayCount = (dayNumber: number, factor: number) => number;

export function createDayCount(rhythm: Rhythm, random: RandomSource, visitsPerDay: number): DayCount {
  const expected = createExpected(rhythm);
  const trend = createWander(random, STREAM.trend, TREND_DAYS, TREND_SPREAD);
  const week = createWander(random, STREAM.week, WEEKLY_DAYS, rhythm.spread * WEEKLY_PART);
  const surgeChance = rhythm.surges / 365;
  const usual = 1 / (1 + surgeChance * SURGE_MEAN);

  function surgeOn(dayNumber: number): number {
    return SURGE.reduce((sum, part, age) => {
      const hasBegun = hasChance(random.stream(CONCERN.volume, dayNumber - age, STREAM.surge), surgeChance);
      return hasBegun ? sum + part : sum;
    }, 1);
  }

  return (dayNumber, factor) => {
    const stream = random.stream(CONCERN.volume, dayNumber, STREAM.day);
    const { spread } = rhythm;
    const chance = exp(spread * drawNormal(stream) - (spread * spread) / 2);
    const all =
      expected(dayNumber) * trend(dayNumber) * week(dayNumber) * surgeOn(dayNumber) * usual * chance;
    const mean = visitsPerDay * Math.min(MOST_ON_DAY, Math.max(LEAST_ON_DAY, all)) * factor;
    const most = Math.ceil(mean + DEVIATIONS * Math.sqrt(mean));
    return Math.min(most, drawPoisson(stream, mean));
  };
}

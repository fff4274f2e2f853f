/** How many visits each day has, and the running number that every visit has over all days. */
import { lowerBound } from '../draw.ts';
import { modulo } from '../exact-math.ts';

/** 2010-01-01: its first visit has number 0, those before it have numbers below 0. */
const DAY_ZERO = 14_610;
/** 1990-01-01: no traffic is planned for days before it. */
export const FIRST_DAY = 7_305;

export interface Volume {
  countOf(dayNumber: number): number;
  /** Running number of the day's first visit. */
  baseOf(dayNumber: number): number;
  /** No visit has a lower running number. */
  readonly firstNumber: number;
  /** The running number at about the same part of a day so many days before: what came then. */
  numberBefore(runningNumber: number, days: number): number;
  /** Part of its day's traffic (0 to 1) that has come when the numbered visit starts, as expected. */
  partAt(runningNumber: number): number;
}

/** Days that are all alike until the first one that differs. */
export interface VolumeOptions {
  readonly visitsPerDay: number;
  /** First day whose count may be another; infinite when there is none. */
  readonly firstUnevenDay: number;
  /** Count of a day from `firstUnevenDay` on. */
  readonly countOf: (dayNumber: number) => number;
}

export function createVolume({ visitsPerDay, firstUnevenDay, countOf }: VolumeOptions): Volume {
  /** `ends[i]` is the running number after the last visit of day `firstUnevenDay + i`. */
  const ends: number[] = [];
  const evenBase = (dayNumber: number) => (dayNumber - DAY_ZERO) * visitsPerDay;

  function endOf(dayNumber: number): number {
    const wanted = dayNumber - firstUnevenDay;
    while (ends.length <= wanted) {
      const before = ends.at(-1) ?? evenBase(firstUnevenDay);
      ends.push(before + countOf(firstUnevenDay + ends.length));
    }
    return ends[wanted] as number;
  }

  function baseOf(dayNumber: number): number {
    return dayNumber <= firstUnevenDay ? evenBase(dayNumber) : endOf(dayNumber - 1);
  }

  /** Day of the numbered visit, and the part of its traffic (0 to 1) that came before. */
  function placeOf(runningNumber: number): { day: number; part: number } {
    if (runningNumber < evenBase(firstUnevenDay)) {
      const day = DAY_ZERO + Math.floor(runningNumber / visitsPerDay);
      return { day, part: modulo(runningNumber, visitsPerDay) / visitsPerDay };
    }
    while ((ends.at(-1) ?? Number.NEGATIVE_INFINITY) <= runningNumber) endOf(firstUnevenDay + ends.length);
    const day = firstUnevenDay + lowerBound(ends, runningNumber);
    return { day, part: (runningNumber - baseOf(day)) / countOf(day) };
  }

  const countOn = (dayNumber: number) => (dayNumber < firstUnevenDay ? visitsPerDay : countOf(dayNumber));

  return {
    baseOf,
    firstNumber: baseOf(FIRST_DAY),
    countOf: countOn,
    numberBefore(runningNumber, days) {
      const { day, part } = placeOf(runningNumber);
      const before = day + part - days;
      const dayBefore = Math.floor(before);
      return baseOf(dayBefore) + (before - dayBefore) * countOn(dayBefore);
    },
    partAt(runningNumber) {
      const { day, part } = placeOf(runningNumber);
      return part + 0.5 / countOn(day);
    },
  };
}

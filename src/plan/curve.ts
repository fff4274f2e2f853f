/** How a day's visits spread over its minutes: hours, weekdays and the window in which visits may start. */
import type { TrafficSettings } from '../types.ts';
import { type LocalDay, weekdayOf } from './calendar.ts';
import { lowerBound } from './draw.ts';

const MINUTE_MS = 60_000;
const MINUTES = 1440;

/** Relative traffic at each full hour, as sites with private visitors see it: night, work, evening peak. */
const WORKDAY = [
  24, 19, 16, 15, 15, 17, 24, 38, 52, 60, 65, 67, 68, 65, 63, 63, 64, 66, 72, 82, 88, 80, 60, 38,
];
const WEEKEND = [
  30, 24, 19, 16, 15, 16, 19, 26, 38, 50, 62, 69, 71, 71, 71, 73, 74, 74, 76, 81, 85, 78, 60, 42,
];

/** Relative traffic per minute of the local clock, about 1 on average over a day. */
export interface HourProfile {
  /** @param winter from 1 in mid January to -1 in mid July */
  at(minuteOfDay: number, weekday: number, winter: number): number;
}

/** How much more of the day's traffic comes in winter evenings, and less in summer's. */
const SEASON = 0.12;

/** 1 in the evening, -1 in the afternoon before it, smoothly. */
const EVENING = Float64Array.from({ length: MINUTES }, (_, minute) =>
  minute < 720
    ? 0
    : -Math.cos(((minute - 900) / 720) * 2 * Math.PI) * Math.sin(((minute - 720) / 720) * Math.PI),
);

/** Where in the year a day lies: 1 in mid January, -1 in mid July. */
export function winterOn(dayNumber: number): number {
  return Math.cos(((dayNumber - 15) / 365.2425) * 2 * Math.PI);
}

function smoothed(hours: readonly number[]): Float64Array {
  const mean = hours.reduce((sum, value) => sum + value, 0) / 24;
  return Float64Array.from({ length: MINUTES }, (_, minute) => {
    const hour = Math.floor(minute / 60);
    const here = hours[hour] as number;
    const next = hours[(hour + 1) % 24] as number;
    return (here + ((next - here) * (minute % 60)) / 60) / mean;
  });
}

export function createHourProfile(shape: TrafficSettings['shape']): HourProfile {
  if (shape === 'flat') return { at: () => 1 };
  const workday = smoothed(WORKDAY);
  const weekend = smoothed(WEEKEND);
  return {
    at: (minute, weekday, winter) => {
      const hours = weekday === 0 || weekday === 6 ? weekend : workday;
      return (hours[minute] as number) * (1 + SEASON * winter * (EVENING[minute] as number));
    },
  };
}

function isActive(minute: number, window: TrafficSettings['activeMinutes']): boolean {
  const { from, to } = window;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Cumulative weight of a day's elapsed minutes. */
export interface DayCurve {
  readonly startMs: number;
  /** `bounds[i]` is the weight of minutes 0 to i together. */
  readonly bounds: Float64Array;
}

/**
 * The curve of one local day. A minute's weight is the mean over the visitors' local clocks: `zones` gives each
 * clock's share and its lead over the day's own clock in minutes. `factorAt` is on top of that.
 */
export function createDayCurve(
  day: LocalDay,
  profile: HourProfile,
  window: TrafficSettings['activeMinutes'],
  zones: readonly { share: number; leadMinutes: number }[],
  factorAt: (instantMs: number) => number = () => 1,
): DayCurve {
  const minutes = Math.ceil((day.endMs - day.startMs) / MINUTE_MS);
  const bounds = new Float64Array(minutes);
  const weekday = weekdayOf(day.number);
  const winter = winterOn(day.number);
  let total = 0;
  let span = 0;
  for (let i = 0; i < minutes; i++) {
    const instant = day.startMs + i * MINUTE_MS;
    while (instant >= (day.spans[span]?.toMs ?? Number.POSITIVE_INFINITY)) span++;
    const local = Math.floor((instant + (day.spans[span]?.offsetMs ?? 0)) / MINUTE_MS);
    const minute = ((local % MINUTES) + MINUTES) % MINUTES;
    if (isActive(minute, window)) {
      let weight = 0;
      for (const { share, leadMinutes } of zones) {
        const theirs = minute + leadMinutes;
        const shift = Math.floor(theirs / MINUTES);
        weight += share * profile.at(theirs - shift * MINUTES, (weekday + shift + 7) % 7, winter);
      }
      total += weight * factorAt(instant);
    }
    bounds[i] = total;
  }
  return { startMs: day.startMs, bounds };
}

/** Weight of the whole day; 0 when no minute of it is within the window. */
export function totalWeight(curve: DayCurve): number {
  return curve.bounds[curve.bounds.length - 1] as number;
}

/** Minutes into the day at which the given part (0 to 1) of its traffic has come. */
export function minutesAt(curve: DayCurve, part: number): number {
  const { bounds } = curve;
  const value = part * totalWeight(curve);
  const minute = lowerBound(bounds, value);
  const before = minute === 0 ? 0 : (bounds[minute - 1] as number);
  const width = (bounds[minute] as number) - before;
  return minute + (width > 0 ? Math.min((value - before) / width, 0.999999) : 0);
}

/** A day's curve and the number of its visits. */
export interface DayLoad {
  readonly curve: DayCurve;
  readonly count: number;
}

/** Most visits that are expected in any span of the given length within two days that follow each other. */
export function heaviestSpan(first: DayLoad, second: DayLoad, spanMs: number): number {
  const visits = ({ curve, count }: DayLoad, before: number) =>
    Array.from(curve.bounds, (bound) => before + (count * bound) / (totalWeight(curve) || 1));
  const bounds = [...visits(first, 0), ...visits(second, first.count)];
  const width = Math.ceil(spanMs / MINUTE_MS) + 1;
  return bounds.reduce((most, bound, i) => Math.max(most, bound - (bounds[i - width] ?? 0)), 0);
}

/** How a day's visits spread over its minutes: hours, weekdays and the window in which visits may start. */
import type { Rhythm } from '../../types/content/rhythm.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import { lowerBound } from '../draw.ts';
import { cos, sin } from '../exact-math.ts';
import { type LocalDay, weekdayOf } from './calendar.ts';

const MINUTE_MS = 60_000;
const MINUTES = 1440;

/**
 * Relative traffic in each minute of the local clock, about 1 on average over a day.
 * @param winter from 1 in mid January to -1 in mid July
 */
export type HourProfile = (weekday: number, winter: number) => Float64Array;

/** How much more of the day's traffic comes in winter evenings, and less in summer's. */
const SEASON = 0.12;

/** 1 in the evening, -1 in the afternoon before it, smoothly. */
const EVENING = Float64Array.from({ length: MINUTES }, (_, minute) =>
  minute < 720 ? 0 : -cos(((minute - 900) / 720) * 2 * Math.PI) * sin(((minute - 720) / 720) * Math.PI),
);

/** Where in the year a day lies: 1 in mid January, -1 in mid July. */
export function winterOn(dayNumber: number): number {
  return cos(((dayNumber - 15) / 365.2425) * 2 * Math.PI);
}

const FLAT = new Float64Array(MINUTES).fill(1);

function smoothed(hours: readonly number[]): Float64Array {
  const mean = hours.reduce((sum, value) => sum + value, 0) / 24;
  return Float64Array.from({ length: MINUTES }, (_, minute) => {
    const hour = Math.floor(minute / 60);
    const here = hours[hour] as number;
    const next = hours[(hour + 1) % 24] as number;
    return (here + ((next - here) * (minute % 60)) / 60) / mean;
  });
}

export function createHourProfile(shape: TrafficSettings['shape'], hours: Rhythm['hours']): HourProfile {
  if (shape === 'flat') return () => FLAT;
  const workday = smoothed(hours.workday);
  const weekend = smoothed(hours.weekend);
  return (weekday, winter) => {
    const ofDay = weekday === 0 || weekday === 6 ? weekend : workday;
    const profile = new Float64Array(MINUTES);
    for (let minute = 0; minute < MINUTES; minute++) {
      const season = 1 + SEASON * winter * (EVENING[minute] as number);
      profile[minute] = (ofDay[minute] as number) * season;
    }
    return profile;
  };
}

/** A local clock: its visitors' share, and how far it is ahead of the plan's. */
export interface ClockShare {
  readonly share: number;
  readonly leadMinutes: number;
}

/** Weight of each minute of a day: the mean over the visitors' own clocks. */
function weightsOn(dayNumber: number, profile: HourProfile, zones: readonly ClockShare[]): Float64Array {
  const weekday = weekdayOf(dayNumber);
  const winter = winterOn(dayNumber);
  const weights = new Float64Array(MINUTES);
  // Where a clock is ahead it is tomorrow in the day's last minutes, where it is behind yesterday in the first.
  const shifts = zones.map(({ leadMinutes }) => Math.floor(leadMinutes / MINUTES));
  const firstShift = Math.min(...shifts);
  const profiles = Array.from({ length: Math.max(...shifts) - firstShift + 2 }, (_, i) =>
    profile((weekday + firstShift + i + 7) % 7, winter),
  );
  // Added up in the same order as below: the last digits must not differ.
  if (profiles.every((ofDay) => ofDay === FLAT))
    return weights.fill(zones.reduce((sum, { share }) => sum + share, 0));
  const days = new Float64Array(profiles.length * MINUTES);
  profiles.forEach((ofDay, i) => {
    days.set(ofDay, i * MINUTES);
  });
  for (const { share, leadMinutes } of zones) {
    const first = leadMinutes - firstShift * MINUTES;
    for (let minute = 0; minute < MINUTES; minute++) {
      weights[minute] = (weights[minute] as number) + share * (days[first + minute] as number);
    }
  }
  return weights;
}

/** Leaves no weight to the minutes outside the window, which wraps midnight where `from` is not below `to`. */
function clearInactive(weights: Float64Array, { from, to }: TrafficSettings['activeMinutes']): void {
  if (from < to) weights.fill(0, 0, from).fill(0, to);
  else weights.fill(0, to, from);
}

/** Cumulative weight of a day's elapsed minutes. */
export interface DayCurve {
  readonly startMs: number;
  /** `bounds[i]` is the weight of minutes 0 to i together. */
  readonly bounds: Float64Array;
}

/** The curve of one local day; `factorAt` is on top of the weights that its minutes have by themselves. */
export function createDayCurve(
  day: LocalDay,
  profile: HourProfile,
  window: TrafficSettings['activeMinutes'],
  zones: readonly ClockShare[],
  factorAt?: (instantMs: number) => number,
): DayCurve {
  const minutes = Math.ceil((day.endMs - day.startMs) / MINUTE_MS);
  const bounds = new Float64Array(minutes);
  const weights = weightsOn(day.number, profile, zones);
  clearInactive(weights, window);
  let total = 0;
  let i = 0;
  for (const { fromMs, toMs, offsetMs } of day.spans) {
    let minute = Math.floor((fromMs + offsetMs) / MINUTE_MS) % MINUTES;
    for (const end = Math.ceil((toMs - day.startMs) / MINUTE_MS); i < end; i++) {
      const weight = weights[minute] as number;
      total += factorAt ? weight * factorAt(day.startMs + i * MINUTE_MS) : weight;
      bounds[i] = total;
      minute = minute === MINUTES - 1 ? 0 : minute + 1;
    }
  }
  return { startMs: day.startMs, bounds };
}

/** Weight of the whole day; 0 when no minute of it is within the window. */
export function totalWeight(curve: DayCurve): number {
  return curve.bounds[curve.bounds.length - 1] ?? 0;
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
export function busiestSpan(first: DayLoad, second: DayLoad, spanMs: number): number {
  const minutes = first.curve.bounds.length;
  /** Visits of both days up to the end of each minute. */
  const visits = new Float64Array(minutes + second.curve.bounds.length);
  const fill = ({ curve, count }: DayLoad, from: number, before: number) => {
    const total = totalWeight(curve) || 1;
    for (let i = 0; i < curve.bounds.length; i++) {
      visits[from + i] = before + (count * (curve.bounds[i] as number)) / total;
    }
  };
  fill(first, 0, 0);
  fill(second, minutes, first.count);
  const width = Math.ceil(spanMs / MINUTE_MS) + 1;
  let most = 0;
  for (let i = 0; i < visits.length; i++) {
    const before = i < width ? 0 : (visits[i - width] as number);
    most = Math.max(most, (visits[i] as number) - before);
  }
  return most;
}

/** How many visits each day has, and how they spread over it: exactly so many, or a number around the mean. */
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { Catalogue } from '../catalogue.ts';
import type { MinuteWeights } from '../plugins/arrivals.ts';
import type { RandomSource } from '../random.ts';
import { type Calendar, type LocalDay, minuteOf } from './calendar.ts';
import {
  type ClockShare,
  createDayCurve,
  type DayCurve,
  type DayLoad,
  type HourProfile,
  totalWeight,
} from './day-curve.ts';
import { createEventFactors } from './declared-events.ts';
import { createDayCount, mostVisits } from './rhythm.ts';
import { FIRST_DAY } from './volume.ts';

export interface DayLoadRules {
  readonly settings: TrafficSettings;
  readonly catalogue: Catalogue;
  readonly calendar: Calendar;
  readonly random: RandomSource;
  readonly profile: HourProfile;
  /** Tells clocks, hours and window of active minutes apart: what a day's curve follows from without events and plugins. */
  readonly curveKey: string;
  /** The visitors' local clocks on the day. */
  readonly zonesOn: (day: LocalDay) => readonly ClockShare[];
  /** Weights of the day's minutes by plugins: they move visits within the day, and change nothing in their number. */
  readonly weightsOn?: MinuteWeights | undefined;
  /** Days on which those differ from other weeks. */
  readonly uneven?: readonly number[];
}

/** Days by their number since 1970-01-01. */
export interface DayLoads {
  countOf(dayNumber: number): number;
  /** Of declared events, on the number of the day's visits. */
  eventFactorOn(dayNumber: number): number;
  loadOf(dayNumber: number): DayLoad;
  /** The day with the most visits that any day may have. */
  fullLoadOf(dayNumber: number): DayLoad;
  /** Days with a curve of their own. */
  readonly unevenDays: readonly number[];
  /** First day whose count may be another than `visitsPerDay`. */
  readonly firstUnevenDay: number;
}

/** Ordinary curves of the days that are looked at for every plan: many plans differ in other things only. */
const MOST_CURVES = 1000;
const DAY_MS = 86_400_000;
const known = { key: '', curves: new Map<number, DayCurve>() };

function rememberedCurve(key: string, dayNumber: number, make: () => DayCurve): DayCurve {
  if (known.key !== key || known.curves.size > MOST_CURVES) {
    known.key = key;
    known.curves.clear();
  }
  const curve = known.curves.get(dayNumber) ?? make();
  known.curves.set(dayNumber, curve);
  return curve;
}

export function createDayLoads(rules: DayLoadRules): DayLoads {
  const { settings, catalogue, calendar, random, profile, curveKey, zonesOn, weightsOn, uneven = [] } = rules;
  const { visitsPerDay, volume, mostPerDay, activeMinutes } = settings;
  const events = createEventFactors(settings.declaredEvents, calendar);
  const average = volume === 'average' ? createDayCount(catalogue.rhythm, random, visitsPerDay) : undefined;
  const most = mostPerDay === 0 ? Number.POSITIVE_INFINITY : mostPerDay;
  const counts = new Map<number, number>();

  /** Of the flat day before: others on which the clocks show the same have the same, but for when they start. */
  let flat: { readonly zones: readonly ClockShare[]; readonly bounds: Float64Array } | undefined;

  function ordinaryCurve(day: LocalDay): DayCurve {
    const zones = zonesOn(day);
    const make = () => createDayCurve(day, profile, activeMinutes, zones);
    if (settings.shape !== 'flat' || day.spans.length !== 1 || day.endMs - day.startMs !== DAY_MS)
      return make();
    if (flat?.zones !== zones) flat = { zones, bounds: make().bounds };
    return { startMs: day.startMs, bounds: flat.bounds };
  }

  /** The day's curve, and what events within the day change in the number of its visits. */
  function curveOf(dayNumber: number, isRemembered = false): { curve: DayCurve; change: number } {
    const day = calendar.dayNumbered(dayNumber);
    const curveWith = (factor: (instantMs: number) => number) =>
      createDayCurve(day, profile, activeMinutes, zonesOn(day), factor);
    const makeOrdinary = () => ordinaryCurve(day);
    const ordinary = isRemembered ? rememberedCurve(curveKey, dayNumber, makeOrdinary) : makeOrdinary();
    const factor = events.onMinutes(day);
    const curve = factor ? curveWith(factor) : ordinary;
    const weight = totalWeight(ordinary);
    const change = weight > 0 ? totalWeight(curve) / weight : 1;
    const weights = weightsOn?.(day);
    if (!weights) return { curve, change };
    const weighed = (atMs: number) => (weights[minuteOf(day, atMs)] ?? 1) * (factor?.(atMs) ?? 1);
    return { curve: curveWith(weighed), change };
  }

  function eventFactorOn(dayNumber: number): number {
    const change = events.hasSpan(dayNumber) ? curveOf(dayNumber).change : 1;
    return events.onDay(dayNumber) * change;
  }

  function countOf(dayNumber: number): number {
    let count = counts.get(dayNumber);
    if (count === undefined) {
      const factor = eventFactorOn(dayNumber);
      count = average ? Math.min(most, average(dayNumber, factor)) : Math.round(visitsPerDay * factor);
      counts.set(dayNumber, count);
    }
    return count;
  }

  return {
    countOf,
    eventFactorOn,
    loadOf: (dayNumber) => ({ curve: curveOf(dayNumber).curve, count: countOf(dayNumber) }),
    fullLoadOf(dayNumber) {
      const { curve, change } = curveOf(dayNumber, true);
      const mean = visitsPerDay * events.mostOnDay;
      const full = average ? mostVisits(mean * Math.max(1, change)) : Math.ceil(mean);
      return { curve, count: Math.max(countOf(dayNumber), full) };
    },
    unevenDays: [...events.unevenDays, ...uneven],
    firstUnevenDay: average ? FIRST_DAY : events.firstDay,
  };
}

/** The plan of all days: which visits a day has and when they start. Pure: the same settings give the same visits. */
import type { LocalDate } from '../types/local-date.ts';
import type { TrafficSettings } from '../types/traffic-settings.ts';
import type { Visit } from '../types/visit.ts';
import { createDayPlan } from './day-plan.ts';
import { drawArrivals } from './days/arrivals.ts';
import type { Calendar, LocalDay } from './days/calendar.ts';
import { minutesAt, totalWeight } from './days/day-curve.ts';
import { createVolume } from './days/volume.ts';
import { modulo } from './exact-math.ts';
import { refuseCrowd } from './plugins/arrivals.ts';
import type { Extensions } from './plugins/extensions.ts';
import type { RandomSource } from './random.ts';
import { APART_MS, classCountFor, createPopulation } from './visitors/population.ts';
import { createVisitors } from './visitors/visitor.ts';
import { createVisitWriter, longestVisitMs } from './visits/visit.ts';

/** Changes whenever the same settings and seed would give other traffic than before. */
export const PLAN_VERSION = 8;

/** An ordinary Wednesday whose curve stands for all days where only the expected hour counts. */
const ORDINARY_DAY: LocalDate = '2025-03-12';

export interface Plan {
  readonly settings: TrafficSettings;
  readonly calendar: Calendar;
  readonly random: RandomSource;
  /** Visits of one visitor are all in one of this many classes; `lane` of a visit is its class. */
  readonly classCount: number;
  readonly longestVisitMs: number;
  /** Start times of the day's visits in epoch ms, sorted: the visit with index i starts at the i-th. */
  startsOf(day: LocalDay): Float64Array;
  /** Visits of the day, told without drawing their times. */
  countOf(day: LocalDay): number;
  /** Class of the visit, told without planning it. */
  laneOf(day: LocalDay, index: number): number;
  visit(day: LocalDay, index: number): Visit;
  /** The visit as it is when it starts at another instant of the day. */
  visitAt(day: LocalDay, index: number, startMs: number): Visit;
  /** Plans each of the visits; with plugins, a block of them at once. */
  visits(which: Iterable<{ readonly day: LocalDay; readonly index: number }>): Iterable<Visit>;
}

/** How a plan without plugins is made. */
const UNGUARDED: Pick<Extensions, 'guard' | 'inBlocks'> = {
  guard: (work) => work(),
  *inBlocks(items, make) {
    for (const item of items) yield make(item);
  },
};

/** Counts of classes that were made, by all that they follow from: they cost more than a day's arrivals. */
const knownClassCounts = new Map<string, number>();
const MOST_KNOWN = 100;

/** @param count carried out where the same was not counted before; not for plugins, which may add any arrivals */
function classCountOf(settings: TrafficSettings, longestMs: number, count: () => number): number {
  const { timezone, visitsPerDay, volume, seed, mostPerDay, activeMinutes, shape } = settings;
  const { declaredEvents, hasPlaces, catalogue } = settings;
  const days = [visitsPerDay, volume, volume === 'average' ? seed : '', mostPerDay, declaredEvents];
  const hours = [timezone, activeMinutes, shape, hasPlaces, catalogue.rhythm, longestMs];
  const key = JSON.stringify([days, hours]);
  const known = knownClassCounts.get(key) ?? count();
  if (knownClassCounts.size >= MOST_KNOWN) knownClassCounts.clear();
  knownClassCounts.set(key, known);
  return known;
}

/** @param extensions what the settings' plugins add, loaded */
export function createPlan(settings: TrafficSettings, extensions?: Extensions): Plan {
  if (settings.plugins && !extensions) throw new Error('the plugins of the settings are not loaded');
  const { guard, inBlocks } = extensions ?? UNGUARDED;
  const { catalogue, random, calendar, profile, loads, leadAt } = createDayPlan(settings, extensions);
  const { visitsPerDay } = settings;
  const volume = createVolume({
    visitsPerDay,
    firstUnevenDay: loads.firstUnevenDay,
    countOf: loads.countOf,
  });
  const longestMs = longestVisitMs(settings);
  const countClasses = () => classCountFor(calendar, loads.fullLoadOf, loads.unevenDays, longestMs);
  const classCount = extensions ? countClasses() : classCountOf(settings, longestMs, countClasses);
  const population = createPopulation(random, classCount, volume, settings.shares.returning);
  const ordinaryDay = calendar.dayOf(ORDINARY_DAY);
  const ordinaryCurve = loads.loadOf(ordinaryDay.number).curve;
  const visitors = createVisitors({
    settings,
    catalogue,
    random,
    profile,
    classCount,
    loyalty: population.loyalty,
    leadMinutes: (timezone) => leadAt(timezone, ordinaryDay.startMs),
  });
  const writeVisit = createVisitWriter(settings, catalogue, random, population.loyalty, extensions);
  const hasArrivals = extensions !== undefined && extensions.arrivals.length > 0;

  const { from, to } = settings.activeMinutes;
  const isActiveAllDay = from === 0 && to === 1440 && !hasArrivals;

  /** Whether visits may start on the day: a timezone may have left out all of its minutes that are active. */
  function hasMinutes(day: LocalDay): boolean {
    if (isActiveAllDay) return day.startMs < day.endMs;
    return totalWeight(loads.loadOf(day.number).curve) > 0;
  }

  const days = new Map<number, Float64Array>();
  function drawStarts(day: LocalDay): Float64Array {
    const { curve, count } = loads.loadOf(day.number);
    return drawArrivals(random, day, count, curve);
  }

  function startsOf(day: LocalDay): Float64Array {
    const before = days.get(day.number);
    if (before) return before;
    const starts = drawStarts(day);
    if (extensions && hasArrivals) {
      const dayBefore = drawStarts(calendar.dayNumbered(day.number - 1));
      refuseCrowd(extensions, day, dayBefore, starts, classCount, longestMs + APART_MS);
    }
    const oldest = days.keys().next().value;
    if (days.size >= 3 && oldest !== undefined) days.delete(oldest);
    days.set(day.number, starts);
    return starts;
  }

  function visitAt(day: LocalDay, index: number, startMs: number): Visit {
    const number = volume.baseOf(day.number) + index;
    const visitorNumber = population.visitorOf(number);
    const minute = minutesAt(ordinaryCurve, volume.partAt(visitorNumber));
    const arrival = {
      day,
      index,
      number,
      lane: modulo(number, classCount),
      startMs,
      visitor: visitors.visitor(visitorNumber, minute),
    };
    return extensions ? guard(() => writeVisit(arrival)) : writeVisit(arrival);
  }

  const visit = (day: LocalDay, index: number) => visitAt(day, index, startsOf(day)[index] as number);

  return {
    settings,
    calendar,
    random,
    classCount,
    longestVisitMs: longestMs,
    startsOf,
    countOf: (day) => (hasMinutes(day) ? volume.countOf(day.number) : 0),
    laneOf: (day, index) => modulo(volume.baseOf(day.number) + index, classCount),
    visit,
    visitAt,
    visits: (which) => inBlocks(which, ({ day, index }) => visit(day, index)),
  };
}

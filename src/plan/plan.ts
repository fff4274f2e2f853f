/** The plan of all days: which visits a day has and when they start. Pure: the same settings give the same visits. */
import type { LocalDate, TrafficSettings, Visit } from '../types.ts';
import { drawArrivals } from './arrivals.ts';
import { type Calendar, createCalendar, createOffsetTable, type LocalDay } from './calendar.ts';
import { BUILT_IN_CATALOGUE, type Catalogue } from './catalogue.ts';
import { createDayCurve, createHourProfile, type DayCurve, minutesAt } from './curve.ts';
import { classCountFor, createPopulation } from './population.ts';
import { createRandomSource, type RandomSource } from './random.ts';
import { createVisitWriter, longestVisitMs } from './visit.ts';
import { clockShares, createVisitors } from './visitor.ts';
import { createVolume } from './volume.ts';

/** Changes whenever the same settings and seed would give other traffic than before. */
export const PLAN_VERSION = 1;

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
  /** Class of the visit, told without planning it. */
  laneOf(day: LocalDay, index: number): number;
  visit(day: LocalDay, index: number): Visit;
  /** Part of the day's visits that is expected to start in each local hour, as drawn in a dry run. */
  curveOf(day: LocalDay): DayCurve;
}

export function createPlan(settings: TrafficSettings, catalogue: Catalogue = BUILT_IN_CATALOGUE): Plan {
  const random = createRandomSource(settings.seed);
  const calendar = createCalendar(settings.timezone);
  const offsets = createOffsetTable();
  const profile = createHourProfile(settings.shape);
  const clocks = settings.hasPlaces ? clockShares(catalogue) : [{ timezone: settings.timezone, share: 1 }];

  const leadAt = (timezone: string, instantMs: number) =>
    (offsets.offsetMs(timezone, instantMs) - offsets.offsetMs(settings.timezone, instantMs)) / 60_000;

  function makeCurve(day: LocalDay): DayCurve {
    const noon = day.startMs + 12 * 3_600_000;
    const byLead = new Map<number, number>();
    for (const { timezone, share } of clocks) {
      const lead = leadAt(timezone, noon);
      byLead.set(lead, (byLead.get(lead) ?? 0) + share);
    }
    const zones = [...byLead].map(([leadMinutes, share]) => ({ leadMinutes, share }));
    return createDayCurve(day, profile, settings.activeMinutes, zones);
  }

  const { visitsPerDay } = settings;
  const volume = createVolume(visitsPerDay);
  const longestMs = longestVisitMs(settings);
  const classCount = classCountFor(
    calendar,
    (number) => makeCurve(calendar.dayNumbered(number)),
    visitsPerDay,
    longestMs,
  );
  const population = createPopulation(random, classCount, visitsPerDay, settings.shares.returning);
  const ordinaryDay = calendar.dayOf(ORDINARY_DAY);
  const ordinaryCurve = makeCurve(ordinaryDay);
  const visitors = createVisitors({
    settings,
    catalogue,
    random,
    profile,
    classCount,
    leadMinutes: (timezone) => leadAt(timezone, ordinaryDay.startMs),
  });
  const writeVisit = createVisitWriter(settings, catalogue, random);

  const days = new Map<number, { curve: DayCurve; starts: Float64Array }>();
  function tableOf(day: LocalDay) {
    const before = days.get(day.number);
    if (before) return before;
    const curve = makeCurve(day);
    const table = { curve, starts: drawArrivals(random, day, volume.countOf(day.number), curve) };
    const oldest = days.keys().next().value;
    if (days.size >= 3 && oldest !== undefined) days.delete(oldest);
    days.set(day.number, table);
    return table;
  }

  return {
    settings,
    calendar,
    random,
    classCount,
    longestVisitMs: longestMs,
    startsOf: (day) => tableOf(day).starts,
    curveOf: (day) => tableOf(day).curve,
    laneOf: (day, index) => (volume.baseOf(day.number) + index) % classCount,
    visit(day, index) {
      const number = volume.baseOf(day.number) + index;
      const visitorNumber = population.visitorOf(number);
      const minute = minutesAt(ordinaryCurve, volume.partAt(visitorNumber));
      return writeVisit({
        day,
        index,
        number,
        lane: number % classCount,
        startMs: tableOf(day).starts[index] as number,
        visitor: visitors.visitor(visitorNumber, minute),
      });
    },
  };
}

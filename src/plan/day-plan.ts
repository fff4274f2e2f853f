/** What the plan of the days is made of, before any visit is: how many visits each has, and when they come. */
import type { TrafficSettings } from '../types/traffic-settings.ts';
import { BUILT_IN_CATALOGUE, type Catalogue } from './catalogue.ts';
import { type Calendar, createCalendar, createOffsetTable, type LocalDay } from './days/calendar.ts';
import { type ClockShare, createHourProfile, type HourProfile } from './days/day-curve.ts';
import { createDayLoads, type DayLoads } from './days/day-load.ts';
import { createMinuteWeights, unevenDaysOf } from './plugins/arrivals.ts';
import type { Extensions } from './plugins/extensions.ts';
import { createRandomSource, type RandomSource } from './random.ts';
import { clockShares } from './visitors/visitor.ts';

export interface DayPlan {
  /** The built-in catalogue with the settings' own parts in place. */
  readonly catalogue: Catalogue;
  readonly random: RandomSource;
  readonly calendar: Calendar;
  readonly profile: HourProfile;
  readonly loads: DayLoads;
  /** Minutes by which a timezone's clock is ahead of the plan's. */
  leadAt(timezone: string, instantMs: number): number;
}

export function createDayPlan(
  settings: TrafficSettings,
  extensions?: Extensions,
  builtIn: Catalogue = BUILT_IN_CATALOGUE,
): DayPlan {
  const referrers = { ...builtIn.referrers, ...settings.catalogue.referrers };
  const catalogue: Catalogue = { ...builtIn, ...settings.catalogue, referrers };
  const random = createRandomSource(settings.seed);
  const calendar = createCalendar(settings.timezone);
  const offsets = createOffsetTable();
  const profile = createHourProfile(settings.shape, catalogue.rhythm.hours);
  const clocks = settings.hasPlaces ? clockShares(catalogue) : [{ timezone: settings.timezone, share: 1 }];

  const leadAt = (timezone: string, instantMs: number) =>
    (offsets.offsetMs(timezone, instantMs) - offsets.offsetMs(settings.timezone, instantMs)) / 60_000;

  /** Of the day that was asked for last: they hold until one of the clocks changes. */
  let known = { fromMs: 0, toMs: 0, zones: [] as readonly ClockShare[] };

  function zonesOn(day: LocalDay): readonly ClockShare[] {
    const noon = day.startMs + 12 * 3_600_000;
    if (noon >= known.fromMs && noon < known.toMs) return known.zones;
    const spans = [settings, ...clocks].map(({ timezone }) => offsets.spanAt(timezone, noon));
    const fromMs = Math.max(...spans.map((span) => span.fromMs));
    const toMs = Math.min(...spans.map((span) => span.toMs));
    known = { fromMs, toMs, zones: clocksAt(noon) };
    return known.zones;
  }

  /** Clocks that show the same are one. */
  function clocksAt(noon: number): ClockShare[] {
    const byLead = new Map<number, number>();
    for (const { timezone, share } of clocks) {
      const lead = leadAt(timezone, noon);
      byLead.set(lead, (byLead.get(lead) ?? 0) + share);
    }
    return [...byLead].map(([leadMinutes, share]) => ({ leadMinutes, share }));
  }

  const weightsOn = extensions && createMinuteWeights(extensions);
  const uneven = extensions ? unevenDaysOf(extensions) : [];
  const loads = createDayLoads({
    settings,
    catalogue,
    calendar,
    random,
    profile,
    curveKey: JSON.stringify([
      settings.timezone,
      settings.activeMinutes,
      settings.shape,
      catalogue.rhythm.hours,
      clocks,
    ]),
    zonesOn,
    weightsOn,
    uneven,
  });
  return { catalogue, random, calendar, profile, loads, leadAt };
}

/** Settings as a user of the built-in files has them, and short ways to plan with them. */
import { loadSession } from '../../src/cli/options/session.ts';
import { trafficSettings as trafficOf } from '../../src/config/rules/traffic-settings.ts';
import { createBodies } from '../../src/matomo/requests/body.ts';
import { createHitWriter, parametersOf as queryOf } from '../../src/matomo/requests/hits.ts';
import { visitsOfDays } from '../../src/plan/bulk-timeline.ts';
import { createOffsetTable, type LocalDay } from '../../src/plan/days/calendar.ts';
import { createPlan, type Plan } from '../../src/plan/plan.ts';
import { createRandomSource, type RandomStream } from '../../src/plan/random.ts';
import type { Funnel } from '../../src/types/content/journeys.ts';
import type { Encoder } from '../../src/types/delivery.ts';
import type { EncodedVisit, Hit } from '../../src/types/hit.ts';
import type { LocalDate } from '../../src/types/local-date.ts';
import type { Shard } from '../../src/types/shard.ts';
import type { TrafficSettings } from '../../src/types/traffic-settings.ts';
import type { Visit } from '../../src/types/visit.ts';
import { createFakeHost, packageFiles } from '../doubles/fake-host.ts';

const host = createFakeHost({ files: packageFiles() });
const { settings, files } = loadSession(host, 'run', { sink: true }, Date.UTC(2026, 5, 1));
const DEFAULTS = trafficOf(settings, 'run', files, true);

type Shares = Partial<TrafficSettings['shares']>;
export type Overrides = Partial<Omit<TrafficSettings, 'shares'>> & { readonly shares?: Shares };

/** The defaults with the built-in pages, events, funnels and personas; places on, 2,000 visits a day in UTC. */
export function trafficSettings(overrides: Overrides = {}): TrafficSettings {
  const { shares, ...others } = overrides;
  return {
    ...DEFAULTS,
    seed: 'test',
    timezone: 'UTC',
    visitsPerDay: 2000,
    ...others,
    shares: { ...DEFAULTS.shares, ...shares },
  };
}

/** The built-in personas with other funnels, or with none. */
export function withFunnels(funnels: readonly Funnel[]): Pick<TrafficSettings, 'journeys'> {
  return { journeys: { funnels, personas: DEFAULTS.journeys.personas } };
}

export const WHOLE: Shard = { index: 1, count: 1 };

export function daysFrom(plan: Plan, from: LocalDate, count: number): LocalDay[] {
  const first = plan.calendar.dayOf(from).number;
  return Array.from({ length: count }, (_, i) => plan.calendar.dayNumbered(first + i));
}

export function planVisits(plan: Plan, days: readonly LocalDay[], shard: Shard = WHOLE): Visit[] {
  const unlimited = Number.POSITIVE_INFINITY;
  return [...visitsOfDays(plan, { days, shard, maxVisits: unlimited, untilMs: unlimited })];
}

/** All visits of `count` days. */
export function visitsFrom(overrides: Overrides, from: LocalDate, count: number): Visit[] {
  const plan = createPlan(trafficSettings(overrides));
  return planVisits(plan, daysFrom(plan, from, count));
}

/** A hit with all of its parameters. */
export type WrittenHit = Hit & { readonly query: string };

export function hitsOf(written: EncodedVisit): WrittenHit[] {
  return written.visit.hits.map((hit, seq) => ({ ...hit, query: queryOf(written, seq) }));
}

export function hitWriter(traffic: TrafficSettings): (visit: Visit) => WrittenHit[] {
  const { writeInPlace } = createHitWriter(traffic, createOffsetTable());
  return (visit) => hitsOf(writeInPlace(visit));
}

export function encoderOf(traffic: TrafficSettings, isBulk: boolean, token?: string): Encoder {
  const { open: openBody } = createBodies(isBulk, token);
  return { ...createHitWriter(traffic, createOffsetTable()), openBody };
}

export function parametersOf({ query }: WrittenHit): URLSearchParams {
  return new URLSearchParams(query);
}

/** A stream to draw from where a test needs just any. */
export function anyStream(seed = 'any'): RandomStream {
  return createRandomSource(seed).stream(1, 0, 0);
}

/** A stream that gives the listed draws, then repeats the last one. */
export function scripted(...draws: readonly number[]): RandomStream {
  let i = 0;
  return { next: () => draws[Math.min(i++, draws.length - 1)] ?? 0 };
}

export function draws<T>(count: number, draw: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => draw(i));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function share<T>(items: readonly T[], has: (item: T) => boolean): number {
  return items.filter(has).length / items.length;
}

export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

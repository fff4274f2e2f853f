import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../../src/plan/days/calendar.ts';
import { longestVisitMs } from '../../../src/plan/visits/visit.ts';
import type { Funnel } from '../../../src/types/content/journeys.ts';
import type { Visit } from '../../../src/types/visit.ts';
import { mean, trafficSettings, visitsFrom, withFunnels } from '../fixtures.ts';

const MINUTE_MS = 60_000;
const tookMs = ({ steps, startMs }: Visit) => (steps.at(-1)?.atMs ?? 0) - startMs;
const pageviews = ({ steps }: Visit) => steps.filter(({ kind }) => kind === 'pageview').length;
const isBounce = ({ steps }: Visit) => steps.length === 1;

function longestGapMs({ steps }: Visit): number {
  return Math.max(0, ...steps.slice(1).map(({ atMs }, i) => atMs - (steps[i]?.atMs ?? 0)));
}

describe('a visit outside of funnels', () => {
  it.each([
    { min: 0.1, max: 0.1 },
    { min: 1, max: 8 },
    { min: 20, max: 25 },
    { min: 3, max: 120 },
  ])(
    'lasts from $min to $max minutes unless it bounces, nears midnight or would pause for 29 minutes',
    (durationMinutes) => {
      const visits = visitsFrom({ ...withFunnels([]), durationMinutes }, '2026-05-06', 2);
      const calendar = createCalendar('UTC');
      const free = visits.filter(
        (visit) =>
          !isBounce(visit) &&
          calendar.dayOf(visit.key.day).endMs - visit.startMs > (durationMinutes.max + 1) * MINUTE_MS &&
          longestGapMs(visit) < 29 * MINUTE_MS - 1,
      );
      expect(free.length).toBeGreaterThan(1000);
      for (const visit of free) {
        expect(tookMs(visit)).toBeGreaterThanOrEqual(durationMinutes.min * MINUTE_MS - 1);
        expect(tookMs(visit)).toBeLessThanOrEqual(durationMinutes.max * MINUTE_MS);
      }
    },
  );

  it.each([
    { min: 1, max: 1 },
    { min: 3, max: 6 },
    { min: 20, max: 100 },
  ])('has from $min to $max pageviews unless it bounces', (pages) => {
    const visits = visitsFrom(
      { ...withFunnels([]), pageviews: pages, shares: { order: 0.2 } },
      '2026-05-06',
      1,
    );
    const counts = visits.filter((visit) => !isBounce(visit)).map(pageviews);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(pages.min);
    expect(Math.max(...counts)).toBeLessThanOrEqual(pages.max);
    if (pages.max < 20) expect([Math.min(...counts), Math.max(...counts)]).toEqual([pages.min, pages.max]);
  });

  it('is one pageview and nothing else when it bounces', () => {
    const visits = visitsFrom({ ...withFunnels([]), shares: { bounce: 1 } }, '2026-05-06', 1);
    for (const { steps } of visits) expect(steps.map(({ kind }) => kind)).toEqual(['pageview']);
  });

  it('ends two seconds before midnight at the latest', () => {
    const overrides = { activeMinutes: { from: 1430, to: 1440 }, durationMinutes: { min: 60, max: 90 } };
    const visits = visitsFrom(overrides, '2026-05-06', 1);
    const midnight = Date.UTC(2026, 4, 7);
    for (const { steps } of visits) expect(steps.at(-1)?.atMs).toBeLessThanOrEqual(midnight - 2000);
  });
});

describe('a visit', () => {
  const visits = visitsFrom({ visitsPerDay: 5000 }, '2026-05-06', 4);

  it('starts with a pageview at its start and goes on in the order of time', () => {
    for (const { steps, startMs } of visits) {
      expect(steps[0]).toMatchObject({ kind: 'pageview', atMs: startMs });
      const times = steps.map(({ atMs }) => atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it('never pauses so long that Matomo would cut it', () => {
    for (const visit of visits) expect(longestGapMs(visit)).toBeLessThanOrEqual(29 * MINUTE_MS);
  });

  it('is never longer than the longest that the settings allow', () => {
    const longest = longestVisitMs(trafficSettings());
    for (const visit of visits) expect(tookMs(visit)).toBeLessThanOrEqual(longest + 1000);
  });

  it('searches, acts and buys on pages that it has opened', () => {
    for (const { steps, funnel } of visits) {
      if (funnel) continue;
      const opened = new Map<string, string>();
      for (const { kind, page, pageviewId } of steps) {
        if (kind === 'pageview' || kind === 'search') opened.set(pageviewId, page.url);
        else expect(opened.get(pageviewId)).toBe(page.url);
      }
    }
  });

  it('is longer and deeper for a researcher than for a casual browser', () => {
    const hasCart = ({ steps }: Visit) => steps.some(({ kind }) => kind === 'cart');
    const of = (persona: string, measure: (visit: Visit) => number) =>
      mean(
        visits
          .filter((visit) => !isBounce(visit) && !visit.funnel && !hasCart(visit))
          .filter((visit) => visit.visitor.persona === persona)
          .map(measure),
      );
    expect(of('researcher', pageviews)).toBeGreaterThan(of('buyer', pageviews) + 0.15);
    expect(of('buyer', pageviews)).toBeGreaterThan(of('casual browser', pageviews) + 0.3);
    expect(of('researcher', tookMs)).toBeGreaterThan(of('casual browser', tookMs) + 1.5 * MINUTE_MS);
  });
});

describe('the longest visit', () => {
  const step = {
    type: 'pageview' as const,
    url: 'https://shop.test/',
    delaySecondsMin: 0,
    continueProbability: 1,
  };
  const funnel = (seconds: number, overrides: Partial<Funnel> = {}): Funnel => ({
    name: 'Funnel',
    description: '',
    probability: 0.1,
    priority: 1,
    enabled: true,
    exitAfterCompletion: true,
    steps: [{ ...step, delaySecondsMax: seconds }],
    ...overrides,
  });
  const longestOf = (...funnels: Funnel[]) =>
    longestVisitMs(trafficSettings({ ...withFunnels(funnels), durationMinutes: { min: 1, max: 8 } })) /
    MINUTE_MS;

  it('is that of the durations, or that of a longer funnel in force', () => {
    expect(longestOf()).toBe(8);
    expect(longestOf(funnel(60))).toBe(8);
    expect(longestOf(funnel(3600))).toBe(60);
    expect(longestOf(funnel(3600, { enabled: false }))).toBe(8);
  });

  it('is both together when the visitor goes on after the funnel', () => {
    expect(longestOf(funnel(3600, { exitAfterCompletion: false }))).toBe(68);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_CATALOGUE } from '../../src/plan/catalogue.ts';
import type { LocalDate } from '../../src/types/local-date.ts';
import type { Visit } from '../../src/types/visit.ts';
import { groupBy, hitWriter, mean, parametersOf, share, trafficSettings, visitsFrom } from './fixtures.ts';

/** 20,000 visits: four standard errors of a share are at most 0.014. */
const settings = trafficSettings({ visitsPerDay: 4000 });
const visits = visitsFrom({ visitsPerDay: 4000 }, '2026-05-04', 5);
const NEAR = 0.014;

const having = (...kinds: string[]) =>
  share(visits, ({ steps }) => steps.some(({ kind }) => kinds.includes(kind)));

function expectNear(found: number, wanted: number, tolerance = NEAR): void {
  expect(Math.abs(found - wanted), `${found} instead of ${wanted}`).toBeLessThan(tolerance);
}

describe('20,000 visits with the default settings', () => {
  it.each([
    ['search', 'search'],
    ['outlink', 'outlink'],
    ['download', 'download'],
    ['order', 'order'],
  ] as const)('have the configured share with a %s', (kind, name) => {
    expectNear(having(kind), settings.shares[name]);
  });

  it.each([
    ['clickEvents', 'clickEvent'],
    ['randomEvents', 'randomEvent'],
  ] as const)('have the configured share with one of the %s', (list, name) => {
    const events = new Set(settings.events[list]);
    const found = share(visits, ({ steps }) =>
      steps.some((step) => step.kind === 'event' && events.has(step.event)),
    );
    expectNear(found, settings.shares[name]);
  });

  it('bounce in the configured share', () => {
    expectNear(
      share(visits, ({ steps }) => steps.length === 1),
      settings.shares.bounce,
    );
  });

  it('leave two of three carts without an order', () => {
    const kinds = visits.map(({ steps }) => new Set(steps.map(({ kind }) => kind)));
    const bought = kinds.filter((all) => all.has('order')).length;
    const left = kinds.filter((all) => all.has('cart') && !all.has('order')).length;
    expectNear(left / (left + bought), settings.cartAbandonment, 0.035);
  });

  it('order within the bounds of value and items', () => {
    const orders = visits.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'order' ? [step.order] : [])),
    );
    const values = orders.map(({ revenueCents }) => revenueCents / 100);
    const items = orders.map((order) => order.items.reduce((sum, { quantity }) => sum + quantity, 0));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(settings.orderValue.min);
    expect(Math.max(...values)).toBeLessThanOrEqual(settings.orderValue.max);
    expect([Math.min(...items), Math.max(...items)]).toEqual([
      settings.orderItems.min,
      settings.orderItems.max,
    ]);
    expect(mean(values)).toBeGreaterThan(70);
    expect(mean(values)).toBeLessThan(180);
  });

  it('have every kind of step, some searches without results and some banners clicked', () => {
    const steps = visits.flatMap((visit) => visit.steps);
    const searches = steps.flatMap((step) => (step.kind === 'search' ? [step.results] : []));
    expect(share(searches, (results) => results === 0)).toBeGreaterThan(0.01);
    expect(share(searches, (results) => results === 0)).toBeLessThan(0.3);
    const banners = steps.flatMap((step) => (step.kind === 'content' ? [step.isInteraction] : []));
    expect(share(banners, (isClick) => isClick)).toBeGreaterThan(0.05);
    expect(share(banners, (isClick) => isClick)).toBeLessThan(0.25);
    expect(having('ping')).toBeGreaterThan(0.1);
  });

  it('come from the configured sources', () => {
    const of = (...types: string[]) => share(visits, ({ source }) => types.includes(source.type));
    const indirect = 1 - settings.shares.direct;
    expectNear(of('direct'), settings.shares.direct);
    expectNear(of('search'), 0.5 * indirect);
    expectNear(of('social'), 0.21 * indirect);
    expectNear(of('website', 'campaign', 'assistant'), 0.29 * indirect);
    expect(Math.min(of('website'), of('campaign'), of('assistant'))).toBeGreaterThan(0.02);
  });

  it('are made by the personas in their shares', () => {
    const total = settings.journeys.personas.reduce((sum, persona) => sum + persona.share, 0);
    for (const { name, share: weight } of settings.journeys.personas) {
      // Frequent visitors make the shares vary more than visits alone would.
      expectNear(
        share(visits, ({ visitor }) => visitor.persona === name),
        weight / total,
        0.02,
      );
    }
  });

  it('come from 40 countries or more, the heaviest first', () => {
    const byCountry = groupBy(visits, ({ visitor }) => visitor.place?.country);
    expect(byCountry.size).toBeGreaterThanOrEqual(40);
    const heaviest = BUILT_IN_CATALOGUE.countries.reduce((a, b) => (b.weight > a.weight ? b : a)).code;
    const most = [...byCountry].reduce((a, b) => (b[1].length > a[1].length ? b : a));
    expect(most[0]).toBe(heaviest);
    expect(most[1].length / visits.length).toBeLessThan(0.5);
  });

  it('are made on desktops, phones and tablets in believable shares', () => {
    const of = (pattern: RegExp) => share(visits, ({ visitor }) => pattern.test(visitor.device));
    expect(of(/desktop/)).toBeGreaterThan(0.3);
    expect(of(/desktop/)).toBeLessThan(0.65);
    expect(of(/phone/)).toBeGreaterThan(0.3);
    expect(of(/phone/)).toBeLessThan(0.65);
    expect(of(/tablet/)).toBeGreaterThan(0.01);
    expect(of(/tablet/)).toBeLessThan(0.1);
  });

  it('dwell on their pages for skewed times: the mean far above the median', () => {
    const dwell = visits.flatMap(({ steps, funnel }) => {
      const pages = funnel ? [] : steps.filter(({ kind }) => kind === 'pageview' || kind === 'search');
      return pages.slice(1).map(({ atMs }, i) => atMs - (pages[i]?.atMs ?? 0));
    });
    const sorted = dwell.sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    expect(mean(sorted) / median).toBeGreaterThan(1.25);
    expect(sorted[Math.floor(sorted.length * 0.95)] ?? 0).toBeGreaterThan(2.5 * median);
  });

  it('go to a few pages often and to many pages at times', () => {
    const views = visits.flatMap(({ steps }) =>
      steps.flatMap(({ kind, page }) => (kind === 'pageview' ? [page.url] : [])),
    );
    const counts = [...groupBy(views, (url) => url).values()]
      .map((list) => list.length)
      .sort((a, b) => b - a);
    expect(counts.length).toBeGreaterThan(1000);
    const topTwentieth = counts
      .slice(0, Math.floor(counts.length / 20))
      .reduce((sum, count) => sum + count, 0);
    expect(topTwentieth / views.length).toBeGreaterThan(0.25);
  });
});

describe('the hours of visits', () => {
  const hours = (from: LocalDate) => {
    const all = visitsFrom({ visitsPerDay: 20_000, hasPlaces: false }, from, 1);
    const start = all[0] ? Date.parse(`${all[0].key.day}T00:00:00Z`) : 0;
    const counts = new Array<number>(24).fill(0);
    for (const { startMs } of all) {
      const hour = Math.floor((startMs - start) / 3_600_000);
      counts[hour] = (counts[hour] ?? 0) + 1;
    }
    return counts;
  };

  it('are few at night, many by day, and others on a weekend', () => {
    const [wednesday, sunday] = [hours('2026-05-06'), hours('2026-05-10')];
    const sumOf = (counts: readonly number[], from: number, to: number) =>
      counts.slice(from, to).reduce((sum, count) => sum + count, 0);
    expect(sumOf(wednesday, 2, 5)).toBeLessThan(0.35 * sumOf(wednesday, 10, 13));
    expect(sumOf(sunday, 6, 9)).toBeLessThan(0.9 * sumOf(wednesday, 6, 9));
    expect(sumOf(sunday, 12, 17)).toBeGreaterThan(1.03 * sumOf(wednesday, 12, 17));
  });
});

const monthSettings = trafficSettings({ visitsPerDay: 1000 });
const hitsOf = hitWriter(monthSettings);

/** Matomo's id of the visit's visitor: a user's own as soon as one hit has carried `uid`. */
function recordedVisitor(visit: Visit): string {
  if (visit.visitor.userId === undefined) return visit.visitor.id;
  const last = hitsOf(visit).at(-1);
  const userId = last && parametersOf(last).get('uid');
  return userId ? createHash('sha1').update(userId).digest('hex').slice(0, 16) : visit.visitor.id;
}

describe('returning visits over 30 days, as Matomo sees them', () => {
  const month = visitsFrom({ visitsPerDay: 1000 }, '2026-03-01', 30);

  function returningFrom(from: LocalDate): number {
    const seen = new Set<string>();
    const since = month.map((visit) => {
      const id = recordedVisitor(visit);
      const isKnown = seen.has(id);
      seen.add(id);
      return { day: visit.key.day, isKnown };
    });
    return share(
      since.filter(({ day }) => day >= from),
      ({ isKnown }) => isKnown,
    );
  }

  it('are some more than the configured share once some days have passed', () => {
    expect(returningFrom('2026-03-11')).toBeGreaterThan(0.3);
    expect(returningFrom('2026-03-11')).toBeLessThan(0.35);
  });

  it('are nearly the configured share over the whole window', () => {
    expectNear(returningFrom('2026-03-01'), 0.3, 0.025);
  });

  it('show a long tail of visits per visitor and of days since the last visit', () => {
    const byVisitor = [...groupBy(month, recordedVisitor).values()];
    expect(share(byVisitor, (list) => list.length >= 3)).toBeGreaterThan(0.03);
    expect(share(byVisitor, (list) => list.length >= 6)).toBeGreaterThan(0.004);
    const gaps = byVisitor.flatMap((list) =>
      list.slice(1).map(({ startMs }, i) => (startMs - (list[i]?.startMs ?? 0)) / 86_400_000),
    );
    expect(share(gaps, (days) => days < 1)).toBeGreaterThan(0.12);
    expect(share(gaps, (days) => days < 1)).toBeLessThan(0.3);
    expect(share(gaps, (days) => days >= 7)).toBeGreaterThan(0.025);
    expect(share(gaps, (days) => days >= 14)).toBeGreaterThan(0.005);
  });
});

/** Plans 90 days of each scenario and tells what an analyst would count in them. */
import { loadSession } from '../../src/cli/options/session.ts';
import { trafficSettings } from '../../src/config/rules/traffic-settings.ts';
import { createProcessHost } from '../../src/host.ts';
import { visitsOfDays } from '../../src/plan/bulk-timeline.ts';
import { createPlan } from '../../src/plan/plan.ts';
import { dayNumberOf } from '../../src/timezone.ts';
import type { Visit } from '../../src/types/visit.ts';
import { report } from '../workers/report.ts';

const FROM = '2026-08-20';
const DAYS = 90;
const VISITS_PER_DAY = 600;
const MONTH_MS = 30 * 86_400_000;
const ACTIONS: ReadonlySet<string> = new Set(['pageview', 'event', 'search', 'outlink', 'download']);

/** One visit as a report counts it. */
interface Counted {
  readonly startMs: number;
  readonly weekday: number;
  readonly visitor: string;
  readonly channel: string;
  readonly device: string;
  readonly isReturning: boolean;
  readonly pageviews: number;
  readonly actions: number;
  readonly seconds: number;
  readonly hasCart: boolean;
  readonly hasOrder: boolean;
  readonly paths: readonly string[];
  /** Seconds from a pageview to the next. */
  readonly onPages: readonly number[];
}

function counted(visit: Visit, isReturning: boolean): Counted {
  const { steps, visitor, source, startMs, key } = visit;
  const views = steps.filter(({ kind }) => kind === 'pageview');
  const has = (kind: string) => steps.some((step) => step.kind === kind);
  const lastMs = steps.at(-1)?.atMs ?? startMs;
  return {
    startMs,
    weekday: new Date(`${key.day}T00:00:00Z`).getUTCDay(),
    visitor: visitor.userId ?? visitor.id,
    channel: source.type,
    device: visitor.device,
    isReturning,
    pageviews: views.length,
    actions: steps.filter(({ kind }) => ACTIONS.has(kind)).length,
    seconds: steps.length > 1 ? Math.floor((lastMs - startMs) / 1000) + 1 : 0,
    hasCart: has('cart') || has('order'),
    hasOrder: has('order'),
    paths: views.map(({ page }) => new URL(page.url).pathname),
    onPages: views.slice(1).map(({ atMs }, i) => (atMs - (views[i]?.atMs ?? atMs)) / 1000),
  };
}

const share = <T>(all: readonly T[], has: (one: T) => boolean) =>
  all.length === 0 ? 0 : all.filter(has).length / all.length;
const mean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function by<K extends string>(visits: readonly Counted[], keyOf: (visit: Counted) => K) {
  const keys = [...new Set(visits.map(keyOf))].sort();
  return Object.fromEntries(
    keys.map((key) => {
      const own = visits.filter((visit) => keyOf(visit) === key);
      const facts = {
        visits: own.length / visits.length,
        bounce: share(own, ({ actions }) => actions <= 1),
        cart: share(own, ({ hasCart }) => hasCart),
        order: share(own, ({ hasOrder }) => hasOrder),
        seconds: mean(own.map(({ seconds }) => seconds)),
        actions: mean(own.map(({ actions }) => actions)),
      };
      return [key, facts];
    }),
  );
}

/** Visits per visitor in the last 30 days. */
function frequencies(visits: readonly Counted[]): number[] {
  const fromMs = Math.max(...visits.map(({ startMs }) => startMs)) - MONTH_MS;
  const counts = new Map<string, number>();
  for (const { visitor, startMs } of visits) {
    if (startMs >= fromMs) counts.set(visitor, (counts.get(visitor) ?? 0) + 1);
  }
  return [...counts.values()];
}

/** Days since the visitor's last visit, of visits in the last 30 days. */
function gapsOf(visits: readonly Counted[]): number[] {
  const fromMs = Math.max(...visits.map(({ startMs }) => startMs)) - MONTH_MS;
  const last = new Map<string, number>();
  return visits.flatMap(({ visitor, startMs }) => {
    const before = last.get(visitor);
    last.set(visitor, startMs);
    return before !== undefined && startMs >= fromMs ? [(startMs - before) / 86_400_000] : [];
  });
}

function measure(name: string) {
  const host = createProcessHost();
  const session = loadSession(host, 'run', { preset: [name], sink: true }, Date.UTC(2026, 10, 20));
  const traffic = {
    ...trafficSettings(session.settings, 'run', session.files, true),
    seed: 'realism',
    timezone: 'Europe/Stockholm',
    visitsPerDay: VISITS_PER_DAY,
  };
  const plan = createPlan(traffic);
  const first = dayNumberOf(FROM);
  const days = Array.from({ length: DAYS }, (_, i) => plan.calendar.dayNumbered(first + i));
  const unlimited = Number.POSITIVE_INFINITY;
  const limits = { shard: { index: 1, count: 1 }, maxVisits: unlimited, untilMs: unlimited };
  const known = new Set<string>();
  const visits = [...visitsOfDays(plan, { days, ...limits })].map((visit) => {
    const id = visit.visitor.userId ?? visit.visitor.id;
    const isReturning = known.has(id);
    known.add(id);
    return counted(visit, isReturning);
  });
  const stays = visits.filter(({ actions }) => actions > 1);
  const month = visits.filter(({ startMs }) => startMs < (visits[0]?.startMs ?? 0) + MONTH_MS);
  const reaches = (path: string) => share(visits, ({ paths }) => paths.includes(path));
  const checkout = traffic.catalogue.checkout ?? [];
  return {
    name,
    visits: visits.length,
    set: traffic.shares,
    cartAbandonment: traffic.cartAbandonment,
    days: days.map((day) => plan.countOf(day)),
    weekdays: [1, 2, 3, 4, 5, 6, 0].map((weekday) => share(visits, (visit) => visit.weekday === weekday)),
    all: by(visits, () => 'all').all,
    channels: by(visits, ({ channel }) => channel),
    devices: by(visits, ({ device }) => device.replace(/.*(desktop|phone|tablet).*/, '$1')),
    loyalty: by(visits, ({ isReturning }) => (isReturning ? 'returning' : 'new')),
    returningIn30Days: share(month, ({ isReturning }) => isReturning),
    pageviews: stays.map(({ pageviews }) => pageviews),
    actions: visits.map(({ actions }) => actions),
    seconds: visits.map(({ seconds }) => seconds),
    onPages: stays.flatMap(({ onPages }) => onPages),
    gaps: gapsOf(visits),
    frequencies: frequencies(visits),
    orderPages: mean(visits.filter(({ hasOrder }) => hasOrder).map(({ pageviews }) => pageviews)),
    steps: [
      { step: 'cart', share: share(visits, ({ hasCart }) => hasCart) },
      ...checkout
        .slice(1, -1)
        .map(({ path }) => ({ step: path.replace('/checkout/', '').slice(0, 12), share: reaches(path) })),
      ...(checkout.length > 0
        ? []
        : ['/checkout', '/checkout/payment'].map((path) => ({ step: path.slice(1), share: reaches(path) }))),
      { step: 'order', share: share(visits, ({ hasOrder }) => hasOrder) },
    ],
  };
}

report({ from: FROM, presets: ['shop', 'content', 'saas'].map(measure) });

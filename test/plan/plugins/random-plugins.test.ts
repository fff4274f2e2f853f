import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlan } from '../../../src/plan/plan.ts';
import type { Funnel } from '../../../src/types/content/journeys.ts';
import type { Hooks, Step } from '../../../src/types/plugin-api.ts';
import type { TrafficSettings } from '../../../src/types/traffic-settings.ts';
import type { Visit } from '../../../src/types/visit.ts';
import { arbitrarySettings, DATES } from '../arbitrary-settings.ts';
import { clashesOfFingerprints, clashesOfVisitors } from '../clashes.ts';
import { daysFrom, draws, hitWriter, planVisits, trafficSettings, withFunnels } from '../fixtures.ts';
import { localClock } from '../local-clock.ts';
import { violations } from '../parameter-rules.ts';
import { createSiteSink, recordedBy, sendTo } from '../sending.ts';
import { planWithHooks } from './with-plugins.ts';

const LONGEST_MS = 100 * 60_000;
/** Of all that a funnel step writes. */
const STEP_MS = 50 * 60_000;
const GOALS = [1, 2];
const part = fc.double({ min: 0.1, max: 1, noNaN: true });
const word = fc
  .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  .filter((text) => text.trim() !== '' && !/[\p{Cc}\p{Cs}]/u.test(text));
const path = fc.webPath({ size: 'small' }).map((text) => `/p${text}`);
const after = fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined });

const item = fc.record({
  sku: word,
  name: word,
  category: word,
  price: fc.integer({ min: 0, max: 100_000 }).map((cents) => cents / 100),
  quantity: fc.integer({ min: 1, max: 5 }),
});
const items = fc.array(item, { minLength: 1, maxLength: 3 });
const money = fc.integer({ min: 0, max: 1000 }).map((cents) => cents / 100);

const kinds: fc.Arbitrary<Step>[] = [
  fc.record({ type: fc.constant('pageview'), url: path, title: word }),
  fc.record({ type: fc.constant('event'), category: word, action: word, name: word }),
  fc.record({ type: fc.constant('event'), category: word, action: word, name: word, value: fc.integer() }),
  fc.record({ type: fc.constant('search'), keyword: word, results: fc.nat(50) }),
  fc.record({ type: fc.constant('outlink'), url: fc.webUrl() }),
  fc.record({ type: fc.constant('download'), url: path }),
  fc.record({ type: fc.constant('content'), name: word, piece: word, target: path, isClick: fc.boolean() }),
  fc.record({ type: fc.constant('cart'), items }),
  fc.record({ type: fc.constant('order'), items, tax: money, shipping: money }),
  fc.record({ type: fc.constant('ping') }),
];
const timed = (step: Step, afterSeconds: number | undefined): Step =>
  afterSeconds === undefined ? step : { ...step, afterSeconds };
const step = fc.tuple(fc.oneof(...kinds), after).map(([one, seconds]) => timed(one, seconds));
const landing: fc.Arbitrary<Step> = fc.record({ type: fc.constant('pageview'), url: path, title: word });
/** Pings alone do not keep a visit alive: their times are left open. */
const open = ({ afterSeconds, ...one }: Step) => (one.type === 'ping' ? one : timed(one, afterSeconds));
/** A goal is converted once a visit. */
const goal = fc
  .option(fc.constantFrom(...GOALS), { nil: undefined })
  .map((id): Step[] => (id === undefined ? [] : [{ type: 'goal', id }]));
const steps = fc
  .tuple(landing, fc.array(step, { maxLength: 8 }), goal)
  .map(([first, more, last]): Step[] => [first, ...more.map(open), ...last]);
/** Every kind of step, in any order. */
const everything = fc
  .tuple(
    landing,
    fc.tuple(...kinds).chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
  )
  .map(([first, all]): Step[] => [first, ...all, { type: 'goal', id: 1 }]);
/** What a funnel step writes, on the page that is open. */
const written = fc
  .tuple(fc.oneof(...kinds), fc.array(step, { maxLength: 4 }), goal)
  .map(([first, more, last]): Step[] => [first, ...more.map(open), ...last]);
const PARTNER = 'https://partner.example/links';
const source = fc.oneof(
  fc.record({ type: fc.constant('campaign'), name: word, source: word }),
  fc.record({ type: fc.constant('website'), url: fc.constant(PARTNER) }),
  fc.constant({ type: 'direct' }),
);

/** Whatever keeps the rules. */
const hooks = fc
  .record({
    share: fc.double({ min: 0.1, max: 0.5, noNaN: true }),
    scripts: fc.tuple(everything, fc.array(steps, { maxLength: 4 })).map(([all, more]) => [all, ...more]),
    writes: fc.array(written, { minLength: 1, maxLength: 5 }),
    day: fc.constantFrom(...DATES),
    own: fc.option(source, { nil: undefined }),
    minute: fc.integer({ min: 0, max: 1380 }),
    rush: fc.integer({ min: 0, max: 30 }),
    sources: fc.array(fc.tuple(part, source), { minLength: 1, maxLength: 2 }),
    values: fc.array(word, { minLength: 1, maxLength: 4 }),
  })
  .map(
    (drawn): Hooks => ({
      behaviours: {
        fixed: {
          share: drawn.share,
          longestMs: LONGEST_MS,
          visit: ({ random }) => random.pick(drawn.scripts),
        },
        timed: {
          share: ({ minute }) => (minute >= drawn.minute && minute < drawn.minute + 60 ? 0.4 : 0.05),
          longestMs: LONGEST_MS,
          visit: ({ random, entryPage, nextPage }) => {
            const entry = entryPage();
            const written: Step[] = [
              { type: 'pageview', ...entry },
              { type: 'pageview', ...nextPage(entry), afterSeconds: random.integer(0, 1740) },
            ];
            return drawn.own === undefined ? written : { source: drawn.own, steps: written };
          },
        },
      },
      steps: {
        scripted: { longestMs: STEP_MS, write: ({ random }) => random.pick(drawn.writes) },
      },
      arrivals: {
        rush: {
          weight: ({ minute }) => (minute >= drawn.minute && minute < drawn.minute + 20 ? drawn.rush : 1),
        },
        once: {
          dates: [drawn.day],
          weight: ({ date, minute }) => (date === drawn.day && minute < 60 ? 2 : 1),
        },
      },
      sources: Object.fromEntries(
        drawn.sources.map(([share, value], i) => [
          `source${i}`,
          { share: share / drawn.sources.length, source: () => value },
        ]),
      ),
      dimensions: {
        visit: { id: 91, scope: 'visit', value: ({ random }) => random.pick(drawn.values) },
        action: {
          id: 92,
          scope: 'action',
          value: ({ random, step: on }) => (random.chance(0.5) ? on?.type : undefined),
        },
      },
    }),
  );

/** A funnel with a step that the plugin writes; some visitors go on browsing, and reach goals on their own. */
function funnelWith(exitAfterCompletion: boolean): Funnel {
  const delay = { delaySecondsMin: 1, delaySecondsMax: 60, continueProbability: 0.8 };
  return {
    ...{ name: `Scripted ${exitAfterCompletion}`, description: '', probability: 0.15, priority: 1 },
    ...{ enabled: true, exitAfterCompletion },
    steps: [
      { ...delay, type: 'pageview', url: 'https://www.nordhem.example/start' },
      { ...delay, type: 'plugin', name: 'acme/scripted', options: {}, longestMs: STEP_MS },
    ],
  };
}
const OVERRIDES = { goalIds: GOALS, ...withFunnels([funnelWith(true), funnelWith(false)]) };

/** How often each hook of the plugin had a part in what was planned. */
function createUse() {
  const counts = new Map<string, number>();
  const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? 0) + count);
  return {
    add(visits: readonly Visit[]) {
      for (const { behaviour, funnel, dimensions, source, steps: done } of visits) {
        if (behaviour !== undefined) add(behaviour, 1);
        if (funnel && funnel.stepsDone > 1) add('step', 1);
        if (dimensions?.some(({ id }) => id === 91)) add('dimension of a visit', 1);
        if (done.some((one) => one.dimensions?.some(({ id }) => id === 92))) add('dimension of a hit', 1);
        if (source.url === PARTNER || source.type === 'campaign') add('source', 1);
        for (const { kind } of done) add(kind, 1);
      }
    },
    counts,
  };
}

/** All that is sent of a visit. */
function bytesOf(traffic: TrafficSettings): (visit: Visit) => string {
  const hitsOf = hitWriter(traffic);
  return (visit) =>
    hitsOf(visit)
      .map(({ query }) => query)
      .join('\n');
}

function outsideOfDay(visits: readonly Visit[], timezone: string): string[] {
  return visits
    .filter(({ key, steps: done }) =>
      done.some(({ atMs }) => localClock(timezone, Math.floor(atMs / 1000) * 1000).date !== key.day),
    )
    .map(({ key }) => `${key.day}/${key.index}`);
}

describe('whatever a plugin within the rules adds', () => {
  it('visits stay in their days, stay apart, and say everything as Matomo wants it', () => {
    const use = createUse();
    fc.assert(
      fc.property(hooks, arbitrarySettings, fc.constantFrom(...DATES), (added, settings, from) => {
        const overrides = { ...settings, ...OVERRIDES, visitsPerDay: 150 };
        const { traffic, plan } = planWithHooks(added, overrides);
        const visits = planVisits(plan, daysFrom(plan, from, 2));
        use.add(visits);
        expect(outsideOfDay(visits, traffic.timezone)).toEqual([]);
        expect(clashesOfVisitors(visits)).toEqual([]);
        expect(clashesOfFingerprints(visits)).toEqual([]);
        const hitsOf = hitWriter(traffic);
        for (const visit of visits) expect(violations(hitsOf(visit), visit, traffic)).toEqual([]);
      }),
      { numRuns: 5, endOnFailure: true },
    );
    const all = ['acme/fixed', 'acme/timed', 'step', 'dimension of a visit', 'dimension of a hit', 'source'];
    const kindsOfSteps = [
      'pageview',
      'event',
      'search',
      'outlink',
      'download',
      'content',
      'goal',
      'cart',
      'order',
      'ping',
    ];
    for (const name of [...all, ...kindsOfSteps])
      expect([name, use.counts.get(name) ?? 0]).not.toEqual([name, 0]);
  });

  it('a visit is the same in any order, in any shard, and planned alone', () => {
    fc.assert(
      fc.property(hooks, fc.constantFrom(...DATES), fc.integer({ min: 2, max: 5 }), (added, from, count) => {
        const { traffic, plan, extensions } = planWithHooks(added, { ...OVERRIDES, visitsPerDay: 150 });
        const [day] = daysFrom(plan, from, 1);
        if (!day) return;
        const write = bytesOf(traffic);
        const visits = planVisits(plan, [day]).map(write);
        const other = createPlan(traffic, extensions);
        const backwards = [...visits.keys()].reverse().map((index) => write(other.visit(day, index)));
        expect(backwards.reverse()).toEqual(visits);
        const shards = draws(count, (i) => planVisits(plan, [day], { index: i + 1, count }));
        expect(
          shards
            .flat()
            .sort((a, b) => a.key.index - b.key.index)
            .map(write),
        ).toEqual(visits);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });

  it('all that is planned is recorded, per day, in visits, every kind of hit and revenue', () => {
    fc.assert(
      fc.property(hooks, fc.constantFrom(...DATES), (added, from) => {
        const { traffic, extensions } = planWithHooks(added, {
          ...OVERRIDES,
          visitsPerDay: 200,
          timezone: 'Europe/Stockholm',
        });
        const sink = createSiteSink(traffic);
        const { planned, sent, tracked, invalid } = sendTo(sink, traffic, { from, days: 2, extensions });
        expect({ tracked, invalid }).toEqual({ tracked: sent, invalid: 0 });
        expect(recordedBy(sink, traffic.siteId)).toEqual(planned);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });
});

describe('one plugin more', () => {
  const later: Hooks = {
    behaviours: {
      more: { share: 0.1, longestMs: 0, visit: () => [{ type: 'pageview', url: '/more', title: 'More' }] },
    },
  };

  it('moves no visit that it does not take, but for order ids, which tell settings apart', () => {
    const plain = createPlan(trafficSettings());
    const { plan } = planWithHooks(later);
    const [day] = daysFrom(plain, '2026-03-03', 1);
    if (!day) throw new Error('no day');
    const before = planVisits(plain, [day]);
    const after2 = planVisits(plan, [day]);
    const write = bytesOf(plain.settings);
    const withoutIds = (visit: Visit | undefined) =>
      visit && write(visit).replaceAll(/ec_id=[0-9A-Z]{10}/g, 'ec_id=');
    const kept = after2.filter(({ behaviour }) => behaviour === undefined);
    expect(kept.length / after2.length).toBeCloseTo(0.9, 1);
    for (const visit of kept) expect(withoutIds(visit)).toBe(withoutIds(before[visit.key.index]));
  });
});

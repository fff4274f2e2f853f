import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlanTally } from '../../src/ledger/plan-tally.ts';
import { createTally, type Tally } from '../../src/ledger/tally.ts';
import { countsOf, createTotals, type Totals } from '../../src/ledger/totals.ts';
import type { Delivery } from '../../src/types/delivery.ts';
import type { HitKind, VisitRecord } from '../../src/types/hit.ts';
import { HIT_KINDS } from '../../src/types/hit.ts';
import type { Outcome } from '../../src/types/outcome.ts';
import { OUTCOME_KINDS } from '../../src/types/outcome.ts';
import { bulkBatch, pageviews, visitOf } from '../doubles/hits.ts';

const ACCEPTED: Outcome = { kind: 'accepted' };
const LATE: Outcome = { kind: 'skipped', reason: 'late' };
const FAILED: Outcome = { kind: 'failed', reason: 'http-502' };

function start() {
  const days: { date: string; totals: Totals }[] = [];
  const tally = createTally((_target, date, totals) => days.push({ date, totals }));
  return { tally, days, dates: () => days.map(({ date }) => date) };
}

/** Plans a visit and settles its hits with the given outcomes, the first ones first. */
function add(
  tally: Tally,
  visit: VisitRecord,
  outcomes: readonly Outcome[] = visit.hits.map(() => ACCEPTED),
): void {
  tally.plan(visit);
  settle(tally, visit, outcomes);
}
function settle(tally: Tally, visit: VisitRecord, outcomes: readonly Outcome[]): void {
  outcomes.forEach((outcome, i) => {
    const hit = visit.hits[i];
    if (hit) tally.settle(hit, outcome);
  });
}
const sumOf = (hits: Totals['hits']) => OUTCOME_KINDS.reduce((sum, kind) => sum + hits[kind], 0);
const visitsSettled = ({ complete, partial, failed, skipped }: Totals['visits']) =>
  complete + partial + failed + skipped;

describe('visits', () => {
  it.each<[string, Outcome[], string]>([
    ['all of its hits are accepted', [ACCEPTED, ACCEPTED, ACCEPTED], 'complete'],
    ['only some are', [ACCEPTED, FAILED, ACCEPTED], 'partial'],
    ['only some are and the rest was not sent', [ACCEPTED, LATE, LATE], 'partial'],
    ['none is, though one was sent', [FAILED, LATE, LATE], 'failed'],
    ['none is known to be', [{ kind: 'unknown', reason: 'no-answer' }, LATE, LATE], 'failed'],
    ['all are rejected', new Array(3).fill({ kind: 'rejected', reason: 'invalid' }), 'failed'],
    ['none was sent', [LATE, LATE, LATE], 'skipped'],
  ])('when %s: %j is %s', (_, outcomes, expected) => {
    const { tally } = start();
    add(tally, visitOf({ kinds: pageviews(3) }), outcomes);
    const { planned, ...others } = tally.total.visits;
    expect(planned).toBe(1);
    expect(Object.entries(others).filter(([, count]) => count > 0)).toEqual([[expected, 1]]);
  });

  it('are nothing yet while a hit is open', () => {
    const { tally } = start();
    add(tally, visitOf({ kinds: pageviews(3) }), [ACCEPTED, ACCEPTED]);
    expect(tally.total.visits).toEqual({ planned: 1, complete: 0, partial: 0, failed: 0, skipped: 0 });
  });
});

describe('hits', () => {
  it('count once, however often they are settled', () => {
    const { tally } = start();
    const visit = visitOf({ kinds: pageviews(2) });
    add(tally, visit, [ACCEPTED]);
    settle(tally, visit, [FAILED, ACCEPTED]);
    settle(tally, visit, [FAILED, FAILED]);
    expect(tally.total.hits).toEqual({
      planned: 2,
      accepted: 2,
      rejected: 0,
      failed: 0,
      unknown: 0,
      skipped: 0,
    });
  });

  it('count by kind when they are accepted, and only then', () => {
    const { tally } = start();
    add(tally, visitOf({ kinds: HIT_KINDS }));
    add(tally, visitOf({ index: 1, kinds: HIT_KINDS }), new Array(HIT_KINDS.length).fill(FAILED));
    expect(tally.total.kinds).toEqual(Object.fromEntries(HIT_KINDS.map((kind) => [kind, 1])));
  });

  it('count by reason when they are not accepted', () => {
    const { tally } = start();
    add(tally, visitOf({ kinds: pageviews(4) }), [ACCEPTED, FAILED, LATE, LATE]);
    expect(tally.total.reasons).toEqual({ 'http-502': 1, late: 2 });
  });

  it('bring revenue to the cent, of accepted orders alone', () => {
    const { tally, days } = start();
    for (let index = 0; index < 10; index++) {
      add(tally, visitOf({ index, kinds: ['pageview', 'cart', 'order'], revenueCents: 1010 }));
    }
    add(tally, visitOf({ index: 10, kinds: ['order'], revenueCents: 99_999 }), [FAILED]);
    tally.close();
    expect([tally.total.revenueCents, days[0]?.totals.revenueCents]).toEqual([10_100, 10_100]);
  });
});

describe('abandoned carts', () => {
  it('are visits with an accepted cart and no accepted order', () => {
    const { tally, days } = start();
    add(tally, visitOf({ kinds: ['pageview', 'cart', 'cart'] }));
    add(tally, visitOf({ index: 1, kinds: ['cart', 'order'] }));
    add(tally, visitOf({ index: 2, kinds: ['cart', 'order'] }), [ACCEPTED, FAILED]);
    add(tally, visitOf({ index: 3, kinds: ['pageview', 'cart'] }), [ACCEPTED, FAILED]);
    tally.close();
    expect([tally.total.abandonedCarts, days[0]?.totals.abandonedCarts]).toEqual([2, 2]);
  });
});

describe('funnels', () => {
  const funnel = (stepsDone: number) => ({ name: 'checkout', stepsDone, stepCount: 3 });

  it('count visits that entered, came to each step and completed', () => {
    const { tally, days } = start();
    [3, 1, 2, 3].forEach((stepsDone, index) => {
      add(tally, visitOf({ index, kinds: pageviews(4), funnel: funnel(stepsDone) }));
    });
    add(tally, visitOf({ index: 4 }));
    tally.close();
    const expected = { checkout: { entered: 4, completed: 2, steps: [4, 3, 2] } };
    expect([tally.total.funnels, days[0]?.totals.funnels]).toEqual([expected, expected]);
  });

  it('count a step when it and all before it were accepted', () => {
    const { tally } = start();
    const visit = (index: number) => visitOf({ index, kinds: pageviews(3), funnel: funnel(3) });
    add(tally, visit(0), [ACCEPTED, FAILED, ACCEPTED]);
    add(tally, visit(1), [FAILED, ACCEPTED, ACCEPTED]);
    add(tally, visit(2), [ACCEPTED, ACCEPTED, FAILED]);
    tally.close();
    expect(tally.total.funnels).toEqual({ checkout: { entered: 2, completed: 0, steps: [2, 1, 0] } });
  });

  it('are none where nothing was accepted', () => {
    const { tally } = start();
    add(tally, visitOf({ kinds: pageviews(3), funnel: funnel(3) }), [FAILED, FAILED, FAILED]);
    tally.close();
    expect(tally.total.funnels).toEqual({});
  });
});

describe('the end of a run', () => {
  it('cuts off the visits that are not at their end, each once', () => {
    const { tally, days } = start();
    const cut = visitOf({ kinds: pageviews(3) });
    tally.plan(cut);
    for (const hit of cut.hits.slice(0, 1)) tally.settle(hit, ACCEPTED);
    add(tally, visitOf({ index: 1 }));
    add(tally, visitOf({ index: 2 }), [{ kind: 'skipped', reason: 'late' }]);
    tally.close();
    expect([tally.total.cutOffVisits, days[0]?.totals.cutOffVisits]).toEqual([1, 1]);
    expect(tally.total.visits).toMatchObject({ planned: 3, complete: 1, partial: 1, skipped: 1 });
  });
});

describe('accepted hits of this process', () => {
  it('are those of its own requests, not those that an earlier one has settled', () => {
    const { tally, days } = start();
    add(tally, visitOf({ kinds: pageviews(3) }));
    const own = visitOf({ index: 1, kinds: pageviews(2) });
    tally.plan(own);
    const delivery = { outcomes: [ACCEPTED, FAILED], retries: 0, sentMs: 1, answeredMs: 2 };
    tally.sent(bulkBatch(own.hits), delivery, { lagMs: 0, latencyMs: 1 });
    for (const hit of own.hits) tally.settle(hit, delivery.outcomes[hit.seq] ?? ACCEPTED);
    tally.close();
    expect([tally.total.hits.accepted, tally.total.acceptedNow]).toEqual([4, 1]);
    expect(days[0]?.totals.acceptedNow).toBe(1);
  });
});

describe('requests', () => {
  it('bring retries, lag and latency, within the hour that is measured', () => {
    const { tally } = start();
    const visit = visitOf();
    tally.plan(visit);
    const delivery: Delivery = { outcomes: [ACCEPTED], retries: 2, sentMs: 0, answeredMs: 40 };
    tally.sent(bulkBatch(visit.hits), delivery, { lagMs: -3, latencyMs: 40.4 });
    tally.sent(bulkBatch(visit.hits), delivery, { lagMs: 7, latencyMs: 99_000_000 });
    const { requests, retries, lagMs, latencyMs } = tally.total;
    expect([requests, retries, lagMs.totalCount, latencyMs.totalCount]).toEqual([2, 4, 2, 2]);
    expect([lagMs.minNonZeroValue, latencyMs.getValueAtPercentile(50)]).toEqual([7, 40]);
    expect(latencyMs.maxValue).toBeGreaterThanOrEqual(3_600_000);
  });
});

describe('days', () => {
  const DAYS = ['2026-10-20', '2026-10-21', '2026-10-22'] as const;

  it('are given out when a later one has begun and all of their visits are settled', () => {
    const { tally, dates } = start();
    const late = visitOf({ day: DAYS[0], index: 1 });
    add(tally, visitOf({ day: DAYS[0] }));
    tally.plan(late);
    expect(dates()).toEqual([]);
    add(tally, visitOf({ day: DAYS[1] }));
    expect(dates()).toEqual([]);
    settle(tally, late, [ACCEPTED]);
    expect(dates()).toEqual([DAYS[0]]);
    add(tally, visitOf({ day: DAYS[2] }));
    expect(dates()).toEqual([DAYS[0], DAYS[1]]);
    tally.close();
    expect(dates()).toEqual(DAYS);
  });

  it('come in order although a later one is over first', () => {
    const { tally, dates } = start();
    const open = visitOf({ day: DAYS[0] });
    tally.plan(open);
    add(tally, visitOf({ day: DAYS[1] }));
    add(tally, visitOf({ day: DAYS[2] }));
    expect(dates()).toEqual([]);
    settle(tally, open, [FAILED]);
    expect(dates()).toEqual([DAYS[0], DAYS[1]]);
  });

  it('hold their own counts', () => {
    const { tally, days } = start();
    add(tally, visitOf({ day: DAYS[0], kinds: ['pageview', 'order'], revenueCents: 500 }));
    add(tally, visitOf({ day: DAYS[1], kinds: ['event'] }), [LATE]);
    tally.close();
    expect(
      days.map(({ totals }) => [totals.hits.accepted, totals.hits.skipped, totals.revenueCents]),
    ).toEqual([
      [2, 0, 500],
      [0, 1, 0],
    ]);
  });
});

describe('close', () => {
  it('settles as skipped what is still open, and gives every day out once', () => {
    const { tally, days } = start();
    add(tally, visitOf({ kinds: pageviews(3) }), [ACCEPTED]);
    add(tally, visitOf({ index: 1, kinds: pageviews(2) }), []);
    tally.close();
    tally.close();
    expect(tally.total.hits).toMatchObject({ planned: 5, accepted: 1, skipped: 4 });
    expect(tally.total.visits).toMatchObject({ planned: 2, partial: 1, skipped: 1 });
    expect(tally.total.reasons).toEqual({ stopped: 4 });
    expect(days).toHaveLength(1);
  });

  it('gives out nothing when nothing was planned', () => {
    const { tally, days } = start();
    tally.close();
    expect(days).toEqual([]);
  });
});

describe('whatever the order of events', () => {
  const kind = fc.constantFrom<HitKind>(...HIT_KINDS);
  const outcome = fc
    .constantFrom(...OUTCOME_KINDS)
    .map((name): Outcome => (name === 'accepted' ? ACCEPTED : { kind: name, reason: `because-${name}` }));
  const visits = fc.array(
    fc.record({
      day: fc.nat(4),
      kinds: fc.array(kind, { minLength: 1, maxLength: 6 }),
      outcomes: fc.array(outcome, { maxLength: 6 }),
      wait: fc.nat(10),
      revenueCents: fc.nat(100_000),
    }),
    { maxLength: 40 },
  );

  it('planned is never below the sum of the outcomes, and equal to it at the close', () => {
    fc.assert(
      fc.property(visits, (specs) => {
        const { tally, days, dates } = start();
        const due: { at: number; visit: VisitRecord; outcomes: readonly Outcome[] }[] = [];
        const settleDue = (now: number) => {
          for (const entry of due.filter(({ at }) => at === now)) settle(tally, entry.visit, entry.outcomes);
          expect(sumOf(tally.total.hits)).toBeLessThanOrEqual(tally.total.hits.planned);
          expect(visitsSettled(tally.total.visits)).toBeLessThanOrEqual(tally.total.visits.planned);
        };
        const planned = [...specs].sort((a, b) => a.day - b.day);
        planned.forEach(({ day, kinds, outcomes, wait, revenueCents }, index) => {
          const visit = visitOf({ day: `2026-10-2${day}`, index, kinds, revenueCents });
          tally.plan(visit);
          due.push({ at: index + wait, visit, outcomes });
          settleDue(index);
        });
        for (let now = planned.length; now < planned.length + 10; now++) settleDue(now);
        tally.close();

        const { total } = tally;
        expect(sumOf(total.hits)).toBe(total.hits.planned);
        expect(visitsSettled(total.visits)).toBe(total.visits.planned);
        expect(total.hits.planned).toBe(specs.reduce((sum, { kinds }) => sum + kinds.length, 0));
        expect(Object.values(total.kinds).reduce((sum, count) => sum + count, 0)).toBe(total.hits.accepted);
        const reasons = Object.values(total.reasons).reduce((sum, count) => sum + count, 0);
        expect(reasons).toBe(total.hits.planned - total.hits.accepted);
        expect(dates()).toEqual([...new Set(planned.map(({ day }) => `2026-10-2${day}`))]);
        for (const name of ['planned', ...OUTCOME_KINDS] as const) {
          expect(days.reduce((sum, { totals }) => sum + totals.hits[name], 0)).toBe(total.hits[name]);
        }
        for (const { totals } of days) expect(sumOf(totals.hits)).toBe(totals.hits.planned);
        expect(days.reduce((sum, { totals }) => sum + totals.revenueCents, 0)).toBe(total.revenueCents);
      }),
    );
  });
});

describe('visits that are accepted as a whole', () => {
  const kinds = fc.array(fc.constantFrom<HitKind>(...HIT_KINDS), { minLength: 1, maxLength: 6 });
  const visits = fc.array(
    fc.record({
      day: fc.nat(2),
      kinds,
      revenueCents: fc.nat(100_000),
      stepsDone: fc.nat(8),
      hasFunnel: fc.boolean(),
      behaviour: fc.constantFrom(undefined, 'mine/lost'),
      settledBefore: fc.nat(2),
      before: fc.constantFrom(ACCEPTED, FAILED),
    }),
    { maxLength: 20 },
  );

  it('count as if each of their hits were settled by itself', () => {
    fc.assert(
      fc.property(visits, (specs) => {
        const [whole, each] = [start(), start()];
        const sorted = [...specs].sort((a, b) => a.day - b.day);
        sorted.forEach(({ day, stepsDone, hasFunnel, settledBefore, before, behaviour, ...spec }, index) => {
          const funnel = { name: 'checkout', stepsDone, stepCount: 8 };
          const visit = visitOf({
            ...spec,
            ...(hasFunnel ? { funnel } : {}),
            ...(behaviour ? { behaviour } : {}),
            day: `2026-10-2${day}`,
            index,
          });
          for (const { tally } of [whole, each])
            add(tally, visit, new Array<Outcome>(settledBefore).fill(before));
          whole.tally.accept(visit);
          settle(
            each.tally,
            visit,
            visit.hits.map(() => ACCEPTED),
          );
        });
        expect(countsOf(whole.tally.total)).toEqual(countsOf(each.tally.total));
        for (const { tally } of [whole, each]) tally.close();
        const daysOf = ({ days }: typeof whole) => days.map(({ date, totals }) => [date, countsOf(totals)]);
        expect(daysOf(whole)).toEqual(daysOf(each));
      }),
    );
  });

  it('count once', () => {
    const { tally } = start();
    const visit = visitOf({ kinds: pageviews(3) });
    tally.plan(visit);
    tally.accept(visit);
    tally.accept(visit);
    expect(tally.total.hits).toMatchObject({ planned: 3, accepted: 3 });
    expect(tally.total.visits).toMatchObject({ planned: 1, complete: 1 });
  });
});

describe('visits of the behaviours of plugins', () => {
  const counts = { planned: 0, complete: 0, partial: 0, failed: 0, skipped: 0 };
  const ofPlugin = (index: number, behaviour: string, day = '2026-10-20') =>
    visitOf({ index, behaviour, day, kinds: pageviews(2) });

  it('count with what they came to, by day and in all; other visits do not', () => {
    const { tally, days } = start();
    add(tally, ofPlugin(0, 'acme/rate'));
    add(tally, ofPlugin(1, 'acme/rate'), [ACCEPTED, FAILED]);
    add(tally, visitOf({ index: 2 }));
    add(tally, ofPlugin(0, 'acme/rate', '2026-10-21'), [FAILED, LATE]);
    add(tally, ofPlugin(1, 'acme/ask', '2026-10-21'), [LATE, LATE]);
    tally.plan(ofPlugin(2, 'acme/ask', '2026-10-21'));
    expect(tally.total.behaviours).toEqual({
      'acme/rate': { ...counts, planned: 3, complete: 1, partial: 1, failed: 1 },
      'acme/ask': { ...counts, planned: 2, skipped: 1 },
    });
    tally.close();
    expect(days.map(({ totals }) => totals.behaviours)).toEqual([
      { 'acme/rate': { ...counts, planned: 2, complete: 1, partial: 1 } },
      {
        'acme/rate': { ...counts, planned: 1, failed: 1 },
        'acme/ask': { ...counts, planned: 2, skipped: 2 },
      },
    ]);
  });

  it('go on where an earlier process stopped', () => {
    const earlier = createTotals();
    earlier.behaviours['acme/rate'] = { ...counts, planned: 5, complete: 5 };
    const tally = createTally(() => {}, [{ target: 'default', date: '2026-10-19', totals: earlier }]);
    add(tally, ofPlugin(0, 'acme/rate'));
    expect(tally.total.behaviours['acme/rate']).toEqual({ ...counts, planned: 6, complete: 6 });
  });

  it('count as planned where nothing is sent', () => {
    const tally = createPlanTally(() => {});
    for (let i = 0; i < 3; i++) tally.add(ofPlugin(i, 'acme/rate'));
    tally.add(visitOf({ index: 3 }));
    expect(tally.total.behaviours).toEqual({ 'acme/rate': { ...counts, planned: 3 } });
  });
});

describe('createPlanTally', () => {
  it('counts kinds, orders and revenue as planned, without outcomes, and gives each day out once', () => {
    const days: [string, number, number][] = [];
    const tally = createPlanTally((date, totals) => {
      days.push([date, totals.visits.planned, totals.revenueCents]);
    });
    const funnel = { name: 'checkout', stepsDone: 1, stepCount: 2 };
    tally.add(visitOf({ kinds: ['pageview', 'order'], revenueCents: 1234, funnel }));
    tally.add(visitOf({ index: 1, kinds: pageviews(3) }));
    tally.add(visitOf({ day: '2026-10-21' }));
    tally.close();
    tally.close();
    expect(days).toEqual([
      ['2026-10-20', 2, 1234],
      ['2026-10-21', 1, 0],
    ]);
    const { hits, kinds, revenueCents, funnels } = tally.total;
    expect([hits.planned, sumOf(hits), kinds.pageview, kinds.order, revenueCents]).toEqual([
      6, 0, 5, 1, 1234,
    ]);
    expect(funnels.checkout).toEqual({ entered: 1, completed: 0, steps: [1, 0] });
  });
});

describe('hits that were not accepted', () => {
  it('count by kind, so that what was planned of each kind is known', () => {
    const { tally, days } = start();
    add(tally, visitOf({ kinds: ['pageview', 'order', 'order'] }), [ACCEPTED, FAILED, LATE]);
    tally.close();
    for (const totals of [tally.total, days[0]?.totals]) {
      expect(totals?.missedKinds).toMatchObject({ pageview: 0, order: 2 });
    }
  });
});

describe('hits of visits under way', () => {
  it.each(['capped', 'paused'])(
    'of a visit that is not let in are settled with its first one: %s',
    (reason) => {
      const tally = createTally(() => {}, [], true);
      const [sent, turnedAway] = [
        visitOf({ kinds: pageviews(3) }),
        visitOf({ kinds: pageviews(3), index: 1 }),
      ];
      for (const visit of [sent, turnedAway]) {
        tally.plan(visit);
        tally.due(visit.hits.slice(0, 1));
      }
      settle(tally, sent, [ACCEPTED]);
      settle(tally, turnedAway, [{ kind: 'skipped', reason }]);
      expect(tally.total).toMatchObject({ hitsToCome: 2, visits: { planned: 2, skipped: 1 } });
      // They come off the timeline later, and count no second time.
      tally.due(turnedAway.hits.slice(1));
      settle(tally, turnedAway, new Array(3).fill({ kind: 'skipped', reason }));
      tally.close();
      expect(tally.total).toMatchObject({
        hitsToCome: 0,
        cutOffVisits: 1,
        reasons: { [reason]: 3, stopped: 2 },
      });
      expect(sumOf(tally.total.hits)).toBe(tally.total.hits.planned);
    },
  );

  it('are to come until their time, and none is when the run is over', () => {
    const tally = createTally(() => {}, [], true);
    const visit = visitOf({ kinds: pageviews(3) });
    tally.plan(visit);
    expect(tally.total.hitsToCome).toBe(3);
    tally.due(visit.hits.slice(0, 2));
    expect(tally.total.hitsToCome).toBe(1);
    tally.close();
    expect(tally.total.hitsToCome).toBe(0);
  });
});

describe('examples', () => {
  it('are the first of each reason, or the first that names a page, and bounded', () => {
    const { tally } = start();
    const made: number[] = [];
    const example =
      (atMs: number, url = '') =>
      () => {
        made.push(atMs);
        return { atMs, url };
      };
    tally.failedAttempt('http-403', example(1));
    tally.failedAttempt('http-403', example(2, 'https://a.example/b'));
    tally.failedAttempt('http-403', example(3, 'https://a.example/c'));
    tally.lost('forbidden', example(4, 'https://a.example/d'));
    expect(tally.total.examples).toEqual({
      'http-403': { atMs: 2, url: 'https://a.example/b' },
      forbidden: { atMs: 4, url: 'https://a.example/d' },
    });
    expect(tally.total.failedAttempts).toEqual({ 'http-403': 3 });
    expect(made).toEqual([1, 2, 4]);
    for (let i = 0; i < 100; i++) tally.lost(`reason-${i}`, example(5));
    expect(Object.keys(tally.total.examples)).toHaveLength(40);
  });
});

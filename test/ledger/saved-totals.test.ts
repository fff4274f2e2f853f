import { describe, expect, it } from 'vitest';
import { totalsFrom } from '../../src/ledger/saved-totals.ts';
import { addTotals } from '../../src/ledger/sum.ts';
import { countsOf, createTotals } from '../../src/ledger/totals.ts';

function sampleTotals() {
  const totals = createTotals();
  return {
    ...totals,
    visits: { planned: 9, complete: 5, partial: 2, failed: 1, skipped: 1 },
    hits: { ...totals.hits, planned: 30, accepted: 25, rejected: 5 },
    kinds: { ...totals.kinds, pageview: 20, order: 5 },
    revenueCents: 12_345,
    abandonedCarts: 2,
    reasons: { 'http-400': 5 },
    funnels: { 'Lead Generation': { entered: 3, completed: 1, steps: [3, 2, 1] } },
    behaviours: { 'acme/odd': { planned: 4, complete: 3, partial: 1, failed: 0, skipped: 0 } },
  };
}

const saved = (): Record<string, unknown> => JSON.parse(JSON.stringify(countsOf(sampleTotals())));

describe('totals of a day that was saved', () => {
  it('are what they were', () => {
    expect(countsOf(totalsFrom(saved()) ?? createTotals())).toEqual(countsOf(sampleTotals()));
  });

  it('have no requests, retries and times of this process', () => {
    const totals = totalsFrom({ ...saved(), requests: 7, retries: 1, acceptedNow: 25 });
    expect(totals).toMatchObject({ requests: 0, retries: 0, acceptedNow: 0 });
    expect(totals?.latencyMs.totalCount).toBe(0);
  });

  it('add up', () => {
    const sum = createTotals();
    for (let i = 0; i < 2; i++) addTotals(sum, totalsFrom(saved()) ?? createTotals());
    expect(sum.visits.planned).toBe(18);
    expect(sum.behaviours).toEqual({
      'acme/odd': { planned: 8, complete: 6, partial: 2, failed: 0, skipped: 0 },
    });
    expect(sum.funnels['Lead Generation']).toEqual({ entered: 6, completed: 2, steps: [6, 4, 2] });
  });

  it('of an earlier version count no visits by behaviour', () => {
    const { behaviours: _, ...earlier } = saved();
    expect(totalsFrom(earlier)).toMatchObject({ visits: { planned: 9 }, behaviours: {} });
  });

  it.each([
    ['no object', null],
    ['a list', []],
    ['no visits', { ...saved(), visits: undefined }],
    ['a kind too few', { ...saved(), kinds: { pageview: 1 } }],
    ['a count below 0', { ...saved(), revenueCents: -1 }],
    ['a count that is no number', { ...saved(), reasons: { late: '3' } }],
    ['a behaviour without outcomes', { ...saved(), behaviours: { 'acme/odd': { planned: 4 } } }],
    ['a funnel without steps', { ...saved(), funnels: { a: { entered: 1, completed: 1 } } }],
  ])('are none where there is %s', (_what, counts) => {
    expect(totalsFrom(counts)).toBeUndefined();
  });
});

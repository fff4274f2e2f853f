import { describe, expect, it } from 'vitest';
import type { FunnelStep } from '../../src/web/api/schema.ts';
import { EMPTY_FUNNEL } from '../../src/web/places/funnels/builder/templates.ts';
import { valueTyped } from '../../src/web/places/funnels/builder/typed-number.ts';
import { problemsOf, reachOf } from '../../src/web/places/funnels/steps.ts';

const home: FunnelStep = { type: 'pageview', url: 'https://example.com/' };
const problemsWith = (step: Partial<FunnelStep>) =>
  problemsOf({ ...EMPTY_FUNNEL, name: 'f', steps: [{ ...home, ...step }] });

describe('a number that is typed', () => {
  it('counts at every key, with a point or a comma', () => {
    expect(['0', '0.', '0.6', '0,6', ' 60 '].map((text) => valueTyped(text, false))).toEqual([
      0, 0, 0.6, 0.6, 60,
    ]);
    expect(valueTyped('62.5', true)).toBe(0.625);
    expect(valueTyped('', true)).toBe(null);
    expect(valueTyped('half', true)).toBe(Number.NaN);
  });
});

describe('the numbers of a step', () => {
  it('that cannot be meant are named before anything is saved', () => {
    expect(problemsWith({ continue_probability: 0.6, delay_seconds_min: 0, event_value: -1 })).toEqual([]);
    expect(problemsWith({ continue_probability: 6 })).toEqual([
      'Step 1: “Share that continues” must be from 0 to 100 %.',
    ]);
    expect(problemsWith({ delay_seconds_min: Number.NaN })).toEqual([
      'Step 1: “Stays at least (s)” must be a number.',
    ]);
    expect(problemsWith({ delay_seconds_min: 9, delay_seconds_max: 3 })).toEqual([
      'Step 1: “Stays at most” must not be less than “Stays at least”.',
    ]);
    expect(problemsOf({ ...EMPTY_FUNNEL, name: 'f', priority: 1.5, probability: Number.NaN })).toHaveLength(
      2,
    );
  });

  it('that are no shares do not make more visits than begin', () => {
    expect(reachOf([{ ...home, continue_probability: 6 }, home])).toEqual([1, 1]);
    expect(reachOf([{ ...home, continue_probability: 0.6 }, home])).toEqual([1, 0.6]);
  });
});

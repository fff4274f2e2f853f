import { describe, expect, it } from 'vitest';
import {
  type CapacityStep,
  createCapacitySearch,
  mostSteps,
} from '../../../src/job/capacity/capacity-search.ts';

const BOUNDS = { from: 1, to: 1000, ratio: 1.03 };

/** The whole search against a target that sustains so much; `fails` makes a step fail that should not have. */
function search(
  capacity: number,
  fails: (step: CapacityStep, rank: number) => boolean = () => false,
  bounds = BOUNDS,
) {
  const found = createCapacitySearch(bounds);
  const steps: CapacityStep[] = [];
  for (let step = found.next(); step; step = found.next()) {
    steps.push(step);
    if (steps.length > 60) throw new Error('the search does not end');
    found.note(step.rate <= capacity && !fails(step, steps.length) ? 'sustained' : 'too-much');
  }
  return { ...found.finding, steps, phases: steps.map(({ phase }) => phase) };
}

function holdsOf(steps: readonly CapacityStep[]): number[] {
  return steps.filter(({ phase }) => phase === 'hold').map(({ rate }) => rate);
}

describe('the search for a capacity', () => {
  it.each([1, 1.5, 7, 48, 333, 999])('finds %d within its precision, from below', (capacity) => {
    const { rate = 0, isHeld, tooMuch = 0 } = search(capacity);
    expect(isHeld).toBe(true);
    expect(rate).toBeLessThanOrEqual(capacity);
    expect(rate).toBeGreaterThan(capacity / 1.035);
    expect(tooMuch).toBeGreaterThan(capacity);
    expect(tooMuch).toBeLessThan(capacity * 1.035);
  });

  it.each([1, 1.5, 7, 48, 333, 999, 5000])(
    'ends within the number of steps that it tells for %d',
    (capacity) => {
      const { phases } = search(capacity);
      expect(phases.filter((phase) => phase !== 'hold').length).toBeLessThanOrEqual(mostSteps(BOUNDS));
    },
  );

  it('grows, then searches, then holds', () => {
    const { phases, steps } = search(48);
    expect(phases.join(' ')).toMatch(/^grow( grow)+( search)+ hold$/);
    expect(steps.slice(0, 4).map(({ rate }) => rate)).toEqual([1, 2, 4, 8]);
  });

  it('tries no rate above the highest one, and holds that when nothing is too much', () => {
    const { steps, ...finding } = search(5000, undefined, { ...BOUNDS, to: 50 });
    expect(Math.max(...steps.map(({ rate }) => rate))).toBe(50);
    expect(finding).toMatchObject({ rate: 50, isHeld: true, tooMuch: undefined });
  });

  it('goes below the first rate when that is too much, and gives up after a while', () => {
    expect(search(0.3).rate).toBeGreaterThan(0.29);
    const { rate, steps } = search(0.001);
    expect(rate).toBeUndefined();
    expect(steps.length).toBeLessThan(8);
  });

  it('tries a rate again that failed once while all below it passed, and goes on upwards', () => {
    expect(search(100, (_step, rank) => rank === 4).rate).toBeGreaterThan(97);
    expect(search(1000, (_step, rank) => rank === 4)).toMatchObject({ rate: 1000, isHeld: true });
  });

  it('comes back by halves to a rate that has passed, holds it, and then looks above it', () => {
    const { rate, tooMuch, isHeld, steps } = search(
      16,
      ({ phase, rate: asked }) => phase === 'hold' && asked > 5,
    );
    const [first = 0, second = 0, third = 0, ...others] = holdsOf(steps);
    expect(first).toBe(16);
    expect([second, third]).toEqual([8, 4]);
    for (const other of others) expect(other).toBeGreaterThan(4);
    expect(isHeld).toBe(true);
    expect(rate).toBeGreaterThanOrEqual(4);
    expect(rate).toBeLessThanOrEqual(5);
    expect(tooMuch).toBeGreaterThan(5);
    expect(tooMuch).toBeLessThan(8);
  });

  it('reports a rate that two steps have passed though every later step of the search fails', () => {
    const { rate, isHeld } = search(1000, ({ phase }, rank) => rank > 2 && phase !== 'hold');
    expect({ rate, isHeld }).toEqual({ rate: 2, isHeld: true });
  });

  it('says so when nothing can be held', () => {
    const { rate, isHeld, steps } = search(10, ({ phase }) => phase === 'hold');
    expect({ rate, isHeld }).toEqual({ rate: undefined, isHeld: false });
    expect(holdsOf(steps).length).toBeGreaterThan(3);
  });

  it('goes on where no visit arrived, and takes that for no proof', () => {
    const found = createCapacitySearch(BOUNDS);
    found.note('empty');
    expect(found.next()).toEqual({ phase: 'grow', rate: 2 });
    expect(found.finding.rate).toBeUndefined();
    found.note('sustained');
    expect(found.finding).toMatchObject({ rate: 2, isHeld: false });
  });
});

import { describe, expect, it } from 'vitest';
import { type CapacityStep, createCapacitySearch } from '../../../src/job/capacity/capacity-search.ts';

const BOUNDS = { from: 1, to: 1000, ratio: 1.03 };

/** The whole search against a target that sustains so much; `noise` makes a step come to another rate than asked. */
function search(capacity: number, bounds = BOUNDS, noise: (rank: number) => number = () => 1) {
  const found = createCapacitySearch(bounds);
  const steps: CapacityStep[] = [];
  for (let step = found.next(); step; step = found.next()) {
    steps.push(step);
    if (steps.length > 60) throw new Error('the search does not end');
    const rate = step.rate * noise(steps.length);
    found.note(rate <= capacity, rate);
  }
  return { found, steps, phases: steps.map(({ phase }) => phase) };
}

describe('the search for a capacity', () => {
  it.each([1, 1.5, 7, 48, 333, 999])('finds %d within its precision, from below', (capacity) => {
    const { found } = search(capacity);
    expect(found.isHeld).toBe(true);
    expect(found.best).toBeLessThanOrEqual(capacity);
    expect(found.best).toBeGreaterThan(capacity / 1.035);
  });

  it('grows, then searches, then holds', () => {
    const { phases, steps } = search(48);
    expect(phases.join(' ')).toMatch(/^grow( grow)+( search)+ hold$/);
    expect(steps.slice(0, 4).map(({ rate }) => rate)).toEqual([1, 2, 4, 8]);
  });

  it('tries no rate above the highest one, and holds that when it is sustained', () => {
    const { found, steps } = search(5000, { ...BOUNDS, to: 50 });
    expect(Math.max(...steps.map(({ rate }) => rate))).toBe(50);
    expect(found.best).toBe(50);
  });

  it('goes below the first rate when that is too much, and gives up after a while', () => {
    expect(search(0.3).found.best).toBeGreaterThan(0.29);
    const { found, steps } = search(0.001);
    expect(found.best).toBeUndefined();
    expect(steps.length).toBeLessThan(8);
  });

  it('ends near the capacity though steps come to more or less than was asked for', () => {
    const { found } = search(100, BOUNDS, (rank) => (rank % 2 === 0 ? 1.05 : 0.95));
    expect(found.best).toBeGreaterThan(85);
    expect(found.best).toBeLessThan(110);
  });

  it('retreats when the result cannot be held, and says so when nothing can', () => {
    const found = createCapacitySearch(BOUNDS);
    let holds = 0;
    for (let step = found.next(); step; step = found.next()) {
      if (step.phase === 'hold') holds++;
      found.note(step.phase !== 'hold' && step.rate <= 10, step.rate);
    }
    expect(holds).toBe(4);
    expect(found).toMatchObject({ isHeld: false, best: undefined });
  });
});

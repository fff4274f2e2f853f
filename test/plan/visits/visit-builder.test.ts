import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VisitBuilder } from '../../../src/plan/visits/visit-builder.ts';
import type { Step } from '../../../src/types/visit.ts';
import { anyStream, draws, mean } from '../fixtures.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 4, 6, 12);
const MIDNIGHT = Date.UTC(2026, 4, 7);
const page = (name: string) => ({ url: `https://shop.test/${name}`, title: name });

function scriptOf(seed = 'script', speed = 1): VisitBuilder {
  return new VisitBuilder(anyStream(`${seed} detail`), anyStream(`${seed} timing`), speed);
}

function scriptWith(pages: number, seed?: string): VisitBuilder {
  const script = scriptOf(seed);
  for (let i = 0; i < pages; i++) {
    script.addPageview(page(String(i)));
    if (i % 3 === 1) script.addLink('download', 'https://shop.test/file.pdf');
  }
  return script;
}

function gapsOf(steps: readonly Step[]): number[] {
  return steps.slice(1).map((step, i) => step.atMs - (steps[i]?.atMs ?? 0));
}

describe('a script that is scheduled within a duration', () => {
  it('takes exactly that long when there is room for it', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 2, max: 60 }),
        fc.integer({ min: 1, max: 25 }),
        (seed, pages, minutes) => {
          const steps = scriptWith(pages, seed).scheduleWithin(START, minutes * MINUTE_MS, MIDNIGHT);
          expect(steps[0]?.atMs).toBe(START);
          const took = (steps.at(-1)?.atMs ?? 0) - START;
          expect(Math.abs(took - minutes * MINUTE_MS)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('is in the order of time, never beyond the latest instant, without a gap of 29 minutes or more', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0.1, max: 120, noNaN: true }),
        fc.integer({ min: 0, max: 180 * MINUTE_MS }),
        (seed, pages, minutes, roomMs) => {
          const latest = START + roomMs;
          const steps = scriptWith(pages, seed).scheduleWithin(START, minutes * MINUTE_MS, latest);
          for (const step of steps) expect(step.atMs >= START && step.atMs <= latest).toBe(true);
          for (const gap of gapsOf(steps)) expect(gap >= 0 && gap <= 29 * MINUTE_MS).toBe(true);
        },
      ),
    );
  });

  it('starts at its start even when the latest instant has passed', () => {
    const steps = scriptWith(3).scheduleWithin(START, MINUTE_MS, START - 1);
    expect(steps.map(({ atMs }) => atMs)).toEqual(steps.map(() => START));
  });

  it('spends skewed times on its pages: many short, a few long', () => {
    const dwell = draws(300, (i) => {
      const script = scriptOf(`dwell ${i}`);
      for (let rank = 0; rank < 6; rank++) script.addPageview(page(String(rank)));
      return gapsOf(script.scheduleWithin(START, 10 * MINUTE_MS, MIDNIGHT));
    }).flat();
    const median = dwell.sort((a, b) => a - b)[Math.floor(dwell.length / 2)] ?? 0;
    expect(mean(dwell) / median).toBeGreaterThan(1.15);
  });
});

describe('a script that is scheduled as it is', () => {
  it('keeps its own delays, but never one that would cut the visit', () => {
    const script = scriptOf();
    script.addPageview(page('a'));
    script.wait(5000);
    script.addPageview(page('b'));
    script.wait(3_600_000);
    script.addPageview(page('c'));
    expect(gapsOf(script.schedule(START, MIDNIGHT))).toEqual([5000, 29 * MINUTE_MS]);
  });

  it('is pressed together, in proportion, where the latest instant is too near', () => {
    const script = scriptOf();
    script.addPageview(page('a'));
    for (const name of ['b', 'c']) {
      script.wait(10_000);
      script.addPageview(page(name));
    }
    expect(gapsOf(script.schedule(START, START + 5000))).toEqual([2500, 2500]);
  });
});

describe('the steps of a script', () => {
  it('on one page share its 6 characters, and every pageview or search has its own', () => {
    const script = scriptOf();
    script.addPageview(page('a'));
    script.addPing();
    script.addSearch(page('search'), { keyword: 'lamp' });
    script.addPing();
    script.addPageview(page('a'));
    const ids = script.schedule(START, MIDNIGHT).map(({ pageviewId }) => pageviewId);
    expect(ids.every((id) => /^[0-9a-zA-Z]{6}$/.test(id))).toBe(true);
    expect([ids[1], ids[3]]).toEqual([ids[0], ids[2]]);
    expect(new Set(ids).size).toBe(3);
  });

  it('happen on the open page', () => {
    const script = scriptOf();
    script.addPageview(page('a'));
    script.addPing();
    script.moveTo(page('b'));
    script.addPing();
    expect(script.openPage).toEqual(page('b'));
    expect(script.schedule(START, MIDNIGHT).map((step) => step.page.title)).toEqual(['a', 'a', 'b']);
  });

  it('have six load times, whole and never negative, longer on slow devices', () => {
    const loadTimes = (speed: number) =>
      draws(400, (i) => {
        const script = scriptOf(`load ${i}`, speed);
        script.addPageview(page('a'));
        const [step] = script.schedule(START, MIDNIGHT);
        return step?.kind === 'pageview' ? step.timings : [];
      });
    const fast = loadTimes(0.8);
    for (const timings of fast) {
      expect(timings).toHaveLength(6);
      for (const ms of timings) expect(Number.isInteger(ms) && ms >= 0).toBe(true);
    }
    const total = (all: readonly (readonly number[])[]) =>
      mean(all.map((timings) => timings.reduce((a, b) => a + b)));
    expect(total(loadTimes(2))).toBeGreaterThan(1.5 * total(fast));
  });
});

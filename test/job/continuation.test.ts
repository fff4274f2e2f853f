import { describe, expect, it } from 'vitest';
import type { LiveJob } from '../../src/job/job.ts';
import { prepareLiveRun, scheduleLiveRun } from '../../src/job/schedule.ts';
import { visitsPerDayFor } from '../../src/plan/days/load-profile.ts';
import { createHitNumbers } from '../../src/plan/hit-numbers.ts';
import { createPlan } from '../../src/plan/plan.ts';
import type { Batch } from '../../src/types/delivery.ts';
import type { Hooks } from '../../src/types/plugin-api.ts';
import { encoderOf } from '../plan/fixtures.ts';
import { planWithHooks } from '../plan/plugins/with-plugins.ts';
import { liveJob } from './live-job.ts';

const START_MS = Date.UTC(2026, 4, 6, 12) + 123;
const FOR_MS = 40_000;
const profile = { stages: [{ ms: Number.POSITIVE_INFINITY, from: 12, to: 12 }] };

const hooks: Hooks = {
  behaviours: {
    odd: {
      share: 0.5,
      longestMs: 60_000,
      visit: ({ random }) => [
        { type: 'pageview', url: `/acme/${random.integer(1, 9)}`, title: 'Acme' },
        { type: 'event', category: 'acme', action: 'odd', name: 'x', afterSeconds: random.integer(1, 50) },
      ],
    },
  },
};

/** What whoever owns the shard sends until the run is 40 s old. @param fromMs of one who goes on with it */
function sentBy(job: LiveJob, fromMs?: number): Map<number, string> {
  const { extensions, traffic } = planWithHooks(hooks, job.traffic);
  const plan = createPlan(traffic, extensions);
  const encoder = encoderOf(traffic, false);
  const numberOf = createHitNumbers(plan.calendar.dayAt(START_MS).date);
  // The first owner is ready some time before the run begins.
  const preparation = prepareLiveRun(job, plan, encoder, fromMs ?? START_MS - 2_000);
  const shared = { fromMs: fromMs ?? START_MS, numberOf };
  const rules = [job, plan, encoder, preparation, START_MS, async () => 0, shared] as const;
  const { timeline } = scheduleLiveRun(...rules);
  const sent = new Map<number, string>();
  let lastMs = 0;
  for (let next = timeline.next(); !next.done && next.value.leaveMs < START_MS + FOR_MS; ) {
    const { id, leaveMs, body }: Batch = next.value;
    expect(leaveMs).toBeGreaterThanOrEqual(lastMs);
    expect(sent.has(id)).toBe(false);
    sent.set(id, `${leaveMs} ${body}`);
    lastMs = leaveMs;
    next = timeline.next();
  }
  return sent;
}

/** Of visits whose first hit leaves at the instant or later. */
function from(sent: ReadonlyMap<number, string>, fromMs: number): [number, string][] {
  const firstOf = (id: number) => sent.get(id - (id % 4096));
  return [...sent].filter(([id]) => Number.parseFloat(firstOf(id) ?? '0') >= fromMs);
}

describe('a live run with visits of a plugin', () => {
  const ofRate = { profile, traffic: { visitsPerDay: visitsPerDayFor(profile), shape: 'flat' as const } };
  const ofDay = { profile: undefined, traffic: { visitsPerDay: 120_000 } };
  it.each([
    ['compressed, at a rate', { timing: 'compressed' as const, ...ofRate }],
    ['in real time, at a rate', { timing: 'realtime' as const, ...ofRate }],
    ['compressed, of the day', { timing: 'compressed' as const, ...ofDay }],
    ['in real time, of the day', { timing: 'realtime' as const, ...ofDay }],
  ])('is the same for whoever goes on with it, at any instant: %s', (_, { traffic, ...more }) => {
    const base = liveJob({ ...more, pauseSeconds: { min: 0.5, max: 2 }, shard: { index: 2, count: 3 } });
    const job = { ...base, traffic: { ...base.traffic, ...traffic } };
    const first = sentBy(job);
    expect(first.size).toBeGreaterThan(20);
    const leaves = [...first.values()].map((text) => Number.parseFloat(text));
    for (const fromMs of [leaves[9] ?? 0, START_MS + 8_765.4]) {
      expect([...sentBy(job, fromMs)].sort()).toEqual(from(first, fromMs).sort());
    }
  });
});

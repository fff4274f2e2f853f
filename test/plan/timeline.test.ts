import { describe, expect, it } from 'vitest';
import { bulkTimeline, visitsOfDays } from '../../src/plan/bulk-timeline.ts';
import { createPlan } from '../../src/plan/plan.ts';
import {
  compressed,
  dailyArrivals,
  inRealTime,
  isInShard,
  liveTimeline,
  visitsToLeave,
} from '../../src/plan/timeline.ts';
import { type Batch, firstVisitOf, hitCountOf } from '../../src/types/delivery.ts';
import {
  daysFrom,
  draws,
  encoderOf,
  groupBy,
  hitWriter,
  planVisits,
  trafficSettings,
  WHOLE,
  type WrittenHit,
} from './fixtures.ts';

const settings = trafficSettings({ visitsPerDay: 300 });
const plan = createPlan(settings);
const encoder = encoderOf(settings, false);
const days = daysFrom(plan, '2026-05-06', 2);
const planned = planVisits(plan, days).flatMap(hitWriter(settings));
const queries = (hits: readonly WrittenHit[]) => hits.map(({ query }) => query);
const always = { shard: WHOLE, maxVisits: Number.POSITIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY };

function bulk(batchSize: number): Batch[] {
  return [...bulkTimeline(plan, encoderOf(settings, true), { ...always, days, batchSize })];
}

/** The parameters of each hit, as they stand in the body. */
function sentIn({ body }: Batch): string[] {
  return JSON.parse(body.toString()).requests.map((request: string) => request.replace(/^\?/, ''));
}

describe('the timeline of a backfill', () => {
  it.each([1, 7, 200, 1000])('sends every hit once in batches of at most %d', (batchSize) => {
    const batches = bulk(batchSize);
    expect(batches.flatMap(sentIn).sort()).toEqual(queries(planned).sort());
    for (const { hits } of batches) expect(hits.length >= 1 && hits.length <= batchSize).toBe(true);
  });

  it.each([1, 7, 200])(
    'leaves settled days out, and gives the others their own numbers, in batches of %d',
    (batchSize) => {
      const week = daysFrom(plan, '2026-05-06', 4);
      const batchesOf = (settled: readonly string[]) => {
        const all = [...bulkTimeline(plan, encoderOf(settings, true), { ...always, days: week, batchSize })];
        const dayOf = ({ hits: [first] }: Batch) => first?.visit.key.day ?? '';
        const spans = settled.map((date) => {
          const ids = all.filter((batch) => dayOf(batch) === date).map(({ id }) => id);
          return [date, { firstBatch: ids[0] ?? 0, batches: ids.length }] as const;
        });
        const options = { ...always, days: week, batchSize, settled: new Map(spans) };
        const told = ({ id, lane, hits, body }: Batch) => [id, lane, hits.length, body.toString()];
        return {
          expected: all.filter((batch) => !settled.includes(dayOf(batch))).map(told),
          found: [...bulkTimeline(plan, encoderOf(settings, true), options)].map(told),
        };
      };
      for (const settled of [
        ['2026-05-06'],
        ['2026-05-07', '2026-05-08'],
        ['2026-05-06', '2026-05-08', '2026-05-09'],
      ]) {
        const { expected, found } = batchesOf(settled);
        expect(found).toEqual(expected);
      }
    },
  );

  it('refuses settled days whose numbers are not those of the plan', () => {
    const settled = new Map([['2026-05-06', { firstBatch: 1, batches: 3 }]]);
    const timeline = bulkTimeline(plan, encoder, { ...always, days, batchSize: 7, settled });
    expect(() => [...timeline]).toThrow('expected 2026-05-06 to begin with batch 0');
  });

  it('has in each body what is told of its hits, in their order', () => {
    for (const batch of bulk(7)) {
      const told = batch.hits.map(({ visit, dueMs }) => [visit.visitorId, String(Math.floor(dueMs / 1000))]);
      const sent = sentIn(batch).map((text) => new URLSearchParams(text));
      expect(sent.map((parameters) => [parameters.get('_id'), parameters.get('cdt')])).toEqual(told);
    }
  });

  it.each([1, 7, 200])(
    'keeps a visitor in one lane and in the order of time, in batches of %d',
    (batchSize) => {
      const lanes = new Map<string, number>();
      const latest = new Map<string, number>();
      for (const { lane, hits } of bulk(batchSize)) {
        for (const hit of hits) {
          const id = hit.visit.visitorId;
          expect(lanes.get(id) ?? lane).toBe(lane);
          expect(hit.dueMs).toBeGreaterThanOrEqual(latest.get(id) ?? 0);
          lanes.set(id, lane);
          latest.set(id, hit.dueMs);
        }
      }
    },
  );

  it('never puts two days into one batch', () => {
    for (const { hits } of bulk(200)) {
      expect(new Set(hits.map(({ visit }) => visit.key.day)).size).toBe(1);
    }
  });

  it('names the whole visits of a batch, without which it has parts of a larger one', () => {
    const all = bulk(5);
    expect(new Set(all.map(({ wholeVisits }) => wholeVisits === undefined)).size).toBe(2);
    for (const batch of all) {
      const { wholeVisits } = batch;
      expect(hitCountOf(batch)).toBe(batch.hits.length);
      expect(firstVisitOf(batch)).toBe(batch.hits[0]?.visit);
      if (wholeVisits) expect({ ...batch }.hits).toEqual(wholeVisits.flatMap(({ hits }) => hits));
      else expect(batch.hits.some(({ visit }) => visit.hits.length > 5)).toBe(true);
    }
  });

  it('splits a visit only when it alone is too large for a batch', () => {
    for (const { hits } of bulk(200)) {
      for (const [visit, part] of groupBy(hits, (hit) => hit.visit)) {
        expect(part).toHaveLength(visit.hits.length);
      }
    }
  });
});

describe('the visits of some days', () => {
  it('end with the limit, counted over all days', () => {
    const visits = [...visitsOfDays(plan, { ...always, days, maxVisits: 350 })];
    expect(visits.map(({ key }) => key.index)).toEqual([...draws(300, (i) => i), ...draws(50, (i) => i)]);
  });

  it('leave out those that end after the given instant', () => {
    const untilMs = (days[0]?.startMs ?? 0) + 12 * 3_600_000;
    const visits = [...visitsOfDays(plan, { ...always, days, untilMs })];
    expect(visits.length).toBeGreaterThan(50);
    for (const { steps } of visits) expect(steps.at(-1)?.atMs).toBeLessThanOrEqual(untilMs);
  });

  it('divide among shards by class, every class in exactly one', () => {
    for (let lane = 0; lane < 1000; lane++) {
      const owners = draws(7, (i) => isInShard(lane, { index: i + 1, count: 7 })).filter(Boolean);
      expect(owners).toHaveLength(1);
    }
  });
});

describe('the timeline of a live run', () => {
  const fromMs = (days[0]?.startMs ?? 0) + 10 * 3_600_000;

  function live(
    count: number,
    open = inRealTime(plan, encoder),
    untilMs = Number.POSITIVE_INFINITY,
    endMs = untilMs,
  ): Batch[] {
    const planned = visitsToLeave(plan, open, WHOLE, fromMs);
    const arrivals = dailyArrivals(plan, fromMs);
    const batches = liveTimeline(plan, {
      encoder,
      planned,
      arrivals,
      open,
      fromMs,
      untilMs,
      endMs,
      shard: WHOLE,
    });
    return draws(count, () => batches.next().value).filter((batch) => batch !== undefined);
  }

  it('sends whole visits from the given instant on, hit by hit in the order of leaving', () => {
    const sent = live(2000);
    const leaves = sent.map(({ leaveMs }) => leaveMs);
    expect(leaves).toEqual([...leaves].sort((a, b) => a - b));
    expect(leaves[0]).toBeGreaterThanOrEqual(fromMs);
    const endMs = leaves.at(-1) ?? 0;
    const expected = planned.filter((hit) => (hit.visit.hits[0]?.dueMs ?? 0) >= fromMs && hit.dueMs < endMs);
    const found = sent.filter(({ leaveMs }) => leaveMs < endMs).map(({ body }) => body.toString());
    expect(found.sort()).toEqual(queries(expected).sort());
  });

  it('ends with what leaves before the given instant', () => {
    const untilMs = fromMs + 3_600_000;
    const whole = live(2000).filter(({ leaveMs }) => leaveMs < untilMs);
    const cut = live(2000, inRealTime(plan, encoder), untilMs);
    expect(whole.length).toBeGreaterThan(10);
    expect(cut.map(({ leaveMs }) => leaveMs)).toEqual(whole.map(({ leaveMs }) => leaveMs));
  });

  it('begins no compressed visit after the end of the arrivals, and ends those that it has begun', () => {
    const open = compressed(plan, encoder, { min: 0.5, max: 2 });
    const beginnings = (sent: readonly Batch[]) => sent.filter(({ hits }) => hits[0]?.seq === 0);
    const whole = beginnings(live(2000, open));
    const waiting = whole.find(({ leaveMs, hits }, i) => i > 10 && leaveMs > (hits[0]?.dueMs ?? 0) + 10_000);
    const untilMs = (waiting?.leaveMs ?? 0) - 5_000;
    const cut = live(3000, open, untilMs, untilMs + 3_600_000);
    const expected = whole.map(({ leaveMs }) => leaveMs).filter((leaveMs) => leaveMs < untilMs);
    expect(expected.length).toBeGreaterThan(10);
    expect(beginnings(cut).map(({ leaveMs }) => leaveMs)).toEqual(expected);
    const ended = cut.filter(({ hits: [hit] }) => hit && hit.seq === hit.visit.hits.length - 1);
    expect(ended).toHaveLength(expected.length);
  });

  it('lets compressed visits leave the pauses apart, no hit before it is due', () => {
    const sent = live(2000, compressed(plan, encoder, { min: 0.5, max: 2 }));
    for (const batches of groupBy(sent, ({ hits }) => hits[0]?.visit).values()) {
      batches.forEach(({ leaveMs, hits }, i) => {
        expect(leaveMs).toBeGreaterThanOrEqual(hits[0]?.dueMs ?? 0);
        const before = batches[i - 1]?.leaveMs;
        if (before !== undefined) expect(leaveMs - before >= 0 && leaveMs - before <= 2000).toBe(true);
      });
    }
  });
});

import { describe, expect, it } from 'vitest';
import { createNextVisit } from '../../../src/cli/output/messages/next-visit.ts';
import { createStatus, finishingText, type Running } from '../../../src/cli/output/status.ts';
import type { BackfillJob, LiveJob } from '../../../src/job/job.ts';
import { createTotals, type Totals } from '../../../src/ledger/totals.ts';
import { createPlan } from '../../../src/plan/plan.ts';
import { type Overrides, trafficSettings, WHOLE } from '../../plan/fixtures.ts';

const NOON_MS = Date.UTC(2026, 9, 14, 12);
const HOUR_MS = 3_600_000;

const TARGET = {
  url: 'http://127.0.0.1/matomo.php',
  token: undefined,
  concurrency: 5,
  connectTimeoutMs: 1000,
  responseTimeoutMs: 1000,
  retryAttempts: 0,
};

function liveJob(traffic: Overrides = {}, more: Partial<LiveJob> = {}): LiveJob {
  return {
    name: 'default',
    command: 'run',
    traffic: trafficSettings(traffic),
    target: TARGET,
    shard: WHOLE,
    profile: undefined,
    timing: 'realtime',
    pauseSeconds: { min: 0, max: 1 },
    maxLatenessMs: 1000,
    dailyCap: 0,
    stopAfter: 0,
    durationMs: undefined,
    gracefulStopMs: 0,
    ...more,
  };
}

function backfillJob(days: number): BackfillJob {
  return {
    name: 'default',
    command: 'backfill',
    traffic: trafficSettings({ visitsPerDay: 1000 }),
    target: TARGET,
    shard: WHOLE,
    from: '2026-10-01',
    to: `2026-10-0${days}`,
    batchBytes: 120_000,
    batchSize: 200,
    maxVisits: 0,
    requestsPerSecond: undefined,
    stallTimeoutMs: 1000,
  };
}

function running(job: Running['job'], totals: Totals = createTotals(), admitted = 0): Running {
  return {
    job,
    totals,
    activity: {
      requestsInFlight: 7,
      waitingSinceMs: 0,
      isTargetDown: false,
      admittedToday: admitted,
    },
  };
}

function totalsWith(ended: number, open: number, accepted: number): Totals {
  const totals = createTotals();
  totals.visits.planned = ended + open;
  totals.visits.complete = ended;
  totals.hits.planned = accepted + open;
  totals.hits.accepted = accepted;
  totals.acceptedNow = accepted;
  return totals;
}

describe('the status', () => {
  it('has visits, hits with their rate, losses, the time left and open visits', () => {
    const totals = totalsWith(0, 0, 0);
    const status = createStatus(NOON_MS, [running(backfillJob(4), totals)]);
    expect(status(NOON_MS)).toEqual({ done: 0, facts: expect.arrayContaining(['0 visits', '0 open']) });
    Object.assign(totals, totalsWith(1000, 12, 6300));
    totals.hits.failed = 3;
    const { done, facts } = status(NOON_MS + 10_000);
    expect(done).toBe(0.25);
    expect(facts).toEqual([
      '1,000 visits',
      '6,300 hits (630/s)',
      '3 lost',
      '30.0 s left',
      '7 in flight',
      '12 open',
    ]);
  });

  it('has the time that has passed where there is no end', () => {
    const status = createStatus(NOON_MS, [running(liveJob())]);
    const { done, facts } = status(NOON_MS + 90_000);
    expect(done).toBeUndefined();
    expect(facts).toContain('1 min 30 s');
  });

  it('goes by the last ten seconds', () => {
    const totals = totalsWith(0, 0, 0);
    const status = createStatus(NOON_MS, [running(backfillJob(1), totals)]);
    for (let second = 0; second <= 60; second++) {
      totals.hits.accepted = second <= 30 ? second * 100 : 3000 + (second - 30) * 20;
      totals.acceptedNow = totals.hits.accepted;
      const [, hits] = status(NOON_MS + second * 1000).facts;
      if (second === 30) expect(hits).toBe('3,000 hits (100/s)');
      if (second === 60) expect(hits).toBe('3,600 hits (20/s)');
    }
  });

  it('counts in the rate of a resumed backfill only what this process has sent', () => {
    const totals = totalsWith(0, 0, 0);
    const status = createStatus(NOON_MS, [running(backfillJob(4), totals)]);
    status(NOON_MS);
    Object.assign(totals, totalsWith(3000, 0, 15_000));
    totals.acceptedNow = 20;
    expect(status(NOON_MS + 10_000).facts[1]).toBe('15,000 hits (2.0/s)');
  });

  it('has target, due and accepted rate and latency of a live run', () => {
    const profile = { stages: [{ ms: 20_000, from: 0, to: 20 }] };
    const job = liveJob({}, { profile, durationMs: 20_000, gracefulStopMs: 30_000 });
    const totals = totalsWith(0, 0, 0);
    const status = createStatus(NOON_MS, [running(job, totals)]);
    status(NOON_MS);
    Object.assign(totals, totalsWith(20, 32, 250));
    totals.latencyMs.recordValueWithCount(12, 99);
    const { facts } = status(NOON_MS + 10_000);
    expect(facts.slice(0, 5)).toEqual([
      'target 10/s',
      'due 5.2 visits/s',
      'accepted 25 hits/s',
      'p95 12 ms',
      '0 lost',
    ]);
    totals.hits.failed = 3;
    expect(status(NOON_MS + 10_000).facts.slice(3, 5)).toEqual(['3 lost', 'p95 12 ms']);
  });

  it('has the latency of the last seconds', () => {
    const totals = totalsWith(0, 0, 0);
    const status = createStatus(NOON_MS, [running(liveJob(), totals)]);
    for (let second = 0; second <= 60; second++) {
      totals.latencyMs.recordValue(second < 30 ? 10 : 900);
      const { facts } = status(NOON_MS + second * 1000);
      if (second === 29) expect(facts).toContain('p95 10 ms');
      if (second === 60) expect(facts.find((fact) => fact.startsWith('p95'))).toMatch(/ 90\d ms$/);
    }
  });

  it('says how many visits finish, and for how long at most, when arrivals have ended', () => {
    const job = liveJob({}, { durationMs: 10_000, gracefulStopMs: 30_000 });
    const { facts } = createStatus(NOON_MS, [running(job, totalsWith(20, 9, 100))])(NOON_MS + 12_000);
    expect(facts.slice(0, 2)).toEqual(['finishing 9 visits', '28.0 s left at most']);
    const entries = [running(job, totalsWith(20, 9, 100))];
    expect(finishingText(entries, 9000)).toBeUndefined();
    expect(finishingText(entries, 10_000)).toBe(
      'no more visits start: 9 visits are under way, with up to 30.0 s to finish',
    );
    expect(finishingText([running(job, totalsWith(20, 0, 100))], 10_000)).toBeUndefined();
  });

  it('says that visits are cut off where they get no time, and no number that says nothing', () => {
    const job = liveJob({}, { durationMs: 10_000, gracefulStopMs: 0 });
    const cutOff = [running(job, totalsWith(20, 7, 100))];
    expect(finishingText(cutOff, 10_000)).toBe('no more visits start: 7 visits are under way, and cut off');
    const factsOf = (open: number, gracefulStopMs: number, afterMs: number) =>
      createStatus(NOON_MS, [running({ ...job, gracefulStopMs }, totalsWith(20, open, 100))])(
        NOON_MS + afterMs,
      ).facts;
    expect(factsOf(7, 30_000, 41_000)[0]).toBe('ending');
    expect(factsOf(0, 30_000, 12_000)[0]).toBe('ending');
    expect(factsOf(1, 30_000, 12_000)[0]).toBe('finishing 1 visit');
  });

  it('has the cap and the active hours, and late hits', () => {
    const job = liveJob({ activeMinutes: { from: 360, to: 1320 } }, { dailyCap: 5000 });
    const totals = totalsWith(1200, 4, 7000);
    totals.reasons.late = 5;
    totals.reasons.behind = 2;
    const { facts } = createStatus(NOON_MS, [running(job, totals, 1204)])(NOON_MS);
    expect(facts).toEqual(expect.arrayContaining(['cap 1,204/5,000 today', 'active 06:00-22:00', '7 late']));
    // What 80 columns have room for.
    expect(facts.slice(0, 3)).toEqual(['target 2,000/day', 'cap 1,204/5,000 today', 'accepted 0 hits/s']);
  });

  it('counts no open visits once the cap keeps new ones back', () => {
    const entry = running(liveJob({}, { dailyCap: 10 }), totalsWith(10, 400, 50), 10);
    expect(createStatus(NOON_MS, [entry])(NOON_MS).facts.join()).not.toContain('open');
  });

  it('adds up several targets, and is as far as the one that has most to do yet', () => {
    const entries = [
      running(backfillJob(4), totalsWith(1000, 1, 5000)),
      running(backfillJob(4), totalsWith(3000, 2, 15_000)),
    ];
    const { done, facts } = createStatus(NOON_MS, entries)(NOON_MS);
    expect(done).toBe(0.25);
    expect(facts).toEqual(expect.arrayContaining(['4,000 visits', '3 open']));
    expect(facts[1]).toMatch(/^20,000 hits/);
  });

  it('rounds what would not fit on a line', () => {
    const entry = running(backfillJob(1), totalsWith(1_234_567, 0, 12_345_678));
    const { facts } = createStatus(NOON_MS, [entry])(NOON_MS);
    expect(facts.slice(0, 2)).toEqual(['1.2M visits', '12.3M hits (0.0/s)']);
  });
});

describe('the next visit', () => {
  /** As told to somebody who has been idle for long. */
  function nextOf(entry: Running, nowMs = NOON_MS) {
    const nextVisit = createNextVisit([entry]);
    nextVisit(nowMs - HOUR_MS);
    return nextVisit(nowMs);
  }

  it('comes at the first hour that is active', () => {
    const traffic = { activeMinutes: { from: 18 * 60, to: 20 * 60 }, timezone: 'CET', visitsPerDay: 20_000 };
    const next = nextOf(running(liveJob(traffic)));
    expect(next?.when).toBe('2026-10-14 18:00 CET');
    expect(next?.dueMs).toBeGreaterThanOrEqual(NOON_MS + 4 * HOUR_MS);
    expect(next?.why).toBe('outside the active hours 18:00-20:00');
  });

  it('is the one that the plan has, and few visits a day are the reason', () => {
    const job = liveJob({ visitsPerDay: 24, shape: 'flat' });
    const plan = createPlan(job.traffic);
    const planned = [14, 15].flatMap((day) => [...plan.startsOf(plan.calendar.dayOf(`2026-10-${day}`))]);
    const next = nextOf(running(job));
    expect(next?.dueMs).toBe(planned.find((startMs) => startMs >= NOON_MS));
    expect(next?.why).toBe('24 visits a day are one every 1 h 0 min on average');
  });

  it('waits for the hours in which visits come', () => {
    const night = Date.UTC(2026, 9, 14, 2);
    const waits = Array.from({ length: 6 }, (_, i) =>
      nextOf(running(liveJob({ visitsPerDay: 48, seed: `night ${i}`, hasPlaces: false })), night),
    );
    expect(waits.map((next) => next?.why)).toContain('few visits arrive at this hour of the day');
  });

  it('comes at local midnight when the cap is reached, though capped visits are open', () => {
    const job = liveJob({ visitsPerDay: 9000, shape: 'flat', timezone: 'Asia/Tokyo' }, { dailyCap: 100 });
    const next = nextOf(running(job, totalsWith(100, 50, 600), 100));
    expect(next?.when).toBe('2026-10-15 00:00 Asia/Tokyo');
    expect(next?.why).toBe('the daily cap of 100 visits is reached until local midnight');
  });

  it('is not told while visits are open, and of a backfill never', () => {
    expect(nextOf(running(liveJob(), totalsWith(1, 1, 2)))).toBeUndefined();
    expect(nextOf(running(backfillJob(2)))).toBeUndefined();
  });

  it('is looked for when the job has been idle for seconds, and again only when it is due', () => {
    const nextVisit = createNextVisit([running(liveJob({ visitsPerDay: 24, shape: 'flat' }))]);
    expect(nextVisit(NOON_MS - 5000)).toBeUndefined();
    const first = nextVisit(NOON_MS);
    expect(first).toBeDefined();
    expect(nextVisit(NOON_MS + 1000)).toBe(first);
    const second = nextVisit((first?.dueMs ?? 0) + 1);
    expect(second?.dueMs).toBeGreaterThan(first?.dueMs ?? 0);
  });
});

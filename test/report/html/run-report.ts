/** A run of five minutes as a page gets it: a ramp, an outage of half a minute, losses, and names that need escaping. */

import { createTotals } from '../../../src/ledger/totals.ts';
import { summariseAll } from '../../../src/report/all-targets.ts';
import type { RunReport } from '../../../src/report/html/run-report.ts';
import { createSeries, type Point } from '../../../src/report/series.ts';
import { summariseDay, summariseTarget } from '../../../src/report/summary.ts';
import { judge, measuresOfTotals } from '../../../src/report/verdict.ts';
import type { Verification } from '../../../src/report/verification.ts';
import type { Batch, Delivery } from '../../../src/types/delivery.ts';
import type { Outcome, OutcomeKind } from '../../../src/types/outcome.ts';
import { CONTEXT, FACTS, totalsOf } from '../totals.ts';

const START_MS = Date.UTC(2026, 9, 20, 10, 30, 5);
const SECONDS = 300;
const NASTY = `<script>alert("1")</script> & 'co'`;

const isAway = (second: number) => second >= 180 && second < 210;

function outcomeAt(second: number, i: number): Outcome {
  if (isAway(second)) return { kind: 'failed', reason: 'connection-lost' };
  return i % 40 === 0 ? { kind: 'rejected', reason: 'invalid-unnamed' } : { kind: 'accepted' };
}

/** @param slowness times the latency of the first target */
function pointsOf(slowness: number): readonly Point[] {
  let nowMs = START_MS;
  const series = createSeries(() => nowMs, { mostPoints: 600, beyond: 'merge' });
  for (let second = 0; second < SECONDS; second++) {
    const rate = Math.min(60, 5 + second / 2);
    for (let i = 0; i < rate; i++) {
      nowMs = START_MS + second * 1000 + (i / rate) * 1000;
      // Nobody answers in the first half of the outage.
      if (second >= 180 && second < 195) {
        series.skipped({ kind: 'skipped', reason: 'late' });
        continue;
      }
      const latencyMs = slowness * (12 + ((i * 7919 + second * 104_729) % 97) ** 1.4 + second / 5);
      const delivery = { outcomes: [outcomeAt(second, i)], retries: 0, sentMs: nowMs, answeredMs: nowMs };
      const batch = { id: -1, lane: 0, leaveMs: nowMs, hits: [undefined] };
      series.sent(batch as unknown as Batch, delivery as Delivery, latencyMs);
    }
  }
  return series.points;
}

function totalsFrom(points: readonly Point[]) {
  const totals = createTotals();
  totals.visits = { planned: 2400, complete: 2200, partial: 150, failed: 40, skipped: 10 };
  for (const { outcomes, latencyMs, requests } of points) {
    for (const [kind, count] of Object.entries(outcomes) as [OutcomeKind, number][]) {
      totals.hits[kind] += count;
      totals.hits.planned += count;
    }
    totals.requests += requests;
    totals.acceptedNow += outcomes.accepted;
    // The ledger's histogram reaches further than the one of a point.
    for (let share = 1; latencyMs && share < 100; share += 7) {
      totals.latencyMs.recordValue(latencyMs.getValueAtPercentile(share));
      totals.lagMs.recordValue(Math.round(share / 20));
    }
  }
  totals.kinds = { ...totalsOf(900).kinds, pageview: 9000, ping: 0 };
  totals.revenueCents = 1_234_567;
  totals.reasons = { 'connection-lost': 900, 'invalid-unnamed': 280, late: 900 };
  totals.failedAttempts = { 'connection-lost': 950, 'http-503': 40 };
  totals.examples = { 'http-503': { atMs: START_MS, url: `${NASTY}.example.org/page`, status: 503 } };
  totals.funnels = {
    [`Checkout ${NASTY}`]: { entered: 800, completed: 310, steps: [800, 640, 420, 420, 310] },
    Newsletter: { entered: 90, completed: 60, steps: [90, 60] },
  };
  return totals;
}

function partOf(name: string, slowness: number) {
  const context = { ...CONTEXT, target: name };
  const points = pointsOf(slowness);
  const totals = totalsFrom(points);
  const threshold = (text: string, metric: string, limit: number) =>
    ({ text, metric, comparator: '<', limit, unit: 'ms' }) as Parameters<typeof judge>[0];
  const verdicts = [
    judge(threshold('latency.p95<500ms', 'latency.p95', 500), name, measuresOfTotals(totals, SECONDS)),
    judge(threshold('latency.p99<2s', 'latency.p99', 2000), name, measuresOfTotals(totals, SECONDS)),
  ];
  return { context, points, totals, facts: { ...FACTS, durationMs: SECONDS * 1000, verdicts } };
}

function verificationOf(recorded: number): Verification {
  const visits = { date: '2026-10-20', metric: 'visits', planned: 4100, sent: 4000, recorded } as const;
  const revenue = { date: '2026-10-20', metric: 'revenue', sent: 120_050, recorded: 120_050 } as const;
  const isEqual = recorded === 4000;
  const undelivered = { planned: 9000, accepted: 9000, reasons: {}, unbegunVisits: 0 };
  const reasons = isEqual ? [] : [`A reason with ${NASTY}`];
  return { isEqual, rows: [visits, revenue], reasons, undelivered };
}

/** Of two targets that got the same visits. */
export function runReport(): RunReport {
  const parts = [partOf('stable', 1), partOf(NASTY, 1.6)];
  const [first] = parts;
  if (!first) throw new Error('no target');
  const targets = parts.map(({ context, totals, facts }) => summariseTarget(context, totals, facts));
  const errors = new Map([[NASTY, `${NASTY} went away.`]]);
  const facts = { ...first.facts, verdicts: parts.flatMap((part) => part.facts.verdicts) };
  return {
    summary: summariseAll({ targets, errors, isMirror: true }, first.totals, facts),
    days: parts.map(({ context, totals }) => summariseDay(context, '2026-10-20', totals)),
    targets: parts.map(({ context, points }) => ({
      name: context.target,
      url: `https://${context.target}.example.org/matomo.php`,
      timezone: context.timezone,
      points,
    })),
    latencyMs: first.totals.latencyMs,
    lagMs: first.totals.lagMs,
    verified: [
      { target: 'stable', runId: 1, verification: verificationOf(4000), error: undefined },
      { target: NASTY, runId: 2, verification: verificationOf(3950), error: undefined },
    ],
    errors: [...errors.values()],
    provenance: {
      version: '1.2.3',
      commandLine: `trafficinator run --seed '${NASTY}'`,
      settings: [
        { name: 'MATOMO_TOKEN_AUTH', value: '***', origin: 'environment MATOMO_TOKEN_AUTH' },
        { name: 'SEED', value: NASTY, origin: NASTY },
        { name: 'CONCURRENCY', value: '50 requests', origin: 'default' },
      ],
      startedMs: START_MS,
      endedMs: START_MS + SECONDS * 1000,
      timezone: 'Europe/Stockholm',
    },
  };
}

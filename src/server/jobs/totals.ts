/** Counts of jobs as the service has them: as they come over the wire, added up, and as answers show them. */
import type { SerializedTotals } from '../../shards/serialization.ts';
import { percentilesOf, since, sumOfPairs } from './pairs.ts';

/** Names that one of them does not have count as 0. */
export function sumOfRecords(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum = new Map<string, number>();
  for (const record of records) {
    for (const [key, value] of Object.entries(record)) sum.set(key, (sum.get(key) ?? 0) + value);
  }
  return Object.fromEntries(sum);
}

type Funnels = SerializedTotals['funnels'];

function sumOfFunnels(all: readonly Funnels[]): Funnels {
  const sum = new Map<string, Funnels[string]>();
  for (const [name, { entered, completed, steps }] of all.flatMap((funnels) => Object.entries(funnels))) {
    const before = sum.get(name) ?? { entered: 0, completed: 0, steps: steps.map(() => 0) };
    sum.set(name, {
      entered: before.entered + entered,
      completed: before.completed + completed,
      steps: steps.map((count, i) => count + (before.steps[i] ?? 0)),
    });
  }
  return Object.fromEntries(sum);
}

function sumOfBehaviours(all: readonly SerializedTotals[]): SerializedTotals['behaviours'] {
  const sum: SerializedTotals['behaviours'] = {};
  for (const { behaviours = {} } of all) {
    for (const [name, visits] of Object.entries(behaviours)) {
      const before: Record<string, number> = { ...sum[name] };
      sum[name] = { ...visits, ...sumOfRecords([before, { ...visits }]) };
    }
  }
  return sum;
}

/** Of several targets, or of several processes one after the other. At least one. What an earlier version did not count is 0. */
export function sumOfTotals(all: readonly [SerializedTotals, ...SerializedTotals[]]): SerializedTotals {
  const [first] = all;
  if (all.length === 1) return first;
  const plus = <K extends 'visits' | 'hits' | 'kinds' | 'missedKinds'>(key: K): SerializedTotals[K] => {
    const records = all.map((totals): Record<string, number> => ({ ...totals[key] }));
    return { ...first[key], ...sumOfRecords(records) };
  };
  const number = (
    key: 'hitsToCome' | 'revenueCents' | 'missedRevenueCents' | 'abandonedCarts' | 'retries' | 'requests',
  ) => all.reduce((sum, totals) => sum + (totals[key] ?? 0), 0);
  return {
    ...first,
    visits: plus('visits'),
    hits: plus('hits'),
    kinds: plus('kinds'),
    missedKinds: plus('missedKinds'),
    reasons: sumOfRecords(all.map(({ reasons }) => reasons)),
    failedAttempts: sumOfRecords(all.map(({ failedAttempts = {} }) => failedAttempts)),
    examples: Object.assign({}, ...all.map(({ examples = {} }) => examples).reverse()),
    hitsToCome: number('hitsToCome'),
    behaviours: sumOfBehaviours(all),
    funnels: sumOfFunnels(all.map(({ funnels }) => funnels)),
    revenueCents: number('revenueCents'),
    missedRevenueCents: number('missedRevenueCents'),
    abandonedCarts: number('abandonedCarts'),
    retries: number('retries'),
    requests: number('requests'),
    latencyMs: sumOfPairs(all.map(({ latencyMs }) => latencyMs)),
    lagMs: sumOfPairs(all.map(({ lagMs }) => lagMs)),
  };
}

/**
 * What a process that is gone had planned and not settled: what was due then may have been sent, and nobody knows; what
 * was not due has not been.
 */
export function withRestSettled(totals: SerializedTotals): SerializedTotals {
  const { planned, accepted, rejected, failed, unknown, skipped } = totals.hits;
  const rest = Math.max(0, planned - accepted - rejected - failed - unknown - skipped);
  if (rest === 0) return totals;
  const toCome = Math.min(rest, totals.hitsToCome ?? 0);
  const lost = rest - toCome;
  const counts = [
    ['stopped', toCome],
    ['process-lost', lost],
  ] as const;
  const reasons = Object.fromEntries(counts.filter(([, count]) => count > 0));
  return {
    ...totals,
    hits: { ...totals.hits, unknown: unknown + lost, skipped: skipped + toCome },
    hitsToCome: 0,
    reasons: sumOfRecords([totals.reasons, reasons]),
  };
}

/** Of a process after which the run goes on: what its end cut off, the end of the run did not. */
export function interrupted(totals: SerializedTotals): SerializedTotals {
  const { stopped, ...others } = totals.reasons;
  if (stopped === undefined) return totals;
  return { ...totals, reasons: sumOfRecords([others, { interrupted: stopped }]) };
}

/** Counts of the ledger in the place of the last that a process has told, with what only that one told. */
export function withCounts(told: SerializedTotals, counted: SerializedTotals): SerializedTotals {
  const { requests, retries, latencyMs, lagMs, failedAttempts, examples } = told;
  return { ...counted, requests, retries, latencyMs, lagMs, failedAttempts, examples };
}

/** One step of a curve, in few numbers. */
export interface CurvePoint {
  /** When the step ended, epoch ms. */
  readonly atMs: number;
  readonly seconds: number;
  /** Hits whose time has come. */
  readonly planned: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly failed: number;
  readonly unknown: number;
  readonly skipped: number;
  readonly requests: number;
  /** That were let in. */
  readonly visits: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly lagP99: number;
}

/** Of several points, the sum is that of all. */
const COUNTS = [
  'seconds',
  'planned',
  'accepted',
  'rejected',
  'failed',
  'unknown',
  'skipped',
  'requests',
  'visits',
] as const satisfies readonly (keyof CurvePoint)[];
const TIMES = ['p50', 'p95', 'p99', 'lagP99'] as const satisfies readonly (keyof CurvePoint)[];

/** In the order in which they are stored. */
export const POINT_COLUMNS = ['atMs', ...COUNTS, ...TIMES] as const;

/** Hits whose time has come: the others of a visit are planned along when it begins. */
const dueOf = ({ hits, hitsToCome = 0, reasons }: SerializedTotals) =>
  hits.planned - hitsToCome - (reasons.stopped ?? 0);

/** Hits that were skipped, but for those that were due after the end of the run. */
const skippedOf = ({ hits, reasons }: SerializedTotals) => hits.skipped - (reasons.stopped ?? 0);

/** What has happened between two looks. */
export function pointBetween(
  earlier: { readonly atMs: number; readonly totals: SerializedTotals | undefined },
  later: { readonly atMs: number; readonly totals: SerializedTotals },
): CurvePoint {
  const [before, after] = [earlier.totals, later.totals];
  const hits = (key: keyof SerializedTotals['hits']) => after.hits[key] - (before?.hits[key] ?? 0);
  const between = (of: (totals: SerializedTotals) => number) =>
    Math.max(0, of(after) - (before ? of(before) : 0));
  const { p50, p95, p99 } = percentilesOf(since(before?.latencyMs ?? [], after.latencyMs));
  return {
    atMs: later.atMs,
    seconds: (later.atMs - earlier.atMs) / 1000,
    planned: between(dueOf),
    accepted: hits('accepted'),
    rejected: hits('rejected'),
    failed: hits('failed'),
    unknown: hits('unknown'),
    skipped: between(skippedOf),
    requests: after.requests - (before?.requests ?? 0),
    visits: between(({ visits }) => visits.planned - visits.skipped),
    p50,
    p95,
    p99,
    lagP99: percentilesOf(since(before?.lagMs ?? [], after.lagMs)).p99,
  };
}

/** Points that follow each other as one; its percentiles are the means of theirs, by requests. */
export function pointOver(points: readonly CurvePoint[]): CurvePoint | undefined {
  const last = points.at(-1);
  if (!last) return undefined;
  const sum = (of: (point: CurvePoint) => number) => points.reduce((total, point) => total + of(point), 0);
  const requests = sum((point) => point.requests);
  const counts = COUNTS.map((key) => [key, sum((point) => point[key])] as const);
  const times = TIMES.map((key) => {
    const weighted = sum((point) => point[key] * point.requests);
    return [key, requests > 0 ? weighted / requests : 0] as const;
  });
  return { ...last, ...Object.fromEntries([...counts, ...times]) };
}

/** As summaries show them. */
export function shownTotals(totals: SerializedTotals) {
  const { visits, hits, kinds, revenueCents, abandonedCarts, requests, retries, reasons, funnels } = totals;
  // Earlier versions did not count them.
  const { failedAttempts = {}, examples = {}, hitsToCome = 0, behaviours = {} } = totals;
  const { p50, p99, max } = percentilesOf(totals.lagMs);
  return {
    visits,
    hits,
    hitsToCome,
    kinds,
    revenue: revenueCents / 100,
    abandonedCarts,
    requests,
    retries,
    failedAttempts,
    examples,
    reasons,
    funnels,
    behaviours,
    latencyMs: percentilesOf(totals.latencyMs),
    lagMs: { p50, p99, max },
  };
}

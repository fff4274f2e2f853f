/** Thresholds as people write them: `latency.p95<500ms`, `hits.failed<0.1%`, `rate>=0.98 over 1m abort`. */
import { OUTCOME_KINDS } from '../../types/outcome.ts';
import type { Threshold, ThresholdUnit as Unit } from '../../types/threshold.ts';

const TIMES = ['p50', 'p75', 'p90', 'p95', 'p99', 'max', 'mean'];
const HITS = [...OUTCOME_KINDS, 'lost'];
const VISITS = ['complete', 'partial', 'failed', 'skipped'];

/** In which units each metric can be compared. */
const METRICS: ReadonlyMap<string, readonly Unit[]> = new Map([
  ...TIMES.map((name): [string, Unit[]] => [`latency.${name}`, ['ms']]),
  ...HITS.map((name): [string, Unit[]] => [`hits.${name}`, ['share', 'count']]),
  ...VISITS.map((name): [string, Unit[]] => [`visits.${name}`, ['share', 'count']]),
  ['rate', ['share']],
  ['throughput', ['perSecond']],
  ['requests', ['count']],
]);

const THRESHOLD =
  /^(?:([^\s<>=/]+)\/)?([a-z]+(?:\.[a-z]+\d*)?)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*(ms|s|%|\/s)?(?:\s+over\s+(\d+)([smh]))?(\s+abort(?:\s+after\s+(\d+)([smh]))?)?$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** The limit in its metric's unit; undefined where the metric has no such unit. */
function limitOf(
  units: readonly Unit[],
  number: number,
  suffix: string,
): { limit: number; unit: Unit } | undefined {
  const readings: Readonly<Record<string, readonly [unit: Unit, limit: number]>> = {
    ms: ['ms', number],
    s: ['ms', number * 1000],
    '%': ['share', number / 100],
    '/s': ['perSecond', number],
  };
  const [unit, limit] = readings[suffix] ?? [units.includes('count') ? 'count' : 'share', number];
  return units.includes(unit) ? { limit, unit } : undefined;
}

/** @returns the threshold, or in words why the text is none */
export function parseThreshold(text: string): Threshold | string {
  const match = THRESHOLD.exec(text.trim());
  if (!match)
    return 'expected METRIC, one of < <= > >=, and a value with its unit, such as latency.p95<500ms';
  const [
    ,
    target,
    metric = '',
    comparator = '',
    value = '',
    suffix = '',
    over,
    overUnit,
    abort,
    after,
    afterUnit,
  ] = match;
  const units = METRICS.get(metric);
  if (!units) return `there is no metric ${metric}; metrics are ${[...METRICS.keys()].join(', ')}`;
  const limit = limitOf(units, Number(value), suffix);
  if (!limit) return `${metric} cannot be compared with ${value}${suffix}; its unit is ${unitWords(units)}`;
  if (over !== undefined && metric.startsWith('visits.')) return 'visits cannot be checked in a window';
  const ms = (count: string | undefined, unit = 's') =>
    count === undefined ? undefined : Number(count) * (UNIT_MS[unit] ?? 0);
  return {
    text: text.trim(),
    target,
    metric,
    comparator: comparator as Threshold['comparator'],
    ...limit,
    overMs: ms(over, overUnit),
    abortAfterMs: abort === undefined ? undefined : (ms(after, afterUnit) ?? 0),
  };
}

function unitWords(units: readonly Unit[]): string {
  const words: Readonly<Record<Unit, string>> = {
    ms: 'ms or s',
    share: '% (or a share of 1)',
    count: 'a count without a unit',
    perSecond: '/s',
  };
  return units.map((unit) => words[unit]).join(', or ');
}

/** The thresholds that settings hold, which have been checked. */
export function thresholdsOf(texts: readonly string[]): Threshold[] {
  return texts.map(parseThreshold).filter((parsed) => typeof parsed !== 'string');
}

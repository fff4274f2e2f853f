/** What can be measured of jobs at work, by whatever protocol it is told. Names and units follow Prometheus. */
import type { Totals } from '../ledger/totals.ts';
import { percentileOf } from '../report/percentile.ts';
import { HIT_KINDS } from '../types/hit.ts';
import { OUTCOME_KINDS } from '../types/outcome.ts';

/** One target's job, as it is at the moment. */
export interface TargetState {
  readonly name: string;
  /** Counts that change as the run goes on. */
  readonly totals: Totals;
  readonly requestsInFlight: number;
  readonly isTargetDown: boolean;
  readonly isPaused: boolean;
  /** Visits a local day at most, and those of today that count towards it; undefined where there is no cap. */
  readonly cap: { readonly limit: number; readonly used: number } | undefined;
  /** Whether visits may start at this hour. */
  readonly isWithinActiveHours: boolean;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Instrument {
  readonly name: string;
  readonly help: string;
  /** A counter only ever grows. */
  readonly kind: 'counter' | 'gauge';
  /** As OpenTelemetry spells it. */
  readonly unit: string;
  read(target: TargetState): Sample[];
}

const flag = (value: boolean) => (value ? 1 : 0);

/** One sample with no label but the target. */
function single(
  kind: Instrument['kind'],
  name: string,
  unit: string,
  help: string,
  value: (target: TargetState) => number | undefined,
): Instrument {
  return {
    name,
    help,
    kind,
    unit,
    read(target) {
      const number = value(target);
      return number === undefined ? [] : [{ labels: { target: target.name }, value: number }];
    },
  };
}

/** A sample for each of some names. */
function byName(
  name: string,
  unit: string,
  help: string,
  label: string,
  counts: (totals: Totals) => Readonly<Record<string, number>>,
): Instrument {
  return {
    name,
    help,
    kind: 'counter',
    unit,
    read: ({ name: target, totals }) =>
      Object.entries(counts(totals)).map(([key, value]) => ({ labels: { target, [label]: key }, value })),
  };
}

/** A server that thinks up a status for each request makes no more than so many series. Those that came first stay. */
function bounded(counts: Readonly<Record<string, number>>): Record<string, number> {
  const all = Object.entries(counts);
  if (all.length <= MOST_REASONS) return counts;
  const rest = all.slice(MOST_REASONS).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([...all.slice(0, MOST_REASONS), ['other', rest]]);
}

function pick<K extends string>(
  counts: Readonly<Record<K, number>>,
  keys: readonly K[],
): Record<string, number> {
  return Object.fromEntries(keys.map((key) => [key, counts[key]]));
}

/** Outcomes of visits that are over. */
const VISIT_OUTCOMES = ['complete', 'partial', 'failed', 'skipped'] as const;
const MOST_REASONS = 40;
const LAG_QUANTILES = [0.5, 0.99, 1];

const lag: Instrument = {
  name: 'trafficinator_schedule_lag_seconds',
  help: 'Delay between the due time of hits and when they were sent, over the whole run.',
  kind: 'gauge',
  unit: 's',
  read: ({ name: target, totals: { lagMs } }) =>
    LAG_QUANTILES.map((quantile) => ({
      labels: { target, quantile: String(quantile) },
      value: percentileOf(lagMs, quantile * 100) / 1000,
    })),
};

export const INSTRUMENTS: readonly Instrument[] = [
  single(
    'counter',
    'trafficinator_visits_planned_total',
    '{visit}',
    'Visits that started or were skipped.',
    ({ totals }) => totals.visits.planned,
  ),
  byName('trafficinator_visits_total', '{visit}', 'Finished visits, by outcome.', 'outcome', ({ visits }) =>
    pick(visits, VISIT_OUTCOMES),
  ),
  single(
    'counter',
    'trafficinator_hits_planned_total',
    '{hit}',
    'Hits of the visits planned so far.',
    ({ totals }) => totals.hits.planned,
  ),
  byName('trafficinator_hits_total', '{hit}', 'Finished hits, by outcome.', 'outcome', ({ hits }) =>
    pick(hits, OUTCOME_KINDS),
  ),
  byName('trafficinator_hits_accepted_total', '{hit}', 'Accepted hits, by kind.', 'kind', ({ kinds }) =>
    pick(kinds, HIT_KINDS),
  ),
  byName(
    'trafficinator_hits_lost_total',
    '{hit}',
    'Hits that were not accepted, by reason.',
    'reason',
    ({ reasons }) => bounded(reasons),
  ),
  byName(
    'trafficinator_failed_attempts_total',
    '{request}',
    'Attempts to send a request that did not succeed, by reason. Most are sent again.',
    'reason',
    ({ failedAttempts }) => bounded(failedAttempts),
  ),
  single(
    'counter',
    'trafficinator_requests_total',
    '{request}',
    'Requests that got a response or were given up.',
    ({ totals }) => totals.requests,
  ),
  single(
    'counter',
    'trafficinator_retries_total',
    '{request}',
    'Retries: attempts after the first one.',
    ({ totals }) => totals.retries,
  ),
  single(
    'gauge',
    'trafficinator_requests_in_flight',
    '{request}',
    'Requests in flight.',
    ({ requestsInFlight }) => requestsInFlight,
  ),
  lag,
  single(
    'gauge',
    'trafficinator_target_down',
    '1',
    '1 while sending is paused because the target refuses requests.',
    ({ isTargetDown }) => flag(isTargetDown),
  ),
  single('gauge', 'trafficinator_paused', '1', '1 while the run is paused.', ({ isPaused }) =>
    flag(isPaused),
  ),
  single(
    'gauge',
    'trafficinator_within_active_hours',
    '1',
    '1 while visits may start (active hours).',
    ({ isWithinActiveHours }) => flag(isWithinActiveHours),
  ),
  single(
    'gauge',
    'trafficinator_daily_cap_visits',
    '{visit}',
    'Maximum visits per local day.',
    ({ cap }) => cap?.limit,
  ),
  single(
    'gauge',
    'trafficinator_daily_cap_used_visits',
    '{visit}',
    "Visits that count towards today's cap.",
    ({ cap }) => cap?.used,
  ),
];

/** Times from when a request should have left until its answer was complete, in seconds. */
export const LATENCY = {
  name: 'trafficinator_request_duration_seconds',
  help: 'Time from when a request was due until its response was complete.',
  unit: 's',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
} as const;

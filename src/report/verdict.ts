/** How a run comes out against the thresholds that it is held to. */
import type { Histogram } from 'hdr-histogram-js';
import type { Totals } from '../ledger/totals.ts';
import { OUTCOME_KINDS, type OutcomeKind } from '../types/outcome.ts';
import type { Threshold, ThresholdUnit as Unit } from '../types/threshold.ts';
import { lostOf, missingOf, overdueOf, sentOf } from './counts.ts';
import { formatNumber } from './format.ts';
import { percentileOf } from './percentile.ts';
import type { Point } from './series.ts';

/** What of a run, or of a part of it, thresholds are about. */
export interface Measures {
  /** Of hits. */
  readonly outcomes: Readonly<Record<OutcomeKind, number>>;
  /** Hits that were to leave: sent, or too late to be sent. */
  readonly offered: number;
  readonly sent: number;
  /** Hits that are not known to be recorded. */
  readonly lost: number;
  /** Hits that were accepted in the time that is measured. */
  readonly accepted: number;
  readonly visits: Totals['visits'] | undefined;
  readonly requests: number;
  readonly latencyMs: Histogram | undefined;
  readonly seconds: number;
}

/** How a threshold came out. `value` is null when there was nothing to measure, which is a miss. */
export interface Verdict {
  readonly threshold: string;
  readonly target: string;
  readonly value: number | null;
  readonly limit: number;
  readonly unit: Unit;
  readonly isMet: boolean;
}

function share(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

function latency(name: string, { latencyMs }: Measures): number | undefined {
  if (!latencyMs || latencyMs.totalCount === 0) return undefined;
  if (name === 'mean') return latencyMs.mean;
  return percentileOf(latencyMs, name === 'max' ? 100 : Number(name.slice(1)));
}

function hits(name: string, unit: Unit, { outcomes, lost }: Measures): number | undefined {
  const count = name === 'lost' ? lost : outcomes[name as OutcomeKind];
  const settled = OUTCOME_KINDS.reduce((sum, kind) => sum + outcomes[kind], 0);
  return unit === 'share' ? share(count, settled) : count;
}

function visitsOf(name: string, unit: Unit, { visits }: Measures): number | undefined {
  const count = visits?.[name as keyof Totals['visits']];
  return unit === 'share' ? share(count ?? 0, visits?.planned ?? 0) : count;
}

/** In the unit of the threshold; undefined when there was nothing to measure. */
function measured({ metric, unit }: Threshold, measures: Measures): number | undefined {
  const [what = '', name = ''] = metric.split('.');
  switch (what) {
    case 'latency':
      return latency(name, measures);
    case 'hits':
      return hits(name, unit, measures);
    case 'visits':
      return visitsOf(name, unit, measures);
    case 'rate':
      return share(measures.sent, measures.offered);
    case 'throughput':
      return share(measures.accepted, measures.seconds);
    case 'requests':
      return measures.requests;
    default:
      throw new Error(`no metric ${metric}`);
  }
}

const HOLDS: Readonly<Record<Threshold['comparator'], (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

export function judge(threshold: Threshold, target: string, measures: Measures): Verdict {
  const { text, unit, limit, comparator } = threshold;
  const value = measured(threshold, measures);
  return {
    threshold: text,
    target,
    value: value ?? null,
    limit,
    unit,
    isMet: value !== undefined && HOLDS[comparator](value, limit),
  };
}

function flowOf(outcomes: Measures['outcomes'], overdue: number) {
  const sent = sentOf(outcomes);
  return { sent, offered: sent + overdue };
}

export function measuresOfTotals(totals: Totals, seconds: number): Measures {
  const { hits, acceptedNow: accepted, visits, requests, latencyMs, reasons } = totals;
  const flow = flowOf(hits, overdueOf(reasons));
  const lost = missingOf(hits, reasons);
  return { outcomes: hits, ...flow, lost, accepted, visits, requests, latencyMs, seconds };
}

/** Of a part of a run that has just ended: hits count when their answers come, for those under way are not known yet. */
export function measuresOfWindow(window: Point): Measures {
  return { ...measuresOfPoint(window), ...flowOf(window.outcomes, window.overdue) };
}

/** Of a part of a run of which all answers are in: hits count when they were to leave, and when they left. */
export function measuresOfPoint(point: Point): Measures {
  const { outcomes, offered, sent, requests, latencyMs, lengthMs } = point;
  const { accepted } = outcomes;
  return {
    outcomes,
    offered,
    sent,
    lost: lostOf(outcomes),
    accepted,
    visits: undefined,
    requests,
    latencyMs,
    seconds: lengthMs / 1000,
  };
}

function valueText(value: number, unit: Unit): string {
  if (unit === 'share') return `${formatNumber(value * 100, 2)} %`;
  if (unit === 'ms') return `${formatNumber(value)} ms`;
  return unit === 'perSecond' ? `${formatNumber(value, 1)}/s` : formatNumber(value);
}

/** `812 ms, 62 % above`: what was measured, and by how much the threshold was missed. */
export function measuredText({ value, limit, unit, isMet }: Verdict): string {
  if (value === null) return 'nothing was measured';
  const measured = valueText(value, unit);
  if (isMet || limit === 0) return measured;
  const difference = Math.abs(value / limit - 1) * 100;
  return `${measured}, ${formatNumber(difference, difference < 9.95 ? 1 : 0)} % ${value >= limit ? 'above' : 'below'}`;
}

export function verdictText(verdict: Verdict): string {
  return `${verdict.threshold}: ${measuredText(verdict)}`;
}

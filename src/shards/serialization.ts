/** Counts as plain values that one process can send to another, and back; nothing is lost on the way. */
import { type Histogram, JsHistogram } from 'hdr-histogram-js';
import { UserError } from '../errors.ts';
import type { Checkpoint } from '../job/ledger/live-progress.ts';
import { countsOf, createTotals, type Totals } from '../ledger/totals.ts';
import { createLatencies, type Point } from '../report/series.ts';
import type { LocalDate } from '../types/local-date.ts';

/** Each value that was recorded, as far as the histogram tells values apart, and how often; the last is the highest. */
type WireHistogram = readonly (readonly [value: number, count: number])[];

export type SerializedTotals = ReturnType<typeof countsOf> & {
  readonly latencyMs: WireHistogram;
  readonly lagMs: WireHistogram;
};

export type SerializedPoint = Omit<Point, 'latencyMs'> & { readonly latencyMs: WireHistogram | undefined };

export type SerializedError = Pick<UserError, 'message' | 'code' | 'exitCode' | 'hint'>;

function encodeHistogram(histogram: Histogram): WireHistogram {
  if (!(histogram instanceof JsHistogram)) throw new Error('expected a histogram in JavaScript');
  const pairs: [number, number][] = [];
  for (let i = 0; i < histogram.countsArrayLength; i++) {
    const count = histogram.getCountAtIndex(i);
    if (count > 0) pairs.push([histogram.valueFromIndex(i), count]);
  }
  const highest = pairs.at(-1);
  if (highest) highest[0] = histogram.maxValue;
  return pairs;
}

function fill(histogram: Histogram, pairs: WireHistogram): Histogram {
  for (const [value, count] of pairs) histogram.recordValueWithCount(value, count);
  return histogram;
}

export function encodeTotals(totals: Totals): SerializedTotals {
  return {
    ...countsOf(totals),
    latencyMs: encodeHistogram(totals.latencyMs),
    lagMs: encodeHistogram(totals.lagMs),
  };
}

export function decodeTotals({ latencyMs, lagMs, ...counts }: SerializedTotals): Totals {
  const empty = createTotals();
  // A worker of an earlier version does not count everything.
  return {
    ...empty,
    ...counts,
    latencyMs: fill(empty.latencyMs, latencyMs),
    lagMs: fill(empty.lagMs, lagMs),
  };
}

export type SerializedCheckpoint = Omit<Checkpoint, 'days'> & {
  readonly days: readonly { readonly date: LocalDate; readonly totals: SerializedTotals }[];
};

export function encodeCheckpoint({ days, ...counts }: Checkpoint): SerializedCheckpoint {
  return { ...counts, days: days.map(({ date, totals }) => ({ date, totals: encodeTotals(totals) })) };
}

export function decodeCheckpoint({ days, ...counts }: SerializedCheckpoint): Checkpoint {
  return { ...counts, days: days.map(({ date, totals }) => ({ date, totals: decodeTotals(totals) })) };
}

export function encodePoint({ latencyMs, ...counts }: Point): SerializedPoint {
  return { ...counts, latencyMs: latencyMs && encodeHistogram(latencyMs) };
}

export function decodePoint({ latencyMs, ...counts }: SerializedPoint): Point {
  return { ...counts, latencyMs: latencyMs && fill(createLatencies(), latencyMs) };
}

export function encodeError({ message, code, exitCode, hint }: UserError): SerializedError {
  return { message, code, exitCode, hint };
}

export function decodeError({ message, code, exitCode, hint }: SerializedError): UserError {
  return new UserError(message, { code, exitCode, ...(hint === undefined ? {} : { hint }) });
}

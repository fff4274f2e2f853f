/** Keeps watch over a run while it goes on: its curve over time, and the thresholds that it is held to. */
import type { Totals } from '../ledger/tally.ts';
import { createSeries, merged, type Point } from '../report/series.ts';
import { judge, measuresOfPoint, measuresOfTotals, type Verdict } from '../report/verdict.ts';
import type { Recorder } from '../run/recorder.ts';
import type { Clock, Threshold } from '../types.ts';

/** Steps of a curve at most. */
const MOST_POINTS = 600;

export interface WatchRules {
  /** Of the target. */
  readonly name: string;
  readonly thresholds: readonly Threshold[];
  readonly clock: Clock;
  readonly totals: Totals;
  /** Time that the run has lasted without its pauses. */
  readonly activeMs: () => number;
  /** A threshold that ends the run was missed. */
  readonly onAbort: (verdict: Verdict) => void;
}

export interface Watch extends Pick<Recorder, 'plan' | 'sent' | 'settle'> {
  /** What another watch has seen of the run. */
  add(point: Point): void;
  /** The points so far, for whoever adds them up; the curve begins anew. */
  take(): readonly Point[];
  /** To be called about once a second. */
  look(): void;
  /** How the thresholds came out, when the run is over. */
  verdicts(): Verdict[];
  readonly points: readonly Point[];
}

export function createWatch({ name, thresholds, clock, totals, activeMs, onAbort }: WatchRules): Watch {
  const own = thresholds.filter(({ target }) => target === undefined || target === name);
  const series = createSeries(clock.now, { mostPoints: MOST_POINTS, beyond: 'merge' });
  const longestMs = Math.max(0, ...own.map(({ overMs }) => overMs ?? 0));
  // A window needs steps of a second however long the run is.
  const mostPoints = 2 * Math.ceil(longestMs / 1000) + 2;
  const recent = longestMs > 0 ? createSeries(clock.now, { mostPoints, beyond: 'drop' }) : undefined;
  /** First miss of each threshold in a window. */
  const missed = new Map<Threshold, Verdict>();
  let isAborted = false;

  function whole(threshold: Threshold): Verdict {
    return judge(threshold, name, measuresOfTotals(totals, activeMs() / 1000));
  }

  /** Undefined while the window is not full, or nothing happened in it. */
  function windowed(threshold: Threshold, overMs: number): Verdict | undefined {
    const point = activeMs() < overMs ? undefined : merged(recent?.last(overMs) ?? []);
    return point && point.offered > 0 ? judge(threshold, name, measuresOfPoint(point)) : undefined;
  }

  function lookAt(threshold: Threshold): void {
    const { overMs, abortAfterMs } = threshold;
    const mayAbort = abortAfterMs !== undefined && activeMs() >= abortAfterMs;
    if (overMs === undefined && !mayAbort) return;
    const verdict = overMs === undefined ? whole(threshold) : windowed(threshold, overMs);
    if (!verdict || verdict.isMet || verdict.value === null) return;
    if (overMs !== undefined && !missed.has(threshold)) missed.set(threshold, verdict);
    if (!mayAbort || isAborted) return;
    isAborted = true;
    onAbort(verdict);
  }

  return {
    plan: () => {
      series.visit();
      recent?.visit();
    },
    sent(batch, delivery, { latencyMs }) {
      series.sent(batch, delivery, latencyMs);
      recent?.sent(batch, delivery, latencyMs);
    },
    settle(_hit, outcome) {
      if (outcome.kind !== 'skipped') return;
      series.skipped(outcome);
      recent?.skipped(outcome);
    },
    add(point) {
      series.add(point);
      recent?.add(point);
    },
    take: series.take,
    look: () => {
      for (const threshold of own) lookAt(threshold);
    },
    verdicts: () =>
      own.map((threshold) => {
        const { overMs } = threshold;
        if (overMs === undefined) return whole(threshold);
        return missed.get(threshold) ?? windowed(threshold, overMs) ?? whole(threshold);
      }),
    get points() {
      return series.points;
    },
  };
}

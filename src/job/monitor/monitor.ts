/** Keeps watch over a run while it goes on: its curve over time, and the thresholds that it is held to. */
import type { Totals } from '../../ledger/totals.ts';
import { createSeries, merged, type Point, STEP_MS } from '../../report/series.ts';
import { judge, measuresOfTotals, measuresOfWindow, type Verdict } from '../../report/verdict.ts';
import type { Pause } from '../../run/pause.ts';
import type { Recorder } from '../../run/recorder.ts';
import type { Clock } from '../../types/clock.ts';
import type { Threshold } from '../../types/threshold.ts';

/** Steps of a curve at most. */
const MOST_POINTS = 600;
/** Steps that are kept although no window needs them any more, for what is told late. */
const SPARE_STEPS = 60;

export interface RunMonitorOptions {
  /** Of the target. */
  readonly name: string;
  readonly thresholds: readonly Threshold[];
  readonly clock: Clock;
  readonly totals: Totals;
  /** When the run began, which may only be known later. */
  readonly startMs: () => number;
  readonly pause: Pick<Pause, 'pausedMs'>;
  /** A threshold that ends the run was missed. */
  readonly onAbort: (verdict: Verdict) => void;
}

export interface RunMonitor extends Pick<Recorder, 'plan' | 'sent' | 'settle'> {
  /** What another watch has seen of the run. */
  add(point: Point): void;
  /** The points so far, for whoever adds them up; the curve goes on without them. */
  takePoints(): readonly Point[];
  /**
   * To be called about once a second.
   * @param knownUntilMs what happened before has been told, epoch ms
   */
  evaluate(knownUntilMs: number): void;
  /** How the thresholds came out, when the run is over. */
  verdicts(): Verdict[];
  readonly points: readonly Point[];
}

export function createRunMonitor(rules: RunMonitorOptions): RunMonitor {
  const { name, thresholds, clock, totals, startMs, pause, onAbort } = rules;
  const own = thresholds.filter(({ target }) => target === undefined || target === name);
  const series = createSeries(clock.now, { mostPoints: MOST_POINTS, beyond: 'merge' });
  const longestMs = Math.max(0, ...own.map(({ overMs }) => overMs ?? 0));
  // A window needs steps of a second however long the run is.
  const mostPoints = 2 * (longestMs / STEP_MS) + SPARE_STEPS;
  const recent = longestMs > 0 ? createSeries(clock.now, { mostPoints, beyond: 'drop' }) : undefined;
  /** Of each threshold in a window: the first miss, else how the last window came out. */
  const inWindows = new Map<Threshold, Verdict>();
  let judgedUntilMs = 0;
  let pausedMs = 0;
  let resumedMs = 0;
  let mayAbort = true;

  function whole(threshold: Threshold): Verdict {
    return judge(threshold, name, measuresOfTotals(totals, activeMs() / 1000));
  }

  function activeMs(): number {
    return clock.now() - startMs() - pause.pausedMs;
  }

  function abortFor({ abortAfterMs }: Threshold, verdict: Verdict): void {
    if (!mayAbort || verdict.isMet || verdict.value === null) return;
    if (abortAfterMs === undefined || activeMs() < abortAfterMs) return;
    mayAbort = false;
    onAbort(verdict);
  }

  function judgeWindow(threshold: Threshold, steps: readonly Point[]): void {
    const [first] = steps;
    const window = merged(steps);
    // It would reach to before the run, or over a pause.
    if (!first || !window || first.startMs < Math.max(startMs(), resumedMs)) return;
    const measures = measuresOfWindow(window);
    if (measures.offered === 0) return;
    const verdict = judge(threshold, name, measures);
    if (verdict.value === null) return;
    if (inWindows.get(threshold)?.isMet !== false) inWindows.set(threshold, verdict);
    abortFor(threshold, verdict);
  }

  /** Every window that is over and was not judged before. */
  function judgeWindows(untilMs: number): void {
    const { points = [] } = recent ?? {};
    for (const [index, { startMs: stepMs }] of points.entries()) {
      const endMs = stepMs + STEP_MS;
      if (endMs <= judgedUntilMs) continue;
      if (endMs > untilMs) return;
      judgedUntilMs = endMs;
      for (const threshold of own) {
        if (threshold.overMs === undefined) continue;
        const first = index + 1 - threshold.overMs / STEP_MS;
        if (first >= 0) judgeWindow(threshold, points.slice(first, index + 1));
      }
    }
  }

  function notePauses(): void {
    if (pause.pausedMs === pausedMs) return;
    pausedMs = pause.pausedMs;
    resumedMs = clock.now();
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
    takePoints: series.take,
    evaluate(knownUntilMs) {
      notePauses();
      recent?.reach(knownUntilMs);
      judgeWindows(knownUntilMs);
      for (const threshold of own) {
        if (threshold.overMs === undefined && threshold.abortAfterMs !== undefined) {
          abortFor(threshold, whole(threshold));
        }
      }
    },
    verdicts() {
      mayAbort = false;
      // The step in which the run ended was not a whole one.
      judgeWindows(recent?.points.at(-1)?.startMs ?? 0);
      return own.map((threshold) => inWindows.get(threshold) ?? whole(threshold));
    },
    get points() {
      return series.points;
    },
  };
}

/** Reporters of plugins: told of each day and of the end. What goes wrong with one is a warning, and the run goes on. */
import type { LoadedPlugins, NamedReporter } from '../../plugin/load.ts';
import { percentileOf } from '../../report/percentile.ts';
import type { Reporter as Summaries } from '../../report/reporter.ts';
import type { Point } from '../../report/series.ts';
import type { ReportPoint } from '../../types/plugin-api.ts';
import type { CliContext } from '../context.ts';
import type { JobEnd } from '../files/job-end.ts';

type Histogram = NonNullable<Point['latencyMs']>;

/** So long is waited for each call. */
const LONGEST_MS = 10_000;

type Summary = Parameters<Summaries>[0];

export interface PluginReporters {
  /** A summary of a day, a target or the whole run, as it is printed. */
  note(summary: Summary): void;
  /** All summaries are noted: resolves when every reporter is done, or had its time. */
  end(exitCode: number, ends: readonly JobEnd[]): Promise<void>;
}

function copyOf(value: unknown): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(value));
}

function shownPoint(target: string, point: Point): ReportPoint {
  const { startMs, lengthMs, offered, outcomes, requests, visits, latencyMs } = point;
  const at = (histogram: Histogram) => ({
    p50: percentileOf(histogram, 50),
    p95: percentileOf(histogram, 95),
    p99: percentileOf(histogram, 99),
  });
  const counts = { due: offered, outcomes: { ...outcomes }, requests, visits };
  return { target, startMs, lengthMs, ...counts, latencyMs: latencyMs ? at(latencyMs) : null };
}

/** @param strayErrorText what an error that nobody has caught says; undefined for one that is none of a plugin's */
export function createPluginReporters(
  { host, clock, log }: Pick<CliContext, 'host' | 'clock' | 'log'>,
  reporters: readonly NamedReporter[],
  { extensions }: LoadedPlugins,
  strayErrorText: (error: unknown) => string | undefined,
): PluginReporters {
  const names = reporters.map(({ name }) => name).join(', ');
  host.onStrayError((error) => {
    const text = strayErrorText(error);
    if (text === undefined) return false;
    const hint = 'Return the promise, or handle its error: what a reporter returns is waited for.';
    const what = 'left a promise or a callback behind that failed';
    log.warning(`Reporter ${names} ${what}: ${text}`, { code: 'plugin-reporter', hint });
    return true;
  });
  const targets: Summary[] = [];
  const pending: Promise<void>[] = [];
  let total: Summary | undefined;

  /** @param call is given an end, too, where it does not return */
  async function attempt(name: string, call: () => void | Promise<void> | undefined): Promise<void> {
    const over = new AbortController();
    const late = clock.sleepUntil(clock.now() + LONGEST_MS, over.signal).then(() => {
      if (!over.signal.aborted) throw new Error(`it was not done after ${LONGEST_MS / 1000} s`);
    });
    try {
      await Promise.race([extensions.guard(call, 'it did not return at once'), late]);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      log.warning(`Reporter ${name} failed: ${text}`, { code: 'plugin-reporter' });
    } finally {
      over.abort();
      await late.catch(() => {});
    }
  }

  return {
    note(summary) {
      if (summary.type === 'total') total = summary;
      if (summary.type === 'target') targets.push(summary);
      if (summary.type !== 'day') return;
      for (const { name, reporter } of reporters) {
        if (reporter.day) pending.push(attempt(name, () => reporter.day?.(copyOf(summary))));
      }
    },
    async end(exitCode, ends) {
      await Promise.all(pending);
      if (!total) return;
      const points = ends.flatMap((end) => end.points.map((point) => shownPoint(end.job.name, point)));
      const report = { exitCode, total: copyOf(total), targets: targets.map(copyOf), points };
      await Promise.all(
        reporters.map(({ name, reporter }) =>
          reporter.summary ? attempt(name, () => reporter.summary?.(report)) : undefined,
        ),
      );
    },
  };
}

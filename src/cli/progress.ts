/** How a run is getting on: a bar on a terminal, else a line a minute, all on standard error. */
import { Presets, SingleBar } from 'cli-progress';
import type { Job } from '../job/shape.ts';
import type { Totals } from '../ledger/tally.ts';
import { formatDuration, formatNumber } from '../report/text.ts';
import { every } from '../run/clock.ts';
import type { CliContext } from './context.ts';

const LOG_EVERY_MS = 60_000;
const DRAW_EVERY_MS = 200;

export interface Progress {
  start(totals: Totals): void;
  readonly isStarted: boolean;
  /** Writes something to the terminal without tearing the bar. */
  beside(write: () => void): void;
  end(): void;
}

function lossesOf({ hits }: Totals): number {
  return hits.rejected + hits.failed + hits.unknown;
}

/** `1,204 visits  6,300 hits  310/s  0 lost  00:12`: at most 70 columns. */
function statusLine(totals: Totals, elapsedMs: number): string {
  const { hits, visits } = totals;
  const rate = (hits.accepted / Math.max(1, elapsedMs)) * 1000;
  const waiting = hits.planned - hits.accepted - lossesOf(totals) - hits.skipped;
  return [
    `${formatNumber(visits.planned)} visits`,
    `${formatNumber(hits.accepted)} hits`,
    `${formatNumber(rate)}/s`,
    `${formatNumber(waiting)} to come`,
    `${formatNumber(lossesOf(totals))} lost`,
    formatDuration(elapsedMs),
  ].join(' · ');
}

/** How much of the job is done, 0 to 1; undefined where it has no end. */
function partDone(job: Job, totals: Totals, elapsedMs: number): number | undefined {
  if (job.command === 'backfill') {
    const days = (Date.parse(job.to) - Date.parse(job.from)) / 86_400_000 + 1;
    const all = days * job.traffic.visitsPerDay;
    const planned = (job.maxVisits > 0 ? Math.min(all, job.maxVisits) : all) / job.shard.count;
    return (totals.visits.complete + totals.visits.partial + totals.visits.failed) / Math.max(1, planned);
  }
  const parts = [
    ...(job.durationMs === undefined ? [] : [elapsedMs / job.durationMs]),
    ...(job.stopAfter > 0 ? [totals.visits.complete / job.stopAfter] : []),
  ];
  return parts.length > 0 ? Math.max(...parts) : undefined;
}

export function watchProgress(
  { host, clock }: CliContext,
  job: Job,
  options: { readonly progress?: boolean },
): Progress {
  const { stderr } = host;
  const hasBar =
    stderr.isTty && stderr.stream !== undefined && options.progress !== false && host.env.TERM !== 'dumb';
  let stopTimer: (() => void) | undefined;
  let bar: SingleBar | undefined;
  let draw = () => {};
  let isStarted = false;
  return {
    get isStarted() {
      return isStarted;
    },
    start(totals) {
      isStarted = true;
      const startMs = clock.now();
      const elapsedMs = () => clock.now() - startMs;
      if (!hasBar) {
        stopTimer = every(LOG_EVERY_MS, () => stderr.write(`${statusLine(totals, elapsedMs())}\n`));
        return;
      }
      const hasEnd = partDone(job, totals, 0) !== undefined;
      bar = new SingleBar(
        {
          stream: stderr.stream as NodeJS.WriteStream,
          format: hasEnd ? '{bar} {percentage}% {status}' : '{status}',
          barsize: 12,
          hideCursor: true,
          clearOnComplete: true,
          linewrap: false,
          gracefulExit: false,
        },
        Presets.shades_classic,
      );
      bar.start(1000, 0, { status: statusLine(totals, 0) });
      draw = () => {
        const part = partDone(job, totals, elapsedMs()) ?? 0;
        bar?.update(Math.min(1000, Math.floor(part * 1000)), { status: statusLine(totals, elapsedMs()) });
      };
      stopTimer = every(DRAW_EVERY_MS, draw);
    },
    beside(write) {
      if (bar && stderr.stream) {
        stderr.stream.clearLine(0);
        stderr.stream.cursorTo(0);
      }
      write();
      draw();
    },
    end() {
      stopTimer?.();
      stopTimer = undefined;
      bar?.stop();
      bar = undefined;
      draw = () => {};
    },
  };
}

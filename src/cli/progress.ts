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

/** A bar that shows a job's state until it is closed; it leaves no trace, and the cursor where it was. */
function openBar(stream: NodeJS.WriteStream, job: Job, totals: Totals, elapsedMs: () => number) {
  const hasEnd = partDone(job, totals, 0) !== undefined;
  const bar = new SingleBar(
    {
      stream,
      format: hasEnd ? '{bar} {percentage}% {status}' : '{status}',
      barsize: 12,
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const place = () => Math.min(1000, Math.floor((partDone(job, totals, elapsedMs()) ?? 0) * 1000));
  bar.start(1000, place(), { status: statusLine(totals, elapsedMs()) });
  return {
    draw: () => bar.update(place(), { status: statusLine(totals, elapsedMs()) }),
    close: () => bar.stop(),
  };
}

export function watchProgress(
  { host, clock }: CliContext,
  job: Job,
  options: { readonly progress?: boolean },
): Progress {
  const { stderr } = host;
  const { stream } = stderr;
  const isShown = stderr.isTty && options.progress !== false && host.env.TERM !== 'dumb';
  let stopTimer: (() => void) | undefined;
  let open: (() => ReturnType<typeof openBar>) | undefined;
  let bar: ReturnType<typeof openBar> | undefined;
  let isStarted = false;
  return {
    get isStarted() {
      return isStarted;
    },
    start(totals) {
      isStarted = true;
      const startMs = clock.now();
      const elapsedMs = () => clock.now() - startMs;
      if (!isShown || !stream) {
        stopTimer = every(LOG_EVERY_MS, () => stderr.write(`${statusLine(totals, elapsedMs())}\n`));
        return;
      }
      open = () => openBar(stream, job, totals, elapsedMs);
      bar = open();
      stopTimer = every(DRAW_EVERY_MS, () => bar?.draw());
    },
    beside(write) {
      bar?.close();
      write();
      bar = open?.();
    },
    end() {
      stopTimer?.();
      stopTimer = undefined;
      bar?.close();
      bar = undefined;
      open = undefined;
    },
  };
}

/** What signals do to a run. */
import type { Ledger } from '../../ledger/ledger.ts';
import { formatDuration } from '../../report/format.ts';
import type { Pause } from '../../run/pause.ts';
import type { Stop } from '../../run/stop.ts';
import type { CliContext } from '../context.ts';
import type { Progress } from '../output/progress.ts';

/** One Ctrl-C may come twice: from the terminal, and from what has started the command (npx, timeout). */
const SAME_MS = 500;
/** A process has a run for each target. */
const MOST_RUNS = 100;

type EndSignal = 'SIGINT' | 'SIGTERM';

/** Tells the first signal, and one that is meant as a second. */
export function onStopSignals(
  { host, clock }: CliContext,
  {
    first,
    second,
  }: { readonly first: (signal: EndSignal) => void; readonly second: (signal: EndSignal) => void },
): () => void {
  let firstMs: number | undefined;
  return host.onSignal((signal) => {
    if (firstMs === undefined) {
      firstMs = clock.now();
      first(signal);
    } else if (clock.now() - firstMs >= SAME_MS) second(signal);
  });
}

export function exitCodeOfSignal(signal: EndSignal): number {
  return signal === 'SIGINT' ? 130 : 143;
}

/** Runs of this process that have begun, and whose end nobody will write any more. */
async function endRunsOf(
  ledger: Ledger,
  self: { readonly pid: number; readonly hostname: string },
  endedMs: number,
): Promise<void> {
  for (const { id, pid, hostname, endedMs: end } of await ledger.runs({ limit: MOST_RUNS })) {
    if (end !== null || pid !== self.pid || hostname !== self.hostname) continue;
    await ledger.endRun(id, { endedMs, outcome: 'stopped', trafficDigest: null });
  }
}

/**
 * Drains on the first signal; the second gives up what is in flight, so that the summary comes at once; the third, and
 * the first where there is nothing to drain yet, ends the process.
 */
export function stopOnSignals(
  context: CliContext,
  stop: Stop,
  progress: Progress,
  ledger: Ledger,
): () => void {
  const { host, log, clock } = context;
  const leave = (signal: EndSignal) => {
    progress.end();
    const exit = () => host.exit(exitCodeOfSignal(signal));
    // A run whose end cannot be written is listed as not finished.
    endRunsOf(ledger, host, clock.now()).then(exit, exit);
  };
  return onStopSignals(context, {
    first(signal) {
      if (!progress.isStarted) {
        log.info('stopped before anything was sent');
        stop.request(signal);
        return leave(signal);
      }
      log.info('stopping after the requests in flight; press Ctrl-C again to quit immediately');
      stop.request(signal);
    },
    second(signal) {
      if (stop.abandoned.aborted) return leave(signal);
      log.info('leaving: hits in flight are not waited for');
      stop.abandon();
    },
  });
}

/** SIGUSR1 pauses the run, and lets it go on. */
export function pauseOnSignal({ host, log }: CliContext, pause: Pause): () => void {
  return host.onPauseSignal(() => {
    pause.toggle();
    const message = pause.isPaused
      ? 'paused: hits due now are skipped; send SIGUSR1 again to continue'
      : `continuing; paused for ${formatDuration(pause.pausedMs)} in total`;
    log.info(message, { code: pause.isPaused ? 'paused' : 'resumed' });
  });
}

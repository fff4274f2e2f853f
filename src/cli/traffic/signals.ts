/** What signals do to a run. */
import { formatDuration } from '../../report/format.ts';
import type { Pause } from '../../run/pause.ts';
import type { Stop } from '../../run/stop.ts';
import type { CliContext } from '../context.ts';
import type { Progress } from '../output/progress.ts';

/** One Ctrl-C may come twice: from the terminal, and from what has started the command (npx, timeout). */
const SAME_MS = 500;

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

/** Drains on the first signal; leaves at once on the second, and where there is nothing to drain yet. */
export function stopOnSignals(context: CliContext, stop: Stop, progress: Progress): () => void {
  const { host, log } = context;
  const leave = (signal: EndSignal) => {
    progress.end();
    host.exit(exitCodeOfSignal(signal));
  };
  return onStopSignals(context, {
    first(signal) {
      if (!progress.isStarted) {
        log.info('stopped before anything was sent');
        leave(signal);
      }
      log.info('stopping after the requests in flight; press Ctrl-C again to quit immediately');
      stop.request(signal);
    },
    second: leave,
  });
}

/** Nothing has been sent yet, and nothing is to be: the command ends at once. */
export function leaveOnSignals({ host, log }: CliContext): () => void {
  return host.onSignal((signal) => {
    log.info('stopped before anything was sent');
    host.exit(exitCodeOfSignal(signal));
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

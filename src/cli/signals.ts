/** What signals do to a run. */
import { formatDuration } from '../report/format.ts';
import type { Pause } from '../run/pause.ts';
import type { Stop } from '../run/stop.ts';
import type { CliContext } from './context.ts';
import type { Progress } from './progress.ts';

/** Drains on the first signal; leaves at once on the second, and where there is nothing to drain yet. */
export function stopOnSignals({ host, log }: CliContext, stop: Stop, progress: Progress): () => void {
  const message = 'stopping: hits in flight finish, then comes the summary; again to leave at once';
  let isSecond = false;
  return host.onSignal((signal) => {
    if (!progress.isStarted) log.info('stopped before anything was sent');
    if (isSecond || !progress.isStarted) {
      progress.end();
      host.exit(signal === 'SIGINT' ? 130 : 143);
    }
    isSecond = true;
    log.info(message);
    stop.request(signal);
  });
}

/** SIGUSR1 pauses the run, and lets it go on. */
export function pauseOnSignal({ host, log }: CliContext, pause: Pause): () => void {
  return host.onPauseSignal(() => {
    pause.toggle();
    const message = pause.isPaused
      ? 'paused: what is due now is skipped; SIGUSR1 again to go on'
      : `going on after a pause of ${formatDuration(pause.pausedMs)} in all`;
    log.info(message, { code: pause.isPaused ? 'paused' : 'resumed' });
  });
}

/** What SIGINT and SIGTERM do to a run. */
import type { Stop } from '../run/stop.ts';
import type { CliContext } from './context.ts';
import type { Progress } from './progress.ts';

/** Drains on the first signal; leaves at once on the second, and where there is nothing to drain yet. */
export function stopOnSignals({ host }: CliContext, stop: Stop, progress: Progress): () => void {
  const message = 'stopping: hits in flight finish, then the summary follows; once more to leave at once\n';
  let isSecond = false;
  return host.onSignal((signal) => {
    if (!progress.isStarted) host.stderr.write('stopped before anything was sent\n');
    if (isSecond || !progress.isStarted) {
      progress.end();
      host.exit(signal === 'SIGINT' ? 130 : 143);
    }
    isSecond = true;
    progress.beside(() => host.stderr.write(message));
    stop.request(signal);
  });
}

/** What steers and shows a run while it goes on: signals, pause, progress and metrics. */
import type { Job } from '../../job/job.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Pause } from '../../run/pause.ts';
import type { Stop } from '../../run/stop.ts';
import type { CliContext } from '../context.ts';
import type { TrafficOptions } from '../options/traffic-options.ts';
import { logClockSteps } from '../output/messages/clock-log.ts';
import { type Progress, showProgress } from '../output/progress.ts';
import { type Metrics, openMetrics } from './metrics.ts';
import { pauseOnSignal, stopOnSignals } from './signals.ts';

/** What steers and shows the run while it goes on. */
export interface Controls {
  readonly stop: Stop;
  readonly pause: Pause;
  readonly progress: Progress;
  readonly metrics: Metrics;
  close(): Promise<void>;
}

export async function openControls(
  context: CliContext,
  jobs: readonly Job[],
  { stop, pause }: Pick<Controls, 'stop' | 'pause'>,
  ledger: Ledger,
  options: TrafficOptions,
): Promise<Controls> {
  const progress = showProgress(context, options);
  const releaseStop = stopOnSignals(context, stop, progress, ledger);
  const isLive = jobs.some(({ command }) => command === 'run');
  const releasePause = isLive ? pauseOnSignal(context, pause) : () => {};
  if (isLive) context.observer?.steer(pause);
  const stopClockLog = logClockSteps(context);
  const metrics = await openMetrics(context, options.metrics, pause);
  return {
    stop,
    pause,
    progress,
    metrics,
    async close() {
      context.observer?.end();
      progress.end();
      stopClockLog();
      releaseStop();
      releasePause();
      await metrics.close();
    },
  };
}

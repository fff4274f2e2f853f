/** What steers and shows a run while it goes on: signals, pause, progress and metrics. */
import type { Job } from '../../job/job.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Pause } from '../../run/pause.ts';
import type { Stop } from '../../run/stop.ts';
import type { CliContext } from '../context.ts';
import type { TrafficOptions } from '../options/traffic-options.ts';
import { logClockSteps } from '../output/messages/clock-log.ts';
import { type Progress, showProgress } from '../output/progress.ts';
import type { WorkerPool } from '../processes/worker-pool.ts';
import { type Metrics, openMetrics } from './metrics.ts';
import { pauseOnSignal, stopOnSignals } from './signals.ts';

/** What steers and shows the run while it goes on. */
export interface Controls {
  readonly stop: Stop;
  readonly pause: Pause;
  readonly progress: Progress;
  readonly metrics: Metrics;
  /** Of the pool that is at work. */
  readonly admissions: WorkerPool['admissions'];
  watch(admissions: WorkerPool['admissions']): void;
  close(): Promise<void>;
}

export async function openControls(
  context: CliContext,
  jobs: readonly Job[],
  { stop, pause }: Pick<Controls, 'stop' | 'pause'>,
  runLedger: Ledger,
  options: TrafficOptions,
): Promise<Controls> {
  let present: WorkerPool['admissions'] = runLedger;
  const ledger: WorkerPool['admissions'] = { admitted: (key) => present.admitted(key) };
  const progress = showProgress(context, ledger, options);
  const releaseStop = stopOnSignals(context, stop, progress, runLedger);
  const isLive = jobs.some(({ command }) => command === 'run');
  const releasePause = isLive ? pauseOnSignal(context, pause) : () => {};
  if (isLive) context.observer?.steer(pause);
  const stopClockLog = logClockSteps(context);
  const metrics = await openMetrics(context, options.metrics, { ledger, pause });
  return {
    stop,
    pause,
    progress,
    metrics,
    admissions: ledger,
    watch(admissions) {
      present = admissions;
    },
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

/** How a step of a search for a capacity is getting on: a bar on a terminal, nothing elsewhere. */

import type { CapacityStep } from '../../job/capacity/capacity-search.ts';
import type { LiveJob } from '../../job/job.ts';
import type { Activity } from '../../job/monitor/activity.ts';
import type { Totals } from '../../ledger/totals.ts';
import { formatDuration } from '../../report/format.ts';
import { every } from '../../run/clock.ts';
import type { CliContext } from '../context.ts';
import { DRAW_EVERY_MS, hasBar, openBar } from './progress.ts';
import { createStatus, type Status } from './status.ts';

export interface StepProgress {
  start(step: CapacityStep, job: LiveJob, totals: Totals, activity: Readonly<Activity>): void;
  rest(ms: number): void;
  /** The step has ended: takes its bar away, and writes what came of it. */
  finish(write: () => void): void;
  end(): void;
}

export function watchSteps(context: CliContext, options: { readonly progress?: boolean }): StepProgress {
  const { host, clock, log } = context;
  const { stream } = host.stderr;
  let bar: ReturnType<typeof openBar> | undefined;
  let statusNow: (() => Status) | undefined;
  let stop = () => {};

  function close(): void {
    stop();
    bar?.close();
    bar = undefined;
    statusNow = undefined;
  }

  function show(status: () => Status): void {
    close();
    if (!stream || !hasBar(context, options)) return;
    statusNow = status;
    bar = openBar(stream, status);
    stop = every(DRAW_EVERY_MS, () => bar?.draw());
  }

  function printAbove(write: () => void): void {
    bar?.close();
    write();
    if (bar && stream && statusNow) bar = openBar(stream, statusNow);
  }

  log.writeBy(printAbove);
  return {
    finish(write) {
      close();
      write();
    },
    start({ phase }, job, totals, activity) {
      const statusOf = createStatus(clock.now(), [{ job, totals, activity }]);
      show(() => {
        const { done, facts } = statusOf(clock.now());
        return { done, facts: [phase, ...facts] };
      });
    },
    rest(ms) {
      const endMs = clock.now() + ms;
      show(() => {
        const left = formatDuration(Math.max(0, endMs - clock.now()));
        return { done: undefined, facts: [`pausing for ${left}, so that the server can recover`] };
      });
    },
    end() {
      close();
      log.writeBy(undefined);
    },
  };
}

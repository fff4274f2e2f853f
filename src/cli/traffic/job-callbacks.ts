/** What a job calls back with: days for the results, counts for those who watch, and what it waits for. */
import type { Job } from '../../job/job.ts';
import type { JobNews } from '../../job/job-run.ts';
import { formatDuration, formatNumber } from '../../report/format.ts';
import type { CliContext } from '../context.ts';
import type { Results } from '../files/results.ts';
import { createOutageLog } from '../output/messages/outage-log.ts';
import { logSlowHook } from '../output/messages/slow-hook.ts';
import type { Progress } from '../output/progress.ts';
import type { SentDays } from '../verification/sent-days.ts';
import type { Metrics } from './metrics.ts';

export interface Listeners {
  readonly progress: Progress;
  readonly metrics: Metrics;
  readonly sentDays: SentDays;
}

/** Whose news these are, and who prints them. */
export interface Told {
  readonly job: Job;
  /** The window of the job that is sent at the moment. */
  readonly part: Job;
  readonly hasSeveralTargets: boolean;
  readonly results: Results;
}

/** What the job calls back with: days for the results, counts for those who watch, and a target that is down. */
export function callbacksOf(
  context: CliContext,
  { job, part, hasSeveralTargets, results }: Told,
  { progress, metrics, sentDays }: Listeners,
): JobNews {
  const { host, log, observer } = context;
  const about = (text: string) => (hasSeveralTargets ? `${job.name}: ${text}` : text);
  return {
    onStart(totals, activity) {
      host.tuneForLongRun();
      progress.start(part, totals, activity);
      metrics.start(part, totals, activity);
      observer?.start(part, totals, activity);
    },
    onDay(date, totals) {
      sentDays.add(job, date, totals);
      progress.printAbove(() => results.onDay(job, date, totals));
    },
    onBreaker: createOutageLog(context, job, hasSeveralTargets),
    onOutage: (error, longestMs) =>
      log.warning(about(`${error.message} Waiting up to ${formatDuration(longestMs)} for it.`), error),
    onInDoubt: (count, waitMs) =>
      log.info(
        about(
          `${formatNumber(count)} ${count === 1 ? 'request' : 'requests'} of an earlier process got no response: waiting ${formatDuration(waitMs)} before Matomo is asked about ${count === 1 ? 'it' : 'them'}`,
        ),
        { code: 'waiting-for-doubt' },
      ),
    onSlowHook: ({ text }) => logSlowHook(log, text),
    onSmallerRequests(bytes, refusedBytes, status) {
      const [passed, refused] = [bytes, refusedBytes].map((count) => formatNumber(count));
      // A firewall answers so to what is in the request: smaller ones pass because it is in fewer of them.
      if (status === 403 || status === 406) {
        log.warning(
          about(
            `the server refused a request of ${refused} bytes (HTTP ${status}), and took a part of it: most likely a firewall dislikes certain hits. From now on, requests have at most ${passed} bytes`,
          ),
          {
            code: 'smaller-requests',
            hint: 'Ask for an exception for matomo.php in the firewall. See docs/troubleshooting.md, "A firewall refuses hits".',
          },
        );
        return;
      }
      log.warning(
        about(
          `the server refused a request of ${refused} bytes as too large (HTTP ${status}); from now on, requests have at most ${passed} bytes`,
        ),
        {
          code: 'smaller-requests',
          hint: `To start with this size, set BACKFILL_BATCH_BYTES=${bytes} (--batch-bytes). See docs/troubleshooting.md, "Requests are too large".`,
        },
      );
    },
    ...(metrics.onAnswer ? { onAnswer: (latencyMs: number) => metrics.onAnswer?.(part, latencyMs) } : {}),
  };
}

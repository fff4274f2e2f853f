/** The job that the environment describes, as the command line would make it, with places in the hits. */
import { loadSession } from '../../src/cli/session.ts';
import { trafficSettings } from '../../src/config/traffic.ts';
import { backfillWindow } from '../../src/config/window.ts';
import { createProcessHost } from '../../src/host.ts';
import type { BackfillJob } from '../../src/job/shape.ts';

export const host = createProcessHost();

export function backfillJob(): BackfillJob {
  const nowMs = Date.now();
  const { settings, files, shard } = loadSession(host, 'backfill', { preset: ['medium'] }, nowMs);
  return {
    command: 'backfill',
    traffic: trafficSettings(settings, 'backfill', files, true),
    target: {
      url: settings.matomoUrl ?? '',
      token: settings.tokenAuth,
      concurrency: settings.concurrency,
      connectTimeoutMs: settings.connectTimeoutSeconds * 1000,
      responseTimeoutMs: settings.responseTimeoutSeconds * 1000,
      retryAttempts: settings.retryAttempts,
    },
    shard,
    ...backfillWindow(settings, nowMs),
    batchSize: settings.backfillBatchSize,
    maxVisits: settings.backfillMaxVisitsTotal,
    requestsPerSecond: settings.backfillRpsLimit,
    stallTimeoutMs: settings.stallTimeoutSeconds * 1000,
  };
}

/** The number that the worker is started with, such as seconds. */
export function numberArgument(): number {
  return Number(process.argv[2]);
}

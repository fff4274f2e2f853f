/** Carries out `run` and `backfill`: from settings to summaries on standard output. */
import type { SettingsCommand } from '../../config/schema/setting.ts';
import { thresholdsOf } from '../../config/schema/threshold.ts';
import type { CliContext } from '../context.ts';
import { writeResults } from '../files/results.ts';
import { openRunFiles } from '../files/run-files.ts';
import { loadSession } from '../options/session.ts';
import type { TrafficOptions } from '../options/traffic-options.ts';
import { logSettings } from '../output/settings-log.ts';
import { logVolume } from '../output/volume.ts';
import { logProxies } from './access.ts';
import { openDestinations } from './destinations.ts';
import { dryRunTraffic } from './dry-run.ts';
import { jobsOf } from './jobs.ts';
import { sendTraffic } from './send-traffic.ts';
import { checkedShards } from './worker-pool.ts';

function sinkFor({ sink, dryRun }: TrafficOptions): 'none' | 'real' | 'pretended' {
  if (sink !== true) return 'none';
  return dryRun === true ? 'pretended' : 'real';
}

export async function executeTraffic(
  context: CliContext,
  command: SettingsCommand,
  options: TrafficOptions,
): Promise<void> {
  const { host, clock, log } = context;
  const nowMs = clock.now();
  const isDryRun = options.dryRun === true;
  const isJson = options.json === true;
  const session = loadSession(host, command, { ...options, sink: options.sink === true || isDryRun }, nowMs);
  logSettings(log, session);
  const files = openRunFiles(context, command, session, options);
  const destinations = await openDestinations(context, session.targets, sinkFor(options));
  try {
    const jobs = jobsOf(command, session, destinations.all, nowMs);
    logVolume(log, jobs, nowMs);
    const isMirror = session.settings.strategy === 'mirror';
    const hasSeveralTargets = jobs.length > 1;
    const results = writeResults(context, { command, isDryRun, isJson, isMirror, hasSeveralTargets, files });
    if (isDryRun) {
      await dryRunTraffic(context, jobs, results, isJson);
      return;
    }
    logProxies(context, jobs);
    const thresholds = thresholdsOf(session.settings.thresholds);
    const shards = checkedShards(options.shards ?? 1, jobs);
    await sendTraffic(context, { jobs, shards, thresholds, destinations, results }, options);
  } finally {
    await destinations.close();
  }
}

/** Settings in force turned into jobs: one for each target. */
import { backfillVisitsPerDay, effectiveSeed } from '../../config/rules/effective.ts';
import { trafficSettings } from '../../config/rules/traffic-settings.ts';
import { backfillWindow } from '../../config/rules/window.ts';
import { loadProfileOf } from '../../config/schema/load-profile.ts';
import type { SettingsCommand } from '../../config/schema/setting.ts';
import type { Settings } from '../../config/schema/settings.ts';
import type { Target } from '../../config/targets/targets.ts';
import type { Job, JobRecord, JobTarget, LiveJob } from '../../job/job.ts';
import type { TargetAccess } from '../../matomo/http/access.ts';
import { lengthOf, scaled, visitsPerDayFor } from '../../plan/days/load-profile.ts';
import { divide, drawParts } from '../../plan/days/share.ts';
import type { Extensions } from '../../plan/plugins/extensions.ts';
import { CONCERN, createRandomSource } from '../../plan/random.ts';
import type { LoadProfile } from '../../types/load-profile.ts';
import type { PluginSource } from '../../types/plugins.ts';
import type { Shard } from '../../types/shard.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';
import type { Session } from '../options/session.ts';
import { recordOf } from '../processes/job-record.ts';

/** A target with the way to it, or to the endpoint that stands for it. */
export interface Destination {
  readonly target: Target;
  readonly access: TargetAccess;
}

/** Visits a day of each target, where targets divide one number among them. */
function volumesOf(
  strategy: Settings['strategy'],
  total: number,
  targets: readonly Target[],
  seed: string,
): number[] {
  const weights = targets.map(({ weight }) => (strategy === 'round-robin' ? 1 : weight));
  if (strategy !== 'random') return divide(total, weights);
  return drawParts(createRandomSource(seed).stream(CONCERN.targets, 0, 0), total, weights);
}

function jobTarget({ concurrency, retryAttempts }: Settings, access: TargetAccess): JobTarget {
  return { ...access, concurrency, retryAttempts };
}

interface Common {
  readonly name: string;
  readonly traffic: TrafficSettings;
  readonly target: JobTarget;
  readonly shard: Shard;
  readonly record: JobRecord;
  readonly plugins?: readonly PluginSource[];
  readonly extensions?: Extensions;
}

function backfillJob(settings: Settings, common: Common, maxVisits: number, nowMs: number): Job {
  return {
    ...common,
    command: 'backfill',
    ...backfillWindow(settings, nowMs),
    batchSize: settings.backfillBatchSize,
    batchBytes: settings.backfillBatchBytes,
    maxVisits,
    requestsPerSecond: settings.backfillRpsLimit,
    stallTimeoutMs: settings.stallTimeoutSeconds * 1000,
  };
}

/** With a load profile there is no day to shape: the plan has room for its highest rate at any time. */
function withRoomFor(profile: LoadProfile, traffic: TrafficSettings): TrafficSettings {
  const activeMinutes = { from: 0, to: 1440 };
  const visitsPerDay = visitsPerDayFor(profile);
  return { ...traffic, visitsPerDay, volume: 'exact', activeMinutes, shape: 'flat', declaredEvents: [] };
}

function liveJob(
  settings: Settings,
  common: Common,
  {
    stopAfter,
    profile,
    forMs,
    gracefulStopMs,
  }: Pick<LiveJob, 'stopAfter' | 'profile'> & Pick<Session, 'forMs' | 'gracefulStopMs'>,
): Job {
  const endMs = Math.min(
    forMs ?? Number.POSITIVE_INFINITY,
    settings.autoStopAfterHours > 0 ? settings.autoStopAfterHours * 3_600_000 : Number.POSITIVE_INFINITY,
    profile === undefined ? Number.POSITIVE_INFINITY : lengthOf(profile),
  );
  return {
    ...common,
    traffic: profile === undefined ? common.traffic : withRoomFor(profile, common.traffic),
    command: 'run',
    profile,
    timing: settings.visitTiming,
    pauseSeconds: { min: settings.pauseSecondsMin, max: settings.pauseSecondsMax },
    maxLatenessMs: settings.maxLatenessSeconds * 1000,
    dailyCap: settings.dailyCap,
    stopAfter,
    durationMs: Number.isFinite(endMs) ? endMs : undefined,
    gracefulStopMs,
  };
}

/**
 * @param destinations in the order of the session's targets
 * @param commandLine without secrets, to be kept with the run
 */
export function jobsOf(
  command: SettingsCommand,
  session: Session,
  destinations: readonly Destination[],
  nowMs: number,
  commandLine = 'trafficinator',
): Job[] {
  const { settings: base, origins, targets, files, plugins, shard, forMs, gracefulStopMs } = session;
  const { strategy } = base;
  const isMirror = strategy === 'mirror';
  const isDivided = targets.length > 1 && !isMirror && strategy !== 'independent';
  const seed = effectiveSeed(targets[0]?.settings ?? base, command);
  const perDay = command === 'backfill' ? backfillVisitsPerDay(base) : base.visitsPerDay;
  const volumes = isDivided ? volumesOf(strategy, perDay, targets, seed) : undefined;
  const partOf = (total: number, index: number) =>
    volumes === undefined || total === 0 ? total : (divide(total, volumes)[index] ?? 0);
  // The default is what a day has on average; only a cap that somebody set cuts days off.
  const isCapped = command === 'backfill' && origins.get('backfillMaxVisitsPerDay') !== 'default';
  const mostPerDay = isCapped ? base.backfillMaxVisitsPerDay : 0;
  const profile = loadProfileOf(base);
  const haveAllTokens = destinations.every(({ access }) => access.token !== undefined);

  return destinations.map(({ target, access }, index) => {
    const { name, settings } = target;
    // The same visits for all: with places only where all of them may be told.
    const hasToken = isMirror ? haveAllTokens : access.token !== undefined;
    const traffic = trafficSettings(settings, command, files, hasToken);
    const common = {
      name,
      traffic: {
        ...traffic,
        seed: targets.length === 1 || isMirror ? seed : `${seed} ${name}`,
        visitsPerDay: volumes?.[index] ?? traffic.visitsPerDay,
        mostPerDay: partOf(mostPerDay, index),
      },
      target: jobTarget(settings, access),
      shard,
      record: recordOf(command, session, traffic, commandLine),
      ...(plugins
        ? { plugins: plugins.all.map(({ source }) => source), extensions: plugins.extensions }
        : {}),
    };
    return command === 'backfill'
      ? backfillJob(settings, common, partOf(settings.backfillMaxVisitsTotal, index), nowMs)
      : liveJob(settings, common, {
          stopAfter: partOf(settings.stopAfterVisits, index),
          profile: profile && volumes ? scaled(profile, (volumes[index] ?? 0) / perDay) : profile,
          forMs,
          gracefulStopMs,
        });
  });
}

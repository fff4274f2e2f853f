/** How this worker gets to the target of a shared run: token, headers and proxies from its own settings, never from the ledger. */
import { type Access, readJob, sharedVersion, withAccess } from '../../cluster/shared-job.ts';
import type { Refusal } from '../../cluster/worker-options.ts';
import { type LoadRequest, loadSettings } from '../../config/sources/load.ts';
import { SettingsError, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Job } from '../../job/job.ts';
import type { SharedRun } from '../../ledger/postgres/shared-rows.ts';
import { stateDir } from '../../ledger/state-dir.ts';
import type { CliContext } from '../context.ts';
import { withExtensions } from '../processes/job-plugins.ts';
import { accessTo } from '../targets/access.ts';

type Sources = Pick<LoadRequest, 'presets' | 'configPath' | 'hasProjectFile'>;

function accessOf(host: Host, request: Sources, { url, site }: SharedRun, nowMs: number): Access | undefined {
  const loaded = loadSettings({
    ...request,
    host,
    // What is asked for is the way to the target: no days, no volume.
    command: 'run',
    sink: false,
    hasEndTime: true,
    nowMs,
    savedFolder: stateDir(host),
    isFirstPass: true,
  });
  const targets = loaded.targets.map(({ settings }) => ({ settings, access: accessTo(host, settings) }));
  const own = targets.filter(({ access }) => access.url === url);
  const found = own.find(({ settings }) => settings.siteId === site) ?? own[0];
  if (!found) return undefined;
  const { url: _, connectTimeoutMs: __, responseTimeoutMs: ___, ...access } = found.access;
  return access;
}

/** With the target of the run, where the settings name none or another. */
function withTarget(host: Host, { url, site }: SharedRun): Host {
  const env = { ...host.env, MATOMO_URL: url, MATOMO_SITE_ID: String(site) };
  return { ...host, cwd: host.cwd, ask: undefined, env };
}

function findAccess(host: Host, sources: Sources, run: SharedRun, nowMs: number): Access | undefined {
  try {
    const own = accessOf(host, sources, run, nowMs);
    if (own) return own;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    // Most workers have a token and no more: then there is no target to read.
  }
  return accessOf(withTarget(host, run), { ...sources, hasProjectFile: false }, run, nowMs);
}

/** Tells why this worker takes no part in the run. */
function refusal(
  run: SharedRun,
  own: string,
  access: Access | undefined,
  needsToken: boolean,
): string | undefined {
  if (run.version !== own) return `it was started by version ${run.version}, and this worker is ${own}`;
  if (!access) return `this worker has no settings for ${run.url}`;
  if (needsToken && access.token === undefined)
    return `${run.url} needs a token, and this worker has none: set MATOMO_TOKEN_AUTH or MATOMO_TOKEN_AUTH_FILE`;
  return undefined;
}

/** @returns what `startWorker` asks before it takes a shard of a run for the first time */
export function createTargetAcceptance(context: CliContext, sources: Sources) {
  const { host, clock, log } = context;
  return async (run: SharedRun): Promise<Job | Refusal> => {
    const own = sharedVersion(host.version);
    if (run.version !== own) return refuse(refusal(run, own, undefined, false) ?? '');
    const { job, needsToken } = readJob(run.job);
    const access = findAccess(host, sources, run, clock.now());
    const reason = refusal(run, own, access, needsToken);
    if (reason !== undefined || !access) return refuse(reason ?? '');
    try {
      const [loaded] = await withExtensions(host, [withAccess(job, access)]);
      if (loaded) return loaded;
      throw new Error('the job was not loaded');
    } catch (error) {
      if (error instanceof UserError) return refuse(error.message);
      throw error;
    }

    function refuse(refused: string): Refusal {
      log.warning(`no part in run ${run.id}: ${refused}`, { code: 'run-refused' });
      return { refused };
    }
  };
}

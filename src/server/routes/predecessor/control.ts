/** Status, start, stop and restart of the live run, as clients of the earlier control service ask for them. */
import * as z from 'zod';
import { conflict } from '../../http/refusal.ts';
import { type Call, defineRoute, type Reply } from '../../http/route.ts';
import { wholeNumber } from '../../http/whole-number.ts';
import type { Service } from '../../service.ts';
import { APPLIED } from '../../settings/service-settings.ts';
import { nameOf } from '../../store/audit.ts';
import { isEnded, type JobRow } from '../../store/job-store.ts';
import { errorText, givenSettings, mainJob, mainRun, resultOf, settingsOf, startMain } from './main-run.ts';
import { CONTAINER, containerState, environmentOf, uptimeText } from './names.ts';

const status = z.object({
  container: z.object({
    state: z.string(),
    name: z.string(),
    id: z.string().nullish(),
    uptime: z.string().nullish(),
    created: z.string().nullish(),
    started_at: z.string().nullish(),
  }),
  config: z.record(z.string(), z.string()).nullable(),
  stats: z
    .object({
      uptime: z.string().nullish(),
      visits_generated: z.int().nullable(),
      current_rate: z.string().nullish(),
    })
    .nullable(),
});

const result = z.object({
  success: z.boolean(),
  message: z.string(),
  state: z.string(),
  status: z.string(),
  error: z.string().nullable(),
});

const startBody = z
  .object({ config: z.record(z.string(), z.unknown()), restart_if_running: z.boolean().default(false) })
  .nullish();

const timeoutQuery = z.object({ timeout: wholeNumber(1, 60).default(10) });

const TAG = 'Control';
const answers = { 200: { description: 'The result: see success', schema: result } };

interface ShownConfig {
  /** The run and what was applied: after a change of either it is read anew. */
  readonly of: string;
  readonly untilMs: number;
  readonly config: Record<string, string> | null;
}
/** To read all settings takes a while, and clients ask every second. */
const shownConfigs = new WeakMap<object, ShownConfig>();
const CONFIG_AGE_MS = 5000;

async function configOf({ service }: Call): Promise<Record<string, string> | null> {
  const row = runAtWork(service);
  const of = JSON.stringify([row?.id, service.facts.read(APPLIED)]);
  const nowMs = service.clock.now();
  const known = shownConfigs.get(service);
  if (known && known.of === of && nowMs < known.untilMs) return known.config;
  const config = await readConfig(service, row);
  shownConfigs.set(service, { of, untilMs: nowMs + CONFIG_AGE_MS, config });
  return config;
}

function runAtWork(service: Service): JobRow | undefined {
  const row = mainRun(service);
  return row && !isEnded(row.state) ? row : undefined;
}

/** Settings in force: those of the run at work, or those that one would start with. */
async function readConfig(service: Service, row: JobRow | undefined): Promise<Record<string, string> | null> {
  const given = row ? settingsOf(row) : new Map<string, string>();
  try {
    const { session } = await service.jobs.resolve({ command: 'run', presets: [], given, isSink: true });
    return environmentOf(session);
  } catch {
    // Settings that are wrong are told when somebody starts with them.
    return null;
  }
}

async function statusOf(call: Call) {
  const { service } = call;
  const row = mainRun(service);
  const job = mainJob(service);
  const isRunning = row !== undefined && !isEnded(row.state);
  const uptime = isRunning && row.startedMs !== null ? uptimeText(service.clock.now() - row.startedMs) : null;
  const { visits } = job?.progress.totals ?? {};
  const rate = job?.progress.rates().visitsPerSecond ?? 0;
  return {
    container: {
      state: containerState(row?.state),
      name: CONTAINER,
      id: row ? String(row.id).padStart(12, '0') : null,
      uptime,
      created: row ? new Date(row.createdMs).toISOString() : null,
      started_at: row && row.startedMs !== null ? new Date(row.startedMs).toISOString() : null,
    },
    config: await configOf(call),
    stats: isRunning
      ? {
          uptime,
          visits_generated: visits ? visits.planned - visits.skipped : 0,
          current_rate: `${rate.toFixed(2)}/sec`,
        }
      : null,
  };
}

function refuseWhileStopping(call: Call): void {
  if (mainRun(call.service)?.state === 'stopping') {
    throw conflict('stopping', 'The run is being stopped', 'Wait until it has ended.');
  }
}

async function stopMain({ service }: Call, timeoutSeconds: number): Promise<boolean> {
  const job = mainJob(service);
  if (!job) return false;
  await job.stop({ signal: 'SIGTERM', timeoutMs: timeoutSeconds * 1000 });
  return true;
}

/**
 * @param done in the words of the answer
 * @param work returns what is said when it has worked
 * @throws Refusal while the run is being stopped
 */
async function attempt(
  call: Call,
  done: 'started' | 'stopped' | 'restarted',
  work: () => Promise<string | { readonly error: string }>,
): Promise<Reply> {
  refuseWhileStopping(call);
  const failed = (text: string) => resultOf(call.service, `Container could not be ${done}: ${text}`, text);
  try {
    const outcome = await work();
    return { json: typeof outcome === 'string' ? resultOf(call.service, outcome) : failed(outcome.error) };
  } catch (error) {
    return { json: failed(errorText(error)) };
  }
}

async function started(call: Call, values: ReadonlyMap<string, string>, message: string) {
  const { service, identity } = call;
  const error = await startMain(service, nameOf(identity), values);
  service.audit.add(identity, 'run.start', `run ${mainRun(service)?.id ?? ''}`);
  return error === undefined ? `${message}; start signal sent` : { error };
}

/** What the three calls that steer the live run have in common. */
function steering(action: 'start' | 'stop' | 'restart', summary: string) {
  return {
    method: 'post',
    path: `/api/${action}`,
    tag: TAG,
    summary,
    role: 'write',
    limit: 10,
    answers,
  } as const;
}

export const controlRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/status',
    tag: TAG,
    summary: 'Show the live run, its settings and its numbers',
    role: 'read',
    limit: 60,
    answers: { 200: { description: 'The live run', schema: status } },
    handle: async (_request, call) => ({ json: await statusOf(call) }),
  }),
  defineRoute({
    ...steering('start', 'Start live traffic, optionally with its own settings'),
    body: startBody,
    handle: ({ body }, call) =>
      attempt(call, 'started', async () => {
        const values = givenSettings(body?.config ?? {});
        if (!mainJob(call.service)) return started(call, values, 'Container started successfully');
        if (body?.restart_if_running !== true) return 'Container is already running; start signal sent';
        await stopMain(call, 10);
        return started(call, values, 'Container restarted successfully');
      }),
  }),
  defineRoute({
    ...steering('stop', 'Stop live traffic: what is in flight finishes'),
    query: timeoutQuery,
    handle: ({ query }, call) =>
      attempt(call, 'stopped', async () => {
        const id = mainRun(call.service)?.id;
        if (!(await stopMain(call, query.timeout))) return 'Container is already stopped';
        call.service.audit.add(call.identity, 'run.stop', `run ${id}`);
        return 'Container stopped successfully';
      }),
  }),
  defineRoute({
    ...steering('restart', 'Stop live traffic and start it again with the same settings'),
    query: timeoutQuery,
    handle: ({ query }, call) =>
      attempt(call, 'restarted', async () => {
        const row = mainRun(call.service);
        await stopMain(call, query.timeout);
        return started(call, row ? settingsOf(row) : new Map(), 'Container restarted successfully');
      }),
  }),
];

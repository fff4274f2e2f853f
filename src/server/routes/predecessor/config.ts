/** Checking and applying settings, and trying a connection, as clients of the earlier control service ask for it. */
import * as z from 'zod';
import { headersOf } from '../../../config/schema/header-lines.ts';
import { type Problem, SettingsError, UserError } from '../../../errors.ts';
import { probeTarget } from '../../../matomo/delivery/probe.ts';
import type { TargetAccess } from '../../../matomo/http/access.ts';
import { readProxySettings } from '../../../matomo/http/proxy.ts';
import { Refusal } from '../../http/refusal.ts';
import { type Call, defineRoute } from '../../http/route.ts';
import type { Service } from '../../service.ts';
import { keepSettings } from '../../settings/kept-settings.ts';
import { filtered, isBackfillName, isSettingName, valuesOf } from '../../settings/names.ts';
import { nameOf } from '../../store/audit.ts';
import { MASKED } from '../../store/secrets.ts';
import { errorText, givenSettings, mainJob, mainRun, resultOf, startMain } from './main-run.ts';

const settings = z.record(z.string().max(200), z.unknown());
/** Below `config`, or bare: there are clients of both kinds. */
const body = settings
  .refine(({ config = {} }) => settings.safeParse(config).success, {
    path: ['config'],
    message: 'Settings by name are needed',
  })
  .transform((given) => settings.safeParse(given.config).data ?? given);

const finding = z.object({ field: z.string(), message: z.string(), severity: z.enum(['error', 'warning']) });
const validation = z.object({ valid: z.boolean(), errors: z.array(finding), warnings: z.array(finding) });

/** Warnings that are about no single field, as clients know them. */
const WARNING_FIELDS: Readonly<Record<string, string>> = {
  'no-stop-condition': 'auto_stop',
  'long-window': 'backfill_window',
};

function isEnabled(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(true|1|yes|on)$/i.test(value));
}

function findingOf(severity: 'error' | 'warning', { code, subject, message }: Problem) {
  const field = WARNING_FIELDS[code] ?? (isSettingName(subject) ? subject.toLowerCase() : '');
  return { field, message, severity };
}

/** Also checks a backfill's settings where the client says that one is meant. */
async function validate(service: Service, config: Readonly<Record<string, unknown>>) {
  const isBackfill = isEnabled(config.backfill_enabled ?? config.BACKFILL_ENABLED);
  const own = givenSettings(config);
  const ofBackfill = filtered(valuesOf(config), (name) => isBackfillName(name) && isSettingName(name));
  try {
    const { session } = await service.jobs.resolve({
      command: isBackfill ? 'backfill' : 'run',
      presets: [],
      given: isBackfill ? new Map([...own, ...ofBackfill]) : own,
      isSink: false,
    });
    return { valid: true, errors: [], warnings: session.warnings.map((one) => findingOf('warning', one)) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { valid: false, errors: error.problems.map((one) => findingOf('error', one)), warnings: [] };
  }
}

const connection = z.object({
  matomo_url: z.string().max(2000),
  site_id: z.coerce.number().int().min(1).default(1),
  token_auth: z.string().max(500).nullish(),
  timeout: z.coerce.number().min(1).max(60).default(10),
});

const connectionResult = z.object({
  success: z.boolean(),
  reachable: z.boolean(),
  status_code: z.int().nullable(),
  response_time_ms: z.number().nullable(),
  error: z.string().nullable(),
  message: z.string(),
});

function endpointOf(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return undefined;
  if (!url.pathname.endsWith('.php')) url.pathname = `${url.pathname.replace(/\/+$/, '')}/matomo.php`;
  return url.href;
}

/** What the service's own settings say of how to get to its Matomo; of another place, nothing: its secrets go nowhere else. */
async function ownAccess({ jobs }: Service, url: string): Promise<Partial<TargetAccess>> {
  try {
    const asked = { command: 'run', presets: [], given: new Map(), isSink: false } as const;
    const { session } = await jobs.resolve(asked);
    const { matomoUrl = '', tokenAuth, tokenIn, headers } = session.settings;
    if (endpointOf(matomoUrl) !== url) return {};
    return { token: tokenAuth, tokenIn, headers: headersOf(headers) };
  } catch (error) {
    if (error instanceof SettingsError) return {};
    throw error;
  }
}

const NOT_REACHED: readonly string[] = ['target-refused', 'target-unknown', 'target-unreachable'];

function failure(error: UserError, timeoutSeconds: number) {
  const isTimeout = error.code === 'target-timeout' || error.code === 'target-silent';
  const isReachable = !isTimeout && !NOT_REACHED.includes(error.code);
  const status = /HTTP (\d{3})/.exec(error.message)?.[1];
  const message = isTimeout
    ? `Connection timed out after ${timeoutSeconds.toFixed(1)}s`
    : isReachable
      ? error.message
      : 'Cannot reach Matomo server (connection refused or DNS error)';
  return {
    success: false,
    reachable: isReachable,
    status_code: status === undefined ? null : Number(status),
    response_time_ms: null,
    error: [error.message, error.hint].filter((text) => text !== undefined).join(' '),
    message,
  };
}

/** Asks as a run does before its first hit: nothing is recorded, no redirect is followed, the token is in the body. */
async function testConnection(service: Service, asked: z.output<typeof connection>) {
  const url = endpointOf(asked.matomo_url);
  if (url === undefined) {
    const message = 'Invalid URL format';
    return {
      success: false,
      reachable: false,
      status_code: null,
      response_time_ms: null,
      error: message,
      message,
    };
  }
  const timeoutMs = asked.timeout * 1000;
  const startMs = service.clock.now();
  try {
    const own = await ownAccess(service, url);
    const { token_auth: typed } = asked;
    await probeTarget({
      ...own,
      url,
      siteId: asked.site_id,
      token: typed && typed !== MASKED ? typed : own.token,
      proxies: readProxySettings(service.host.env),
      oldestSeconds: undefined,
      hasPlaces: false,
      connectTimeoutMs: timeoutMs,
      responseTimeoutMs: timeoutMs,
    });
    const ms = Math.round(service.clock.now() - startMs);
    const message = `Connection successful (HTTP 200, ${ms}ms)`;
    return { success: true, reachable: true, status_code: 200, response_time_ms: ms, error: null, message };
  } catch (error) {
    if (error instanceof UserError) return failure(error, asked.timeout);
    throw error;
  }
}

const applied = z.object({
  success: z.boolean(),
  message: z.string(),
  container_restarted: z.boolean(),
  state: z.string(),
  status: z.string(),
  error: z.string().nullable(),
});

async function apply(call: Call, config: Readonly<Record<string, unknown>>) {
  const { service, identity } = call;
  const checked = await validate(service, { ...config, backfill_enabled: false, BACKFILL_ENABLED: false });
  if (!checked.valid) {
    const text = checked.errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new Refusal(400, `Configuration validation failed: ${text}`, { code: 'invalid-config' });
  }
  const values = givenSettings(config);
  keepSettings(service, values);
  service.audit.add(identity, 'config.apply', 'settings', [...values.keys()].join(', '));
  const job = mainJob(service);
  if (!job) return { ...resultOf(service, 'Configuration applied'), container_restarted: false };
  try {
    await job.stop({ signal: 'SIGTERM' });
    const error = await startMain(service, nameOf(identity), new Map());
    const message = error === undefined ? 'Configuration applied and container restarted' : error;
    return { ...resultOf(service, message, error ?? null), container_restarted: error === undefined };
  } catch (error) {
    const text = errorText(error);
    return { ...resultOf(service, text, text), container_restarted: false };
  }
}

const TAG = 'Settings';

export const configRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/validate',
    tag: TAG,
    summary: 'Check settings, below config or bare; look at valid',
    role: 'read',
    limit: 30,
    body,
    answers: { 200: { description: 'What is wrong', schema: validation } },
    handle: async ({ body: config }, { service }) => ({ json: await validate(service, config) }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/test-connection',
    tag: TAG,
    summary: 'Ask a Matomo whether it would take hits; nothing is recorded',
    role: 'write',
    limit: 20,
    body: connection,
    answers: { 200: { description: 'The result', schema: connectionResult } },
    handle: async ({ body: asked }, { service }) => ({ json: await testConnection(service, asked) }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/config/apply',
    tag: TAG,
    summary: 'Keep settings for every later start, and restart a live run with them',
    description: 'Unknown names and settings of backfills are ignored.',
    role: 'write',
    limit: 10,
    body,
    answers: {
      200: { description: 'The result', schema: applied },
      400: { description: 'A setting is wrong', schema: z.object({ detail: z.string() }) },
    },
    handle: async ({ body: config }, call) => {
      if (mainRun(call.service)?.state === 'stopping') {
        throw new Refusal(409, 'The run is being stopped', {
          code: 'stopping',
          hint: 'Wait until it has ended.',
        });
      }
      return { json: await apply(call, config) };
    },
  }),
];

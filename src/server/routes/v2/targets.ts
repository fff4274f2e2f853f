/** Targets: the Matomos that the settings name, how they get on, and whether each is ready. */
import { z } from '@hono/zod-openapi';
import type { Target } from '../../../config/targets/targets.ts';
import { type Call, defineRoute } from '../../http/route.ts';
import { runCommand } from '../../jobs/process/command.ts';
import { givenValues } from './given.ts';
import { presetNames, settingValues } from './shapes.ts';

const LONGEST_MS = 90_000;

const target = z
  .object({
    name: z.string(),
    url: z.string().nullable(),
    site: z.int(),
    weight: z.number(),
    timezone: z.string(),
    hasToken: z.boolean(),
    /** Numbers of the runs that send to it. */
    runs: z.array(z.int()),
    /** `idle` where nothing sends to it. */
    health: z.enum(['idle', 'good', 'losing', 'down']),
    accepted: z.int(),
    lost: z.int(),
  })
  .openapi('Target');

const finding = z
  .looseObject({ code: z.string(), severity: z.string(), message: z.string() })
  .openapi('Finding');

const request = z
  .strictObject({ preset: presetNames.default([]), settings: settingValues.default({}) })
  .default({ preset: [], settings: {} });

interface Sending {
  readonly runs: number[];
  readonly isDown: boolean;
  readonly accepted: number;
  readonly lost: number;
}

function sendingTo({ service }: Call, url: string | undefined, site: number): Sending {
  const own = service.jobs.atWork.flatMap(({ row, progress }) =>
    progress
      .targets()
      .flatMap((one) => (one.url === url && one.site === site ? [{ id: row.id, ...one }] : [])),
  );
  const sum = (of: (hits: NonNullable<(typeof own)[number]['totals']>['hits']) => number) =>
    own.reduce((all, { totals }) => all + (totals ? of(totals.hits) : 0), 0);
  return {
    runs: own.map(({ id }) => id),
    isDown: own.some(({ activity }) => activity.isTargetDown),
    accepted: sum(({ accepted }) => accepted),
    lost: sum(({ rejected, failed, unknown }) => rejected + failed + unknown),
  };
}

function healthOf({ runs, isDown, lost }: Sending): 'idle' | 'good' | 'losing' | 'down' {
  if (runs.length === 0) return 'idle';
  if (isDown) return 'down';
  return lost > 0 ? 'losing' : 'good';
}

/** What the sites have said: previews and forms go on with it. */
async function keepSites(
  { service: { ledgerRuns, clock } }: Call,
  targets: readonly Target[],
  findings: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  for (const { name, settings } of targets) {
    const own = findings.filter(({ target }) => targets.length === 1 || target === name);
    const siteValueOf = (code: string) => own.find((finding) => finding.code === code)?.siteValue;
    const [timezone, currency] = [siteValueOf('site-timezone'), siteValueOf('site-currency')];
    const { matomoUrl, siteId } = settings;
    if (matomoUrl === undefined || typeof timezone !== 'string' || typeof currency !== 'string') continue;
    await ledgerRuns.keepSite(matomoUrl, siteId, { timezone, currency, askedMs: clock.now() });
  }
}

/** The command line's own check, in a process of its own. */
async function check(call: Call, presets: readonly string[], given: ReadonlyMap<string, string>) {
  const { service, signal } = call;
  const { host, clock, jobs } = service;
  const resolved = await jobs.resolve({ command: 'run', presets, given, isSink: false });
  const work = jobs.workFor(['validate', '--json', '--log-format', 'json'], resolved);
  const { exitCode, records } = await runCommand({ host, clock }, work, LONGEST_MS, signal);
  const findings = records.filter(({ type }) => type === 'finding');
  await keepSites(call, resolved.session.targets, findings);
  return { exitCode, findings };
}

export const targetRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/targets',
    tag: 'Targets',
    summary: "List the service's own targets, and how they get on",
    role: 'read',
    limit: 120,
    answers: {
      200: { description: 'Targets', schema: z.object({ strategy: z.string(), targets: z.array(target) }) },
    },
    handle: async (_request, call) => {
      const { session } = await call.service.jobs.resolve({
        command: 'run',
        presets: [],
        given: new Map(),
        isSink: true,
      });
      const targets = session.targets.map(({ name, weight, settings }) => {
        const sending = sendingTo(call, settings.matomoUrl, settings.siteId);
        const { runs, accepted, lost } = sending;
        return {
          name,
          url: settings.matomoUrl ?? null,
          site: settings.siteId,
          weight,
          timezone: settings.timezone,
          hasToken: settings.tokenAuth !== undefined,
          runs,
          health: healthOf(sending),
          accepted,
          lost,
        };
      });
      return { json: { strategy: session.settings.strategy, targets } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/targets/check',
    tag: 'Targets',
    summary: 'Check settings, connection, site and permissions as validate does; nothing is recorded',
    role: 'write',
    limit: 20,
    body: request,
    answers: {
      200: {
        description: 'Findings; exit code 0 means ready',
        schema: z.object({ exitCode: z.int(), findings: z.array(finding) }),
      },
    },
    handle: async ({ body }, call) => ({
      json: await check(call, body.preset, givenValues(body.settings, false)),
    }),
  }),
];

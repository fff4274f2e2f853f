/** What settings would bring, from the plan itself: nothing is sent. */
import * as z from 'zod';
import { Refusal } from '../../http/refusal.ts';
import { type Call, defineRoute } from '../../http/route.ts';
import { runCommand } from '../../jobs/command.ts';
import type { SettingsRequest } from '../../settings/resolve.ts';
import { givenValues } from './given.ts';
import { presetNames, settingValues } from './shapes.ts';

/** A plan that takes longer is none that somebody waits for. */
const LONGEST_MS = 120_000;

interface Preview {
  readonly total: Readonly<Record<string, unknown>>;
  readonly days: readonly Readonly<Record<string, unknown>>[];
}

/** A dry run in a process of its own. @throws Refusal where the plan cannot be made */
export async function previewOf(
  { service, signal }: Call,
  request: Omit<SettingsRequest, 'base'>,
): Promise<Preview> {
  const { host, clock, jobs } = service;
  const resolved = await jobs.resolve(request);
  const args = [request.command, '--dry-run', '--json', '--log-format', 'json', '--no-progress'];
  const work = jobs.workFor(args, resolved);
  const { exitCode, records, errors } = await runCommand({ host, clock }, work, LONGEST_MS, signal);
  const total = records.find(({ type }) => type === 'total');
  if (exitCode !== 0 || !total) {
    const text = errors.map(({ message }) => String(message)).join(' ') || 'The plan could not be made';
    throw new Refusal(422, text, { code: 'no-preview' });
  }
  return { total, days: records.filter(({ type }) => type === 'day') };
}

export const previewRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v2/previews',
    tag: 'Plan',
    summary: 'Preview a day',
    description: 'Counts of the whole day from the plan itself; nothing is sent.',
    role: 'read',
    limit: 30,
    body: z.strictObject({ preset: presetNames.default([]), settings: settingValues.default({}) }),
    answers: {
      200: {
        description: 'The summary of the day',
        schema: z.object({ total: z.looseObject({}), days: z.array(z.looseObject({})) }),
      },
    },
    handle: async ({ body }, call) => ({
      json: await previewOf(call, {
        command: 'run',
        presets: body.preset,
        given: givenValues(body.settings, false),
        isSink: true,
      }),
    }),
  }),
];

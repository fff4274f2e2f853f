/** Settings: every one with its bounds and help, the values in force with their origins, and what is wrong with some. */
import { z } from '@hono/zod-openapi';
import { plainValueSchema } from '../../../config/schema/reference.ts';
import { GROUPS } from '../../../config/schema/setting.ts';
import { SETTINGS } from '../../../config/schema/settings.ts';
import { yamlText } from '../../../config/schema/value-text.ts';
import { type Problem, SettingsError } from '../../../errors.ts';
import { defineRoute } from '../../http/route.ts';
import { readSettingsFile } from '../../settings/settings-file.ts';
import { givenValues } from './given.ts';
import { presetNames, settingValues } from './shapes.ts';
import { valuesBeside, valuesInForce } from './values-in-force.ts';

const TAG = 'Settings';

const described = z
  .object({
    key: z.string(),
    env: z.string(),
    aliases: z.array(z.string()),
    flag: z.string().nullable(),
    group: z.string(),
    unit: z.string().nullable(),
    allowed: z.string(),
    default: z.unknown(),
    description: z.string(),
    isSecret: z.boolean(),
    commands: z.array(z.string()),
    /** JSON Schema of the value. */
    schema: z.record(z.string(), z.unknown()),
  })
  .openapi('SettingInfo');

const finding = z.object({
  setting: z.string(),
  message: z.string(),
  code: z.string(),
  hint: z.string().nullable(),
  origin: z.string().nullable(),
});

const inForce = z.object({ env: z.string(), value: z.unknown(), origin: z.string() });

const request = z.strictObject({
  command: z.enum(['run', 'backfill']).default('run'),
  preset: presetNames.default([]),
  settings: settingValues.default({}),
  sink: z.boolean().default(true),
});

function findingOf({ subject, message, code, hint, origin }: Problem) {
  return { setting: subject, message, code, hint: hint ?? null, origin: origin ?? null };
}

export const settingRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/settings/schema',
    tag: TAG,
    summary: 'Describe every setting: name, group, unit, bounds, default and help',
    role: 'read',
    limit: 60,
    answers: {
      200: {
        description: 'Settings and their groups, in order',
        schema: z.object({
          groups: z.array(z.object({ key: z.string(), title: z.string() })),
          settings: z.array(described),
        }),
      },
    },
    handle: () => ({
      json: {
        groups: Object.entries(GROUPS).map(([key, title]) => ({ key, title })),
        settings: SETTINGS.map((row) => ({
          key: row.key,
          env: row.env,
          aliases: row.aliases,
          flag: row.flag ?? null,
          group: row.group,
          unit: row.unit ?? null,
          allowed: row.allowed,
          default: row.default ?? null,
          description: row.description,
          isSecret: row.secret,
          commands: row.commands,
          schema: plainValueSchema(row.schema),
        })),
      },
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/settings/resolve',
    tag: TAG,
    summary: 'Show the resulting settings with their origins, or what is wrong with them',
    role: 'read',
    limit: 120,
    body: request.default({ command: 'run', preset: [], settings: {}, sink: true }),
    answers: {
      200: {
        description: 'Values, errors and warnings',
        schema: z.object({
          isValid: z.boolean(),
          /** Of settings that lack something, those values that hold all the same. */
          settings: z.array(inForce),
          /** Names of the settings that a run with a token takes from the site, which is not known yet. */
          assumed: z.array(z.string()),
          errors: z.array(finding),
          warnings: z.array(finding),
          targets: z.array(z.object({ name: z.string(), url: z.string().nullable(), site: z.int() })),
        }),
      },
    },
    handle: async ({ body }, { service }) => {
      const { command, preset: presets, settings, sink: isSink } = body;
      const given = givenValues(settings, command === 'backfill');
      const wanted = { command, presets, given, isSink };
      try {
        const resolved = await service.jobs.resolve(wanted);
        const { session } = resolved;
        const targets = session.targets.map(({ name, settings: own }) => {
          return { name, url: own.matomoUrl ?? null, site: own.siteId };
        });
        const warnings = session.warnings.map(findingOf);
        const values = await valuesInForce(service, wanted, resolved);
        return { json: { isValid: true, ...values, errors: [], warnings, targets } };
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        const errors = error.problems.map(findingOf);
        const values = await valuesBeside(service, wanted, error);
        return { json: { isValid: false, ...values, errors, warnings: [], targets: [] } };
      }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/settings/read',
    tag: TAG,
    summary: 'Read a settings file: what it sets, and what is wrong with it, by line',
    description:
      'The file is .env text, or YAML or JSON by the ending of its name. Nothing is saved. Values of secrets are not answered, and variables of the service do not count.',
    role: 'read',
    limit: 60,
    body: z.strictObject({ name: z.string().trim().min(1).max(200), text: z.string().max(1_000_000) }),
    answers: {
      200: {
        description: 'Values by environment name, and findings',
        schema: z.object({
          settings: z.record(z.string(), z.string()),
          /** Names of the secrets that the file sets. */
          secrets: z.array(z.string()),
          errors: z.array(finding),
          warnings: z.array(finding),
        }),
      },
    },
    handle: ({ body: { name, text } }) => {
      const { settings, secrets, errors, warnings } = readSettingsFile(name, text);
      return {
        json: { settings, secrets, errors: errors.map(findingOf), warnings: warnings.map(findingOf) },
      };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/settings/export',
    tag: TAG,
    summary: 'Write settings as a file for --config, without secrets',
    role: 'read',
    limit: 60,
    query: z.object({ format: z.enum(['env', 'yaml']).default('env') }),
    body: request.default({ command: 'run', preset: [], settings: {}, sink: true }),
    answers: { 200: { description: 'The file', contentType: 'text/plain' } },
    handle: async ({ body, query }, { service }) => {
      const { command, preset, settings, sink } = body;
      const given = givenValues(settings, command === 'backfill');
      const resolved = await service.jobs.resolve({ command, presets: preset, given, isSink: sink });
      if (query.format === 'env') return { text: resolved.text };
      const entries = SETTINGS.flatMap((row) => {
        const value = resolved.session.settings[row.key];
        const isOwn = resolved.origins.get(row.env) !== 'default' && value !== undefined && !row.secret;
        return isOwn ? [{ setting: row, raw: value, origin: '', name: row.env }] : [];
      });
      return { text: yamlText(entries) };
    },
  }),
];

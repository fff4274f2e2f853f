/** The plugins of the service: what they add, and the options that they take, which can be checked and saved. */
import { z } from '@hono/zod-openapi';
import {
  pluginKey,
  readSavedOptions,
  savedOptionsPath,
  savedOptionsText,
} from '../../../config/sources/saved-plugin-options.ts';
import { UserError } from '../../../errors.ts';
import { notFound, Refusal } from '../../http/refusal.ts';
import { type Call, defineRoute } from '../../http/route.ts';
import type { PluginFacts, PluginsQuestion } from '../../planning/questions.ts';

const TAG = 'Plugins';
const record = z.record(z.string(), z.unknown());

const plugin = z
  .object({
    name: z.string(),
    version: z.string(),
    description: z.string().nullable(),
    use: z.string(),
    /** In force. */
    options: record,
    /** Those that the settings give with the plugin, which go before all others. */
    given: record,
    /** Those that were saved for every command. */
    saved: record,
    /** What is wrong with the saved ones. */
    problem: z.string().nullable(),
    /** JSON Schema of the options. */
    schema: record,
    hooks: z.record(z.string(), z.array(z.string())),
  })
  .openapi('Plugin');

const named = z.object({ name: z.string().max(100) });
const body = z.strictObject({ options: record });

async function ask({ service, signal }: Call, unsaved?: PluginsQuestion['unsaved']): Promise<PluginFacts[]> {
  const basis = { presets: [], given: new Map(), base: service.base(), date: undefined };
  const { folder } = service.options;
  const question = { kind: 'plugins', ...basis, folder, ...(unsaved ? { unsaved } : {}) } as const;
  return [...(await service.planner.plugins(question, signal)).plugins];
}

function pluginIn(all: readonly PluginFacts[], name: string): PluginFacts {
  const found = all.find((one) => one.name === name);
  if (!found) throw notFound(`Plugin ${name}`);
  return found;
}

/** Options that would have no effect. @throws Refusal */
function refuseGiven({ name, given }: PluginFacts, options: Readonly<Record<string, unknown>>): void {
  const fixed = Object.keys(options).filter((option) => Object.hasOwn(given, option));
  if (fixed.length === 0) return;
  const message = `${fixed.join(', ')}: the settings of the service give it with the plugin ${name}, which goes before what is saved`;
  throw new Refusal(422, message, {
    code: 'option-given',
    hint: 'Change it in PLUGINS or the settings file of the service, or remove it there and restart.',
    fields: fixed.map((option) => ({ loc: ['body', 'options', option], code: 'option-given', message })),
  });
}

async function save(call: Call, name: string, options: Readonly<Record<string, unknown>>) {
  refuseGiven(pluginIn(await ask(call), name), options);
  const found = pluginIn(await ask(call, { name, options }), name);
  const { host, options: own, audit } = call.service;
  const key = pluginKey(host.cwd, found.use);
  const saved = new Map(readSavedOptions(host, own.folder));
  if (Object.keys(options).length === 0) saved.delete(key);
  else saved.set(key, options);
  host.writeFile(savedOptionsPath(own.folder), savedOptionsText(saved));
  audit.add(call.identity, 'plugin.options', `plugin ${name}`, Object.keys(options).join(', '));
  return found;
}

/** A sentence for each thing that is wrong; none where the plugin can be loaded with the options. */
async function problemsWith(call: Call, name: string, options: Readonly<Record<string, unknown>>) {
  refuseGiven(pluginIn(await ask(call), name), options);
  try {
    await ask(call, { name, options });
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.message];
  }
}

export const pluginRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v2/plugins',
    tag: TAG,
    summary: 'List the plugins of the service',
    description:
      'Those that PLUGINS or the settings file of the service name, with the options in force, their JSON Schema and what they add. A run may set other options: `settings: {"PLUGINS": ["./acme.mjs {\\"share\\": 0.5}"]}`. Other plugins are refused. Visits by behaviour are in the preview of a day.',
    role: 'read',
    limit: 60,
    answers: {
      200: { description: 'Plugins in their order', schema: z.object({ plugins: z.array(plugin) }) },
    },
    handle: async (_request, call) => ({ json: { plugins: await ask(call) } }),
  }),
  defineRoute({
    method: 'put',
    path: '/api/v2/plugins/{name}/options',
    tag: TAG,
    summary: 'Save options of a plugin for every run that starts from now on',
    description:
      'The service and the command line use them, below options that the settings give with the plugin. What is left out has its default again.',
    role: 'write',
    limit: 30,
    params: named,
    body,
    answers: { 200: { description: 'The plugin', schema: plugin } },
    handle: async ({ params, body: { options } }, call) => ({ json: await save(call, params.name, options) }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/plugins/{name}/check',
    tag: TAG,
    summary: 'Say whether a plugin takes options; nothing is saved',
    role: 'read',
    limit: 120,
    params: named,
    body,
    answers: {
      200: {
        description: 'What is wrong',
        schema: z.object({ isValid: z.boolean(), problems: z.array(z.string()) }),
      },
    },
    handle: async ({ params, body: { options } }, call) => {
      const problems = await problemsWith(call, params.name, options);
      return { json: { isValid: problems.length === 0, problems } };
    },
  }),
];

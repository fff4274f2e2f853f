/** From what a client asks for to the settings of a job: the service's own below, then presets, then what was given. */
import { join } from 'node:path';
import { findPreset } from '../../config/presets/presets.ts';
import { splitPlugins } from '../../config/schema/plugin-list.ts';
import type { SettingsCommand } from '../../config/schema/setting.ts';
import { SETTINGS, settingByEnv } from '../../config/schema/settings.ts';
import { envLine } from '../../config/schema/value-text.ts';
import { type Origin, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { filtered, isSecretName, isTargetName, settingsIn, type Values } from './names.ts';
import { refuseOtherPlugins, withPluginsAt } from './plugin-access.ts';
import type { LoadedSession, LoadSession } from './session.ts';

export interface SettingsRequest {
  readonly command: SettingsCommand;
  /** Names; a later one goes before an earlier one. */
  readonly presets: readonly string[];
  /** By environment name, tokens too. */
  readonly given: Values;
  /** What holds where neither presets nor the client say anything. */
  readonly base: Values;
  /** Sends to an embedded endpoint. */
  readonly isSink: boolean;
  /** How long a live run lasts at most. */
  readonly forMs?: number | undefined;
}

export interface Resolved {
  readonly session: LoadedSession;
  /** Every setting that is not the default, as .env text without secrets. */
  readonly text: string;
  /** Tokens and other secrets by environment name. */
  readonly secrets: Values;
  /** By setting, in words that a person understands. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/** The environment without any setting, for a process that gets its settings in another way. */
export function bareEnvironment(env: Host['env']): Record<string, string> {
  const own = settingsIn(env);
  const entries = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || own.has(settingByEnv(name)?.env ?? name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

/** The host as one finds it who has further files and another environment. */
function withFiles(
  host: Host,
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Host {
  return {
    ...host,
    env,
    exists: (path) => Object.hasOwn(files, path) || host.exists(path),
    isDirectory: (path) => !Object.hasOwn(files, path) && host.isDirectory(path),
    readFile: (path) => (Object.hasOwn(files, path) ? Buffer.from(files[path] ?? '') : host.readFile(path)),
  };
}

/** Paths of plugins count from where the service runs, and not from the folder of its data. */
function withAbsolutePlugins(cwd: string, values: Values): Values {
  const texts = splitPlugins(values.get('PLUGINS'));
  if (!Array.isArray(texts)) return values;
  return new Map([...values, ['PLUGINS', withPluginsAt(cwd, texts.map(String)).join('; ')]]);
}

function textOf(values: Values): string {
  return [...values].map(([env, text]) => `${envLine(env, text)}\n`).join('');
}

/** A built-in preset says CET and SEK without knowing the site: what the service was told about it goes before. */
function outranksPresets(env: string, request: SettingsRequest, host: Host): boolean {
  if (!isTargetName(env)) return false;
  return request.presets.every((name) => findPreset(host, name)?.isBuiltIn === true);
}

/** A file that holds a secret counts where the secret itself is not given. */
const SECRET_FILES = ['MATOMO_TOKEN_AUTH_FILE', 'MATOMO_HEADERS_FILE'];

/** Every setting whose value is not the default, as it came out. */
function frozenText(
  host: Host,
  { settings }: LoadedSession,
  { command, given, base }: SettingsRequest,
): string {
  const isGiven = (env: string) => base.has(env) || given.has(env);
  const rows = SETTINGS.filter(({ secret, commands, env }) => {
    const isReplaced = SECRET_FILES.includes(env) && isGiven(env.replace(/_FILE$/, ''));
    return !secret && commands.includes(command) && !isReplaced;
  });
  const plain = rows.flatMap((row) => {
    // The text is kept in another folder.
    const value = row.key === 'plugins' ? withPluginsAt(host.cwd, settings.plugins) : settings[row.key];
    const isDefault = JSON.stringify(value) === JSON.stringify(row.default);
    return value === undefined || isDefault ? [] : [`${envLine(row.env, value)}\n`];
  });
  const ofTargets = filtered(
    new Map([...base, ...given]),
    (env) => settingByEnv(env) === undefined && !isSecretName(env),
  );
  return plain.join('') + textOf(ofTargets);
}

/** The files are on no disk: problems name who said what is wrong. */
async function withNames(
  read: () => LoadedSession | Promise<LoadedSession>,
  basePath: string,
  givenPath: string,
): Promise<LoadedSession> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const inWords = (text: string) =>
      text
        .replaceAll(`preset ${basePath}`, 'settings of the service')
        .replace(/ line \d+/g, (line) => (text.includes(givenPath) ? '' : line))
        .replaceAll(givenPath, 'this request');
    throw new SettingsError(
      error.problems.map((problem) => ({
        ...problem,
        message: inWords(problem.message),
        ...(problem.origin === undefined ? {} : { origin: inWords(problem.origin) }),
      })),
    );
  }
}

/** @throws SettingsError with everything that is wrong */
export async function resolveSettings(
  host: Host,
  load: LoadSession,
  folder: string,
  request: SettingsRequest,
  nowMs: number,
): Promise<Resolved> {
  const { command, presets, given, base, isSink, forMs } = request;
  const all = new Map([...base, ...given]);
  const secrets = filtered(all, isSecretName);
  const isOver = (env: string) => isTargetName(env) || outranksPresets(env, request, host);
  const below = filtered(base, (env) => !isSecretName(env) && !isTargetName(env));
  const above = filtered(new Map([...filtered(base, isOver), ...given]), (env) => !isSecretName(env));
  const files = {
    [join(folder, 'base.env')]: textOf(below),
    [join(folder, 'given.env')]: textOf(withAbsolutePlugins(host.cwd, above)),
  };
  const [basePath = '', givenPath = ''] = Object.keys(files);
  const env = { ...bareEnvironment(host.env), ...Object.fromEntries(secrets) };
  const read = () =>
    load(withFiles(host, files, env), command, {
      preset: [basePath, ...presets],
      config: givenPath,
      sink: isSink,
      ...(forMs === undefined ? {} : { for: forMs }),
      nowMs,
    });
  const session = await withNames(read, basePath, givenPath);
  // As of a live run, which needs nothing more than this: a backfill would miss its days.
  await refuseOtherPlugins(host, session, (files) =>
    load(withFiles(host, files, bareEnvironment(host.env)), 'run', {
      preset: [],
      config: Object.keys(files)[0] ?? '',
      sink: true,
      for: 1000,
      nowMs,
    }),
  );
  const shown = (origin: Origin, name: string): Origin => {
    if (origin.includes(basePath)) return 'service';
    if (!origin.includes(givenPath)) return origin.startsWith('environment ') ? 'service' : origin;
    return given.has(name) ? 'request' : 'service';
  };
  return {
    session,
    text: frozenText(host, session, request),
    secrets,
    origins: new Map(
      [...session.origins].map(([key, origin]) => {
        const env = SETTINGS.find((row) => row.key === key)?.env ?? key;
        return [env, shown(origin, env)];
      }),
    ),
  };
}

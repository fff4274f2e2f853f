/** Merges defaults, presets, config file, environment and flags into the settings in force. */
import { dirname, isAbsolute, join } from 'node:path';
import { type Origin, type Problem, SettingsError } from '../errors.ts';
import type { Host } from '../host.ts';
import { crossChecks, type Situation } from './checks.ts';
import { readEnvText } from './env-file.ts';
import { readEnvironment } from './environment.ts';
import { guardrails } from './guardrails.ts';
import type { Entry, Layer } from './layer.ts';
import { readPreset } from './presets.ts';
import type { SettingsCommand } from './setting.ts';
import { SETTINGS, type SettingKey, type Settings, settingsSchema } from './settings.ts';
import { readTextFile } from './text-files.ts';
import { withToken } from './token-file.ts';
import { shown } from './wording.ts';
import { readYamlText } from './yaml-file.ts';

export interface LoadRequest {
  readonly host: Host;
  readonly command: SettingsCommand;
  /** Names or paths; a later one goes before an earlier one. */
  readonly presets?: readonly string[] | undefined;
  readonly configPath?: string | undefined;
  readonly flags?: Readonly<Partial<Record<SettingKey, string | boolean | undefined>>> | undefined;
  /** True: the traffic goes to the embedded endpoint, so that no URL is needed. */
  readonly sink: boolean;
  /** True: an end time was given outside of the settings. */
  readonly hasEndTime?: boolean | undefined;
  readonly nowMs: number;
  /** Problems of what the settings name, such as files; told together with those of the settings. */
  readonly alsoCheck?: (settings: Settings) => readonly Problem[];
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** One for every setting, `default` where nothing sets it. */
  readonly origins: ReadonlyMap<SettingKey, Origin>;
  readonly warnings: readonly Problem[];
}

/** What a preset must not decide: it would send somebody's traffic somewhere else. */
const TARGET_KEYS: readonly SettingKey[] = ['matomoUrl', 'siteId', 'tokenAuth', 'tokenAuthFile'];

/** Files that a preset brings along lie beside it. */
const FILE_KEYS: readonly SettingKey[] = ['urlsFile', 'eventsFile', 'catalogueFile', 'funnelConfigPath'];

function besidePreset(entry: Entry, presetPath: string): Entry {
  const isFile = FILE_KEYS.includes(entry.setting.key) && typeof entry.raw === 'string';
  if (!isFile || entry.raw === '' || isAbsolute(String(entry.raw))) return entry;
  return { ...entry, raw: join(dirname(presetPath), String(entry.raw)) };
}

/** A layer that cannot be read at all has problems only. */
function readLayer(read: () => Layer): Layer {
  try {
    return read();
  } catch (error) {
    if (error instanceof SettingsError) return { entries: [], problems: error.problems, warnings: [] };
    throw error;
  }
}

function readFileText(host: Host, path: string, text: string, originOf: (line: number) => Origin): Layer {
  return /\.(ya?ml|json)$/i.test(path)
    ? readYamlText(text, path, host.env, originOf)
    : readEnvText(text, path, originOf);
}

function readPresetLayer(host: Host, name: string): Layer {
  const preset = readPreset(host, name);
  const origin = `preset ${name}`;
  const layer = readFileText(host, preset.path, preset.text, () => origin);
  const forbidden = layer.entries.filter(({ setting }) => TARGET_KEYS.includes(setting.key));
  const problems = forbidden.map(({ setting }) => ({
    code: 'target-in-preset',
    subject: setting.env,
    message: `A preset must not set URL, site or token, but ${origin} sets ${setting.env}.`,
    origin,
  }));
  return {
    ...layer,
    entries: layer.entries
      .filter((entry) => !forbidden.includes(entry))
      .map((entry) => besidePreset(entry, preset.path)),
    problems: [...layer.problems, ...problems],
  };
}

function readConfigFile(host: Host, path: string): Layer {
  const text = readTextFile(host, path, '--config');
  return readFileText(host, path, text, (line) => `${path} line ${line}`);
}

function readFlags(flags: LoadRequest['flags']): Layer {
  const entries = SETTINGS.flatMap((setting): Entry[] => {
    const raw = flags?.[setting.key];
    if (raw === undefined || setting.flag === undefined) return [];
    return [{ setting, raw, origin: setting.flag, name: setting.flag }];
  });
  return { entries, problems: [], warnings: [] };
}

/** In rising order. */
function readLayers({ host, presets, configPath, flags }: LoadRequest): Layer[] {
  return [
    ...(presets ?? []).map((name) => readLayer(() => readPresetLayer(host, name))),
    ...(configPath === undefined ? [] : [readLayer(() => readConfigFile(host, configPath))]),
    readEnvironment(host.env),
    readFlags(flags),
  ];
}

function valueProblem({ setting, raw, origin, name }: Entry, reason: string | undefined): Problem {
  const alias = setting.aliases.includes(name) ? `${name} (${setting.env})` : setting.env;
  const because = reason === undefined ? '' : `: ${reason}`;
  const message = `${alias} must be ${setting.allowed}, but is ${shown(raw, setting.secret)} (${origin})${because}.`;
  return { code: 'invalid-value', subject: setting.env, message, origin };
}

/** The entries that are right on their own, and problems of the others. */
function sortOut(winners: ReadonlyMap<SettingKey, Entry>) {
  const raws: Record<string, unknown> = {};
  const failed = new Set<SettingKey>();
  const problems: Problem[] = [];
  for (const [key, entry] of winners) {
    const parsed = entry.setting.schema.safeParse(entry.raw);
    if (parsed.success) {
      raws[key] = entry.raw;
      continue;
    }
    failed.add(key);
    const reason = parsed.error.issues.find((issue) => issue.code === 'custom')?.message;
    problems.push(valueProblem(entry, reason));
  }
  return { settings: settingsSchema.parse(raws), failed, problems };
}

/** Throws a `SettingsError` with all problems at once. */
export function loadSettings(request: LoadRequest): LoadedSettings {
  const layers = readLayers(request);
  const token = withToken(request.host, layers);
  const { settings, failed, problems } = sortOut(token.winners);
  const originOf = (key: SettingKey): Origin => token.winners.get(key)?.origin ?? 'default';
  const situation: Situation = {
    settings,
    command: request.command,
    isSink: request.sink,
    hasEndTime: request.hasEndTime ?? false,
    nowMs: request.nowMs,
    originOf,
    failed,
  };
  const all = [
    ...layers.flatMap((layer) => layer.problems),
    ...token.problems,
    ...problems,
    ...crossChecks(situation),
    ...(request.alsoCheck?.(settings) ?? []),
  ];
  if (all.length > 0) throw new SettingsError(all);
  return {
    settings,
    origins: new Map(SETTINGS.map(({ key }) => [key, originOf(key)])),
    warnings: [...layers.flatMap((layer) => layer.warnings), ...guardrails(situation)],
  };
}

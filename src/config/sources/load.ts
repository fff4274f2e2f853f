/** Merges defaults, presets, config file, environment and flags into the settings in force. */
import { type Origin, type Problem, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { readPresetLayer, readSettingsText } from '../presets/preset-layer.ts';
import { crossChecks, type SettingsContext } from '../rules/checks.ts';
import { guardrails } from '../rules/guardrails.ts';
import { shown } from '../schema/problem-text.ts';
import type { SettingsCommand } from '../schema/setting.ts';
import { SETTINGS, type SettingKey, type Settings, settingsSchema } from '../schema/settings.ts';
import { type Target, targetsOf } from '../targets/targets.ts';
import { readEnvironment } from './environment.ts';
import { type Entry, type Layer, notUtf8Problems } from './layer.ts';
import { readSavedFiles } from './saved-files.ts';
import { winnersOf } from './secret-files.ts';
import { readTextFile } from './text-files.ts';

export interface LoadRequest {
  readonly host: Host;
  readonly command: SettingsCommand;
  /** Names or paths; a later one goes before an earlier one. */
  readonly presets?: readonly string[] | undefined;
  readonly configPath?: string | undefined;
  readonly flags?:
    | Readonly<Partial<Record<SettingKey, string | boolean | readonly string[] | undefined>>>
    | undefined;
  /** True: the traffic goes to the embedded endpoint, so that no URL is needed. */
  readonly sink: boolean;
  /** True: an end time was given outside of the settings. */
  readonly hasEndTime?: boolean | undefined;
  readonly nowMs: number;
  /** The user's state folder, where lists for every command may be saved. */
  readonly savedFolder?: string | undefined;
  /** Problems of what the settings name, such as files; told together with those of the settings. */
  readonly alsoCheck?: (settings: Settings) => readonly Problem[];
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** Where the traffic goes: at least one. */
  readonly targets: readonly Target[];
  /** One for every setting, `default` where nothing sets it. */
  readonly origins: ReadonlyMap<SettingKey, Origin>;
  readonly warnings: readonly Problem[];
}

/** A layer that cannot be read at all has problems only. */
function readLayer(read: () => Layer): Layer {
  try {
    return read();
  } catch (error) {
    if (error instanceof SettingsError)
      return { entries: [], targets: [], problems: error.problems, warnings: [] };
    throw error;
  }
}

function readConfigFile(host: Host, path: string): Layer {
  const text = readTextFile(host, path, '--config');
  return readSettingsText(host, path, text, (line) => `${path} line ${line}`);
}

function readFlags(flags: LoadRequest['flags']): Layer {
  const entries = SETTINGS.flatMap((setting): Entry[] => {
    const raw = flags?.[setting.key];
    if (raw === undefined || setting.flag === undefined) return [];
    return [{ setting, raw, origin: setting.flag, name: setting.flag }];
  });
  return { entries, targets: [], problems: notUtf8Problems(entries), warnings: [] };
}

/** In rising order. */
function readLayers({ host, presets, configPath, flags, savedFolder }: LoadRequest): Layer[] {
  return [
    ...(savedFolder === undefined ? [] : [readSavedFiles(host, savedFolder)]),
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
    const reasons = parsed.error.issues.filter((issue) => issue.code === 'custom');
    problems.push(valueProblem(entry, reasons.map(({ message }) => message).join('; ') || undefined));
  }
  return { settings: settingsSchema.parse(raws), failed, problems };
}

/** What holds for several targets is told once. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}

/** Throws a `SettingsError` with all problems at once. */
export function loadSettings(request: LoadRequest): LoadedSettings {
  const layers = readLayers(request);
  const { winners, problems: winnerProblems } = winnersOf(request.host, layers);
  const { settings, failed, problems } = sortOut(winners);
  const originOf = (key: SettingKey): Origin => winners.get(key)?.origin ?? 'default';
  const { targets, problems: targetProblems } = targetsOf(
    request.host,
    layers,
    settings,
    originOf('matomoUrl'),
  );
  const contextOf = (target: Target): SettingsContext => ({
    target: target.name,
    settings: target.settings,
    command: request.command,
    isSink: request.sink,
    hasEndTime: request.hasEndTime ?? false,
    nowMs: request.nowMs,
    originOf,
    failed,
  });
  const contexts = targets.map(contextOf);
  const all = [
    ...layers.flatMap((layer) => layer.problems),
    ...winnerProblems,
    ...problems,
    ...targetProblems,
    ...distinct(contexts.flatMap(crossChecks)),
    ...(request.alsoCheck?.(settings) ?? []),
  ];
  if (all.length > 0) throw new SettingsError(all);
  return {
    settings,
    targets,
    origins: new Map(SETTINGS.map(({ key }) => [key, originOf(key)])),
    warnings: [...layers.flatMap((layer) => layer.warnings), ...distinct(contexts.flatMap(guardrails))],
  };
}

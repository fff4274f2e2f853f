/** Merges defaults, presets, config file, environment and flags into the settings in force. */
import { dirname } from 'node:path';
import { type Origin, type Problem, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { readPresetLayer, readSettingsText } from '../presets/preset-layer.ts';
import { crossChecks, type SettingsContext } from '../rules/checks.ts';
import { guardrails } from '../rules/guardrails.ts';
import { WINDOW_KEYS } from '../rules/window.ts';
import { pluginBeside, splitPlugins } from '../schema/plugin-list.ts';
import type { SettingsCommand } from '../schema/setting.ts';
import { SETTINGS, type SettingKey, type Settings, settingOf, settingsSchema } from '../schema/settings.ts';
import { type SettingsRecord, settingsOfRecord } from '../schema/settings-record.ts';
import { ONLY_TARGET, SITE_KEYS, type SiteValues, type Target, targetsOf } from '../targets/targets.ts';
import { readEnvironment } from './environment.ts';
import { frozenOrigins } from './frozen-settings.ts';
import { type Entry, type Layer, notUtf8Problems, valueProblem } from './layer.ts';
import { findProjectFile } from './project-file.ts';
import { readSavedFiles } from './saved-files.ts';
import { readSavedOptions, withSavedOptions } from './saved-plugin-options.ts';
import { winnersOf } from './secret-files.ts';
import { fileName, readTextFile } from './text-files.ts';

export interface LoadRequest {
  readonly host: Host;
  readonly command: SettingsCommand;
  /** Names or paths; a later one goes before an earlier one. */
  readonly presets?: readonly string[] | undefined;
  readonly configPath?: string | undefined;
  /** False: the settings file of the current folder is left alone. */
  readonly hasProjectFile?: boolean | undefined;
  /** A run whose settings count in the place of those of presets, files and environment; only secrets come from there. */
  readonly run?: RecordedRun | undefined;
  readonly flags?:
    | Readonly<Partial<Record<SettingKey, string | boolean | readonly string[] | undefined>>>
    | undefined;
  /** True: the traffic goes to the embedded endpoint, so that no URL is needed. */
  readonly sink: boolean;
  /** True: an end time was given outside of the settings. */
  readonly hasEndTime?: boolean | undefined;
  /** True: the run is left to workers. */
  readonly isDetached?: boolean | undefined;
  readonly nowMs: number;
  /** The user's state folder, where lists for every command may be saved. */
  readonly savedFolder?: string | undefined;
  /** True: the sites are still to be asked, so that what depends on their timezones is not judged. */
  readonly isFirstPass?: boolean | undefined;
  /** What the sites say of themselves, by the targets' names. */
  readonly siteValues?: ReadonlyMap<string, SiteValues> | undefined;
  /** Problems of what the settings name, such as files; told together with those of the settings. */
  readonly alsoCheck?: (settings: Settings) => readonly Problem[];
}

/** What the ledger has of a run. */
export interface RecordedRun {
  readonly id: number;
  readonly settings: SettingsRecord;
  /** Its days; null for a live run. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** Where the traffic goes: at least one. */
  readonly targets: readonly Target[];
  /** One for every setting, `default` where nothing sets it. */
  readonly origins: ReadonlyMap<SettingKey, Origin>;
  readonly warnings: readonly Problem[];
  /** Name of the settings file of the current folder, where it was used. */
  readonly projectFile: string | undefined;
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

/** What an unread file would have set is not missing. */
function withoutConsequences(problems: readonly Problem[]): readonly Problem[] {
  const isUnread = problems.some(({ code, subject }) => code === 'unreadable-file' && subject === '--config');
  return isUnread ? problems.filter(({ code }) => code !== 'missing-url') : problems;
}

function readConfigFile(host: Host, path: string): Layer {
  const text = readTextFile(host, path, '--config');
  const layer = readSettingsText(host, path, text, (line) => `${fileName(path)} line ${line}`);
  const named = frozenOrigins(text);
  const entries = layer.entries.map((entry) => {
    const { origin } = entry;
    return besideFile({ ...entry, origin: named.get(entry.setting.env) ?? origin }, path);
  });
  return { ...layer, entries };
}

/** Modules of plugins lie beside the settings file that names them. */
function besideFile(entry: Entry, path: string): Entry {
  if (entry.setting.key !== 'plugins') return entry;
  const texts = splitPlugins(entry.raw);
  return {
    ...entry,
    raw: Array.isArray(texts) ? texts.map((text) => pluginBeside(text, dirname(path))) : texts,
  };
}

function readFlags(flags: LoadRequest['flags']): Layer {
  const entries = SETTINGS.flatMap((setting): Entry[] => {
    const raw = flags?.[setting.key];
    if (raw === undefined || setting.flag === undefined) return [];
    return [{ setting, raw, origin: setting.flag, name: setting.flag }];
  });
  return { entries, targets: [], problems: notUtf8Problems(entries), warnings: [] };
}

const SECRET_FILE_KEYS: readonly SettingKey[] = ['tokenAuthFile', 'headersFile'];

/** Secrets are not kept with a run; the names of their files are, and count where nothing else names a secret. */
function layersOfRun(lower: readonly Layer[], { id, settings, from, to }: RecordedRun): Layer[] {
  const origin = `run ${id}`;
  const entries = settingsOfRecord(settings)
    .filter(({ setting }) => !WINDOW_KEYS.includes(setting.key) || setting.key === 'timezone')
    .map(({ setting, text }): Entry => ({ setting, raw: text, origin, name: setting.env }));
  const days = (
    [
      ['backfillStartDate', from],
      ['backfillEndDate', to],
    ] as const
  ).flatMap(([key, date]): Entry[] =>
    date === null ? [] : [{ setting: settingOf(key), raw: date, origin, name: settingOf(key).env }],
  );
  const isSecretFile = ({ setting }: Entry) => SECRET_FILE_KEYS.includes(setting.key);
  const layerOf = (of: readonly Entry[]): Layer => ({ entries: of, targets: [], problems: [], warnings: [] });
  return [
    layerOf(entries.filter(isSecretFile)),
    ...lower.map((layer) => ({
      ...layer,
      entries: layer.entries.filter((entry) => entry.setting.secret || isSecretFile(entry)),
    })),
    layerOf([...entries.filter((entry) => !isSecretFile(entry)), ...days]),
  ];
}

/** In rising order. */
function readLayers(
  { host, presets, configPath, flags, run, savedFolder }: LoadRequest,
  projectFile?: string,
): Layer[] {
  const lower = [
    ...(savedFolder === undefined ? [] : [readSavedFiles(host, savedFolder)]),
    ...(presets ?? []).map((name) => readLayer(() => readPresetLayer(host, name))),
    ...[projectFile, configPath].flatMap((path) =>
      path === undefined ? [] : [readLayer(() => readConfigFile(host, path))],
    ),
    readEnvironment(host.env),
  ];
  return [...(run === undefined ? lower : layersOfRun(lower, run)), readFlags(flags)];
}

/** The entries that are right on their own, and problems of the others. */
function sortOut(winners: ReadonlyMap<SettingKey, Entry>) {
  const raws: Record<string, unknown> = {};
  const failed = new Set<SettingKey>();
  const problems: Problem[] = [];
  for (const [key, entry] of winners) {
    const problem = valueProblem(entry);
    if (problem === undefined) {
      raws[key] = entry.raw;
      continue;
    }
    failed.add(key);
    problems.push(problem);
  }
  return { settings: settingsSchema.parse(raws), failed, problems };
}

/** What holds for several targets is told once. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}

/** What the sources say of one setting, as they write it, whatever is wrong with the others. */
export function givenValue(request: LoadRequest, key: SettingKey): unknown {
  return winnersOf(request.host, readLayers(request)).winners.get(key)?.raw;
}

/** A run that goes on has the options that it began with. */
function withOptions({ host, savedFolder, run }: LoadRequest, settings: Settings): Settings {
  if (savedFolder === undefined || run !== undefined || settings.plugins.length === 0) return settings;
  const saved = readSavedOptions(host, savedFolder);
  return { ...settings, plugins: withSavedOptions(host.cwd, settings.plugins, saved) };
}

/** Throws a `SettingsError` with all problems at once. */
export function loadSettings(request: LoadRequest): LoadedSettings {
  const projectFile = request.hasProjectFile === false ? undefined : findProjectFile(request.host);
  const layers = readLayers(request, projectFile);
  const { winners, problems: winnerProblems } = winnersOf(request.host, layers);
  const { settings: given, failed, problems } = sortOut(winners);
  const settings = withOptions(request, given);
  const originOf = (key: SettingKey): Origin => winners.get(key)?.origin ?? 'default';
  const open = SITE_KEYS.filter((key) => {
    const winner = winners.get(key);
    return winner === undefined || winner.isBuiltIn === true;
  });
  const { targets, problems: targetProblems } = targetsOf(request.host, layers, {
    base: settings,
    open,
    urlOrigin: originOf('matomoUrl'),
    siteValues: request.siteValues ?? new Map(),
  });
  const contextOf = (target: Target): SettingsContext => ({
    target: target.name,
    settings: target.settings,
    command: request.command,
    isSink: request.sink,
    hasEndTime: request.hasEndTime ?? false,
    isDetached: request.isDetached ?? false,
    nowMs: request.nowMs,
    isTimezoneOpen: request.isFirstPass === true && target.open.includes('timezone'),
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
  if (all.length > 0) throw new SettingsError(withoutConsequences(all));
  // A target without a name has no other settings than those of all.
  const [only] = targets.filter(({ name }) => name === ONLY_TARGET);
  const taken = SITE_KEYS.filter((key) => only && only.settings[key] !== settings[key]);
  const hasSavedOptions = settings.plugins.some((text, i) => text !== given.plugins[i]);
  const ownOriginOf = (key: SettingKey) => {
    if (key === 'plugins' && hasSavedOptions) return `${originOf(key)}, saved plugins.json`;
    return taken.some((own) => own === key) ? `site ${settings.siteId} in Matomo` : originOf(key);
  };
  return {
    settings: only?.settings ?? settings,
    targets,
    origins: new Map(SETTINGS.map(({ key }) => [key, ownOriginOf(key)])),
    projectFile,
    warnings: [...layers.flatMap((layer) => layer.warnings), ...distinct(contexts.flatMap(guardrails))],
  };
}

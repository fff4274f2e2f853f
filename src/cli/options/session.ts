/** Settings and the files that they name, read and checked together, for the commands that plan traffic. */
import { loadCatalogue } from '../../config/files/catalogue.ts';
import { parseEvents } from '../../config/files/events.ts';
import { loadJourneys, withoutUnwanted } from '../../config/files/journeys.ts';
import { loadPages } from '../../config/files/urls.ts';
import type { TrafficFiles } from '../../config/rules/traffic-settings.ts';
import { trafficWarnings } from '../../config/rules/traffic-warnings.ts';
import type { SettingsCommand } from '../../config/schema/setting.ts';
import type { Settings } from '../../config/schema/settings.ts';
import { type LoadedSettings, type LoadRequest, loadSettings } from '../../config/sources/load.ts';
import { fileName, isUsersFile, readTextFile } from '../../config/sources/text-files.ts';
import builtInEvents from '../../data/events.json' with { type: 'json' };
import { type Problem, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { stateDir } from '../../ledger/state-dir.ts';
import type { LoadedPlugins } from '../../plugin/load.ts';
import type { EventCatalogue } from '../../types/content/content.ts';
import type { Shard } from '../../types/shard.ts';
import { onOwnSite } from './own-site.ts';
import { settingFlags } from './setting-options.ts';

/** Options that all commands with settings share, as commander gives them. */
export interface SettingsOptions extends Readonly<Record<string, unknown>> {
  readonly preset?: readonly string[];
  /** False: not even the settings file of the current folder is used. */
  readonly config?: string | false;
  /** False: the command plans no visits, so that pages at an address need not be fetched. */
  readonly pages?: boolean;
  readonly sink?: boolean;
  readonly dryRun?: boolean;
  /** In ms. */
  readonly for?: number;
  readonly detach?: boolean;
  /** In ms. */
  readonly gracefulStop?: number;
  readonly shard?: Shard;
}

export interface Session extends LoadedSettings {
  readonly files: TrafficFiles;
  /** Once they are loaded; undefined without any. */
  readonly plugins?: LoadedPlugins | undefined;
  readonly shard: Shard;
  /** Of `--for`. */
  readonly forMs: number | undefined;
  readonly gracefulStopMs: number;
}

/** Visits under way get so much time when arrivals end, unless something else is asked for. */
export const GRACEFUL_STOP_MS = 30_000;

const WHOLE: Shard = { index: 1, count: 1 };

/** Carries out several readings, so that what is wrong with any of them can be told at once. */
function createReadings() {
  const problems: Problem[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  return { problems, attempt };
}
type Attempt = ReturnType<typeof createReadings>['attempt'];

function loadEvents(host: Host, path: string | undefined): EventCatalogue {
  return path === undefined
    ? parseEvents(JSON.stringify(builtInEvents), 'the built-in events')
    : parseEvents(readTextFile(host, path, 'EVENTS_FILE'), fileName(path));
}

function loadFiles(
  host: Host,
  settings: Settings,
  attempt: Attempt,
  needsPages: boolean,
): TrafficFiles | undefined {
  const pages = attempt(() => loadPages(host, needsPages ? settings.urlsFile : undefined));
  const events = attempt(() => loadEvents(host, settings.eventsFile));
  const loaded = attempt(() => loadJourneys(host, settings.funnelConfigPath));
  const catalogue = attempt(() => loadCatalogue(host, settings.catalogueFile));
  if (!(pages && events && loaded && catalogue)) return undefined;
  const { hasOwnFunnels, ...all } = loaded;
  const journeys = hasOwnFunnels ? all : { ...all, funnels: withoutUnwanted(all.funnels, settings) };
  const own = { hasOwnPages: isUsersFile(host, settings.urlsFile), hasOwnFunnels };
  return onOwnSite({ pages, events, journeys, catalogue }, own);
}

/** Where settings come from, by the options of every command that has any. */
export function sourcesOf({
  preset,
  config,
}: SettingsOptions): Pick<LoadRequest, 'presets' | 'configPath' | 'hasProjectFile'> {
  return {
    presets: preset ?? [],
    configPath: config === false ? undefined : config,
    hasProjectFile: config !== false,
  };
}

/**
 * @param more what the command knows of the sites, or of a run that it continues; and the files that were read before,
 * with the same settings but for those that are the sites'
 */
export function loadSession(
  host: Host,
  command: SettingsCommand,
  options: SettingsOptions,
  nowMs: number,
  {
    files,
    ...more
  }: Pick<LoadRequest, 'isFirstPass' | 'siteValues' | 'run'> & Partial<Pick<Session, 'files'>> = {},
): Session {
  const { problems, attempt } = createReadings();
  const read: { files?: TrafficFiles | undefined } = {};
  const loaded = loadSettings({
    host,
    command,
    ...sourcesOf(options),
    ...more,
    flags: settingFlags(options, command),
    sink: options.sink === true,
    hasEndTime: options.for !== undefined || options.dryRun === true,
    isDetached: options.detach === true,
    nowMs,
    savedFolder: stateDir(host),
    alsoCheck: (settings) => {
      read.files = files ?? loadFiles(host, settings, attempt, options.pages !== false);
      return problems;
    },
  });
  if (!read.files) throw new SettingsError(problems);
  const warnings = [...loaded.warnings, ...trafficWarnings(loaded.settings, read.files)];
  return {
    ...loaded,
    warnings,
    files: read.files,
    shard: options.shard ?? WHOLE,
    forMs: options.for,
    gracefulStopMs: options.gracefulStop ?? GRACEFUL_STOP_MS,
  };
}

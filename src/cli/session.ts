/** Settings and the files that they name, read and checked together, for the commands that plan traffic. */
import { loadCatalogue } from '../config/catalogue.ts';
import { parseEvents } from '../config/events.ts';
import { loadJourneys } from '../config/journeys.ts';
import { type LoadedSettings, loadSettings } from '../config/load.ts';
import type { SettingsCommand } from '../config/setting.ts';
import { readTextFile } from '../config/text-files.ts';
import type { TrafficFiles } from '../config/traffic.ts';
import { loadPages } from '../config/urls.ts';
import builtInEvents from '../data/events.json' with { type: 'json' };
import { type Problem, SettingsError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { EventCatalogue } from '../types.ts';
import { settingFlags } from './setting-options.ts';

/** Options that all commands with settings share, as commander gives them. */
export interface SettingsOptions extends Readonly<Record<string, unknown>> {
  readonly preset?: readonly string[];
  readonly config?: string;
  readonly sink?: boolean;
  readonly for?: string;
}

export interface Session extends LoadedSettings {
  readonly files: TrafficFiles;
}

function loadEvents(host: Host, path: string | undefined): EventCatalogue {
  return path === undefined
    ? parseEvents(JSON.stringify(builtInEvents), 'the built-in events')
    : parseEvents(readTextFile(host, path, 'EVENTS_FILE'), path);
}

export function loadSession(
  host: Host,
  command: SettingsCommand,
  options: SettingsOptions,
  nowMs: number,
): Session {
  const loaded = loadSettings({
    host,
    command,
    presets: options.preset ?? [],
    configPath: options.config,
    flags: settingFlags(options, command),
    sink: options.sink === true,
    hasEndTime: options.for !== undefined,
    nowMs,
  });
  return { ...loaded, files: loadFiles(host, loaded) };
}

function loadFiles(host: Host, { settings }: LoadedSettings): TrafficFiles {
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
  const pages = attempt(() => loadPages(host, settings.urlsFile));
  const events = attempt(() => loadEvents(host, settings.eventsFile));
  const journeys = attempt(() => loadJourneys(host, settings.funnelConfigPath));
  const catalogue = attempt(() => loadCatalogue(host, settings.catalogueFile));
  if (!pages || !events || !journeys || !catalogue) throw new SettingsError(problems);
  return { pages, events, journeys, catalogue };
}

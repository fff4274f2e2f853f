/** Settings of all commands together, from the sources and flags of one command line. */
import type { Command } from 'commander';
import {
  givenValue,
  type LoadedSettings,
  type LoadRequest,
  loadSettings,
} from '../../config/sources/load.ts';
import { stateDir } from '../../ledger/state-dir.ts';
import type { CliContext } from '../context.ts';
import { type SettingsOptions, sourcesOf } from './session.ts';
import { addSettingOptions, type FlagValues, settingFlags } from './setting-options.ts';
import { addSourceOptions } from './traffic-options.ts';

/** Flags that name presets and files, and one for every setting. */
export function addAllSettingOptions(command: Command): void {
  addSourceOptions(command);
  addSettingOptions(command, 'run');
  addSettingOptions(command, 'backfill', (row) => !row.commands.includes('run'));
}

function allFlags(options: SettingsOptions): FlagValues {
  const flags = { ...settingFlags(options, 'backfill'), ...settingFlags(options, 'run') };
  // A backfill takes --seed for its own; here it is shown once.
  if (options.backfillSeed === undefined) delete flags.backfillSeed;
  return flags;
}

function requestOf({ host, clock }: CliContext, options: SettingsOptions): LoadRequest {
  return {
    host,
    command: 'run',
    ...sourcesOf(options),
    flags: allFlags(options),
    sink: true,
    hasEndTime: true,
    nowMs: clock.now(),
    savedFolder: stateDir(host),
  };
}

/** What is in force; neither a URL nor an end is needed to look at it. */
export function loadSettingsInForce(context: CliContext, options: SettingsOptions): LoadedSettings {
  return loadSettings(requestOf(context, options));
}

/** The file of pages as the sources write it, whatever is wrong with them. */
export function givenUrlsFile(context: CliContext, options: SettingsOptions): string | undefined {
  const value = givenValue(requestOf(context, options), 'urlsFile');
  return typeof value === 'string' ? value.trim() : undefined;
}

/** Settings of all commands together, from the sources and flags of one command line. */
import type { Command } from 'commander';
import { type LoadedSettings, loadSettings } from '../../config/sources/load.ts';
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

/** What is in force; neither a URL nor an end is needed to look at it. */
export function loadSettingsInForce({ host, clock }: CliContext, options: SettingsOptions): LoadedSettings {
  return loadSettings({
    host,
    command: 'run',
    ...sourcesOf(options),
    flags: allFlags(options),
    sink: true,
    hasEndTime: true,
    nowMs: clock.now(),
    savedFolder: stateDir(host),
  });
}

/** What is logged of the settings once they are read: their own log level first, then origins and warnings. */
import { SETTINGS } from '../../../config/schema/settings.ts';
import { shownValue } from '../../../config/schema/value-text.ts';
import type { LoadedSettings } from '../../../config/sources/load.ts';
import type { Log } from '../log.ts';

/** Sets the log level, and names the settings file of the current folder, which is used unasked. */
export function logSources(log: Log, { settings, projectFile }: LoadedSettings): void {
  log.useLevel(settings.logLevel);
  if (projectFile !== undefined) log.info(`settings from ${projectFile}`);
}

export function logValues(log: Log, { settings, origins, warnings }: LoadedSettings): void {
  for (const row of SETTINGS) {
    const origin = origins.get(row.key) ?? 'default';
    const value = shownValue(row, settings[row.key], settings.currency);
    if (origin !== 'default') log.debug(`${row.env} is ${value} (${origin})`);
  }
  for (const warning of warnings) log.warning(warning.message, warning);
}

export function logSettings(log: Log, loaded: LoadedSettings): void {
  logSources(log, loaded);
  logValues(log, loaded);
}

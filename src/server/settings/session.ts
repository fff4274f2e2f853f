/** How the service reads settings and the files that they name: as the command line does, which hands it the function. */

import type { TrafficFiles } from '../../config/rules/traffic-settings.ts';
import type { SettingsCommand } from '../../config/schema/setting.ts';
import type { LoadedSettings } from '../../config/sources/load.ts';
import type { Host } from '../../host.ts';

export interface LoadedSession extends LoadedSettings {
  readonly files: TrafficFiles;
}

export interface SessionSources {
  readonly preset: readonly string[];
  readonly config: string;
  readonly sink: boolean;
  /** In ms. */
  readonly for?: number;
  readonly nowMs: number;
}

/** @throws SettingsError with everything that is wrong */
export type LoadSession = (
  host: Host,
  command: SettingsCommand,
  sources: SessionSources,
) => LoadedSession | Promise<LoadedSession>;

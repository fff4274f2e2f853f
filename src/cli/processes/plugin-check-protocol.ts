/** What a process that checks plugins and the one that plans visits again say to each other. */
import type { SerializedError } from '../../shards/serialization.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { PluginSource } from '../../types/plugins.ts';
import type { TrafficSettings } from '../../types/traffic-settings.ts';

/** The command line of the other process. */
export const PLUGIN_CHECK_WORKER = 'plugin-check-worker';

export interface PluginCheckTask {
  readonly traffic: TrafficSettings;
  readonly sources: readonly PluginSource[];
  readonly date: LocalDate;
}

export type PluginCheckReply =
  | { readonly visits: readonly CheckedVisit[] }
  | { readonly error: SerializedError };

export interface CheckedVisit {
  readonly index: number;
  readonly digest: string;
  /** `plugin/name` of the behaviour that wrote it. */
  readonly behaviour: string | undefined;
}

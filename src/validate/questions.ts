/** What the questions to a target are about. */
import type { ProbeOptions } from '../matomo/probe.ts';
import type { ReportingApi } from '../matomo/reporting.ts';
import type { LocalDate } from '../types/local-date.ts';
import type { TrafficSettings } from '../types/traffic-settings.ts';
import type { OriginOf } from './site.ts';

export interface TargetQuestions {
  readonly probe: Omit<ProbeOptions, 'hasPlaces' | 'oldestSeconds'>;
  readonly api: ReportingApi;
  readonly traffic: TrafficSettings;
  /** Of the pages that visits touch. */
  readonly pageUrls: () => readonly string[];
  readonly nowMs: number;
  /** First day that a backfill would fill; undefined where none is planned. */
  readonly firstDay: LocalDate | undefined;
  readonly originOf: OriginOf;
}

/** What the questions to a target are about. */
import type { ProbeOptions } from '../matomo/delivery/probe.ts';
import type { ReportingApi } from '../matomo/reporting/reporting.ts';
import type { Expectation } from './site.ts';

export interface TargetQuestions extends Expectation {
  readonly probe: Omit<ProbeOptions, 'hasPlaces' | 'oldestSeconds'>;
  readonly api: ReportingApi;
}

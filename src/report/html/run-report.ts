/** All that the page of a run shows. */
import type { Histogram } from 'hdr-histogram-js';
import type { Point } from '../series.ts';
import type { DaySummary, TotalSummary } from '../summary.ts';
import type { VerificationEnd } from '../verification.ts';
import type { Provenance } from './provenance.ts';
import type { ReportTarget } from './targets.ts';

export interface RunReport {
  readonly summary: TotalSummary;
  readonly days: readonly DaySummary[];
  /** In the order of the summary's targets, with their curves. */
  readonly targets: readonly (ReportTarget & { readonly points: readonly Point[] })[];
  /** Of all targets together. */
  readonly latencyMs: Histogram;
  readonly lagMs: Histogram;
  /** Empty where Matomo's reports were not asked. */
  readonly verified: readonly VerificationEnd[];
  /** Why it ended before its time. */
  readonly errors: readonly string[];
  readonly provenance: Provenance;
}

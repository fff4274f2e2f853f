/** Pass/fail criteria of a run. */

/** `share` is from 0 to 1, `ms` and `perSecond` (hits) are what they say, `count` is of hits or visits. */
export type ThresholdUnit = 'ms' | 'share' | 'count' | 'perSecond';

/** What a run is held to. */
export interface Threshold {
  /** As it was written. */
  readonly text: string;
  /** Name of the only target that it is about; undefined for each of them. */
  readonly target: string | undefined;
  /** `latency.p95`, `hits.failed`, `visits.complete`, `rate`, `throughput`, `requests`. */
  readonly metric: string;
  readonly comparator: '<' | '<=' | '>' | '>=';
  readonly limit: number;
  readonly unit: ThresholdUnit;
  /** Length of the window that slides over the run; undefined for the run as a whole. */
  readonly overMs: number | undefined;
  /** The run is stopped by a breach later than so long after its start; undefined: it goes on. */
  readonly abortAfterMs: number | undefined;
}

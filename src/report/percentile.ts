/** Percentiles of a distribution of times. */
import type { Histogram } from 'hdr-histogram-js';

/**
 * Of whole ms: 0 where nothing was recorded. The histogram rounds percentiles up to its precision, but keeps the
 * maximum as it was: none is told as more than that.
 *
 * @param percentile 0 to 100
 */
export function percentileOf(histogram: Histogram, percentile: number): number {
  return histogram.totalCount === 0
    ? 0
    : Math.min(histogram.maxValue, histogram.getValueAtPercentile(percentile));
}

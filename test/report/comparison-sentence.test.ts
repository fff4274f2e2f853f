import { describe, expect, it } from 'vitest';
import { comparisonSentence } from '../../src/report/comparison-sentence.ts';

const FAST = { name: 'new', p50: 12, p95: 18, failedAttempts: 0 };

describe('the sentence that compares targets', () => {
  it('names the slower one, by how much, and what had to be repeated', () => {
    expect(comparisonSentence([FAST, { name: 'old', p50: 540, p95: 811, failedAttempts: 16 }])).toBe(
      'old takes 45 times as long as new to respond (median 540 against 12 ms, 95th percentile 811 against 18 ms), and 16 of its attempts to send failed.',
    );
  });

  it('goes by the median: what this machine adds to the slowest responses makes targets alike', () => {
    expect(
      comparisonSentence([
        { ...FAST, p50: 37, p95: 71 },
        { ...FAST, name: 'old', p50: 127, p95: 164 },
      ]),
    ).toContain('old takes 3.4 times as long as new to respond');
  });

  it('calls small differences none, and says nothing before both have responded', () => {
    expect(comparisonSentence([FAST, { ...FAST, name: 'old', p50: 13, p95: 40 }])).toBe(
      'old is about as fast as new (median 13 against 12 ms, 95th percentile 40 against 18 ms).',
    );
    expect(comparisonSentence([FAST, { ...FAST, p50: 0 }])).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { comparisonSentence } from '../../src/report/comparison-sentence.ts';

const FAST = { name: 'new', p95: 18, failedAttempts: 0 };

describe('the sentence that compares targets', () => {
  it('names the slower one, by how much, and what had to be repeated', () => {
    expect(comparisonSentence([FAST, { name: 'old', p95: 811, failedAttempts: 16 }])).toBe(
      'old is 45 times slower than new (811 against 18 ms at the 95th percentile), and 16 of its attempts to send failed.',
    );
  });

  it('calls small differences none, and says nothing before both have responded', () => {
    expect(comparisonSentence([FAST, { ...FAST, name: 'old', p95: 19 }])).toBe(
      'old is about as fast as new (19 against 18 ms at the 95th percentile).',
    );
    expect(comparisonSentence([FAST, { ...FAST, p95: 0 }])).toBeUndefined();
  });
});

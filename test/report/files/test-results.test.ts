import { describe, expect, it } from 'vitest';
import { createTotals } from '../../../src/ledger/totals.ts';
import { junitXml } from '../../../src/report/files/junit.ts';
import { type RunEnd, testsOfCapacity, testsOfRun } from '../../../src/report/files/test-results.ts';
import { summariseTotal } from '../../../src/report/summary.ts';
import type { Verdict } from '../../../src/report/verdict.ts';
import type { VerificationEnd } from '../../../src/report/verification.ts';
import { stepOf } from '../capacity-steps.ts';
import { CONTEXT, FACTS } from '../totals.ts';

function verdictOf(isMet: boolean): Verdict {
  return {
    threshold: 'latency.p95<500ms',
    target: 'a&b',
    value: isMet ? 80 : 812,
    limit: 500,
    unit: 'ms',
    isMet,
  };
}

function testsOf(
  exitCode: number,
  verdicts: readonly Verdict[] = [],
  error?: Error,
  verified: readonly VerificationEnd[] = [],
) {
  const totals = createTotals();
  totals.hits = { ...totals.hits, planned: 10, accepted: 4, failed: 3, skipped: 3 };
  totals.reasons.late = 3;
  const ends: RunEnd[] = [{ exitCode, error }];
  return testsOfRun(summariseTotal(CONTEXT, totals, { ...FACTS, verdicts }), ends, verified);
}

describe('a run as tests', () => {
  it.each([
    ['passes when it is done', 0, 'passed', undefined],
    ['passes when it was stopped', 143, 'passed', undefined],
    ['fails with losses', 6, 'failed', '3 hits were lost'],
    ['fails when hits were too late', 5, 'failed', '3 hits were too late and were skipped'],
  ])('%s', (_, exitCode, outcome, message) => {
    expect(testsOf(exitCode)).toEqual([
      expect.objectContaining({ area: 'run', name: 'delivery', outcome, ...(message ? { message } : {}) }),
    ]);
  });

  it('fails with the error that ended it', () => {
    expect(testsOf(3, [], new Error('The target is gone.'))).toMatchObject([
      { outcome: 'failed', message: 'The target is gone.' },
    ]);
  });

  it('has a test for each threshold; a miss is not told twice', () => {
    expect(testsOf(5, [verdictOf(true), verdictOf(false)])).toMatchObject([
      { name: 'delivery', outcome: 'passed' },
      { name: 'latency.p95<500ms', outcome: 'passed' },
      { name: 'latency.p95<500ms', outcome: 'failed', message: 'latency.p95<500ms: 812 ms, 62 % above' },
    ]);
  });
});

describe('what the reports say as a test', () => {
  const row = (recorded: number) => ({ date: '2026-10-20', metric: 'visits', sent: 40, recorded }) as const;
  const endOf = (recorded: number): VerificationEnd => ({
    target: 'shop',
    runId: 1,
    verification: {
      isEqual: recorded === 40,
      rows: [row(recorded)],
      reasons: ['A reason.'],
      undelivered: { planned: 40, accepted: 40, reasons: {}, unbegunVisits: 0 },
    },
    error: undefined,
  });

  it('passes when they are equal', () => {
    expect(testsOf(0, [], undefined, [endOf(40)])[1]).toMatchObject({
      area: 'verification.shop',
      outcome: 'passed',
    });
  });

  it('fails when they differ, with what and why', () => {
    expect(testsOf(7, [], undefined, [endOf(38)])[1]).toMatchObject({
      outcome: 'failed',
      message: 'visits differ on one day',
      text: expect.stringMatching(/2026-10-20 +visits +40 +38 +-2\n[\s\S]*- A reason\./),
    });
  });

  it('fails when they could not be read', () => {
    const error = new Error('The token may not see the reports.');
    const end = { target: 'shop', runId: 1, verification: undefined, error };
    expect(testsOf(4, [], undefined, [end])[1]).toMatchObject({ outcome: 'failed', message: error.message });
  });
});

describe('a search as tests', () => {
  it('passes when the result was held, with the thresholds of the last step', () => {
    const steps = [stepOf('grow', 5, false), stepOf('hold', 4, true)];
    expect(
      testsOfCapacity({ rate: 4, isHeld: true, tooMuch: 5, steps }).map(({ outcome }) => outcome),
    ).toEqual(['passed', 'passed']);
  });

  it('fails with the reason when it was not', () => {
    const steps = [stepOf('grow', 5, false)];
    expect(testsOfCapacity({ rate: undefined, isHeld: false, tooMuch: 5, steps })[0]).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('812 ms'),
    });
    expect(testsOfCapacity({ rate: undefined, isHeld: false, tooMuch: 5, steps: [] })).toHaveLength(1);
  });
});

describe('JUnit XML', () => {
  it('counts and escapes', () => {
    expect(junitXml('run', testsOf(6, [verdictOf(false)]))).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="trafficinator run" tests="2" failures="2" skipped="0">
  <testcase classname="trafficinator.run" name="delivery"><failure message="3 hits were lost">0 visits, 10 hits planned: 4 hits accepted</failure></testcase>
  <testcase classname="trafficinator.threshold.a&amp;b" name="latency.p95&lt;500ms"><failure message="latency.p95&lt;500ms: 812 ms, 62 % above">latency.p95&lt;500ms: 812 ms, 62 % above</failure></testcase>
</testsuite>
`,
    );
  });
});

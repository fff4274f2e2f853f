import { describe, expect, it } from 'vitest';
import { createTotals, type Totals } from '../../../src/ledger/totals.ts';
import { summariseAll } from '../../../src/report/all-targets.ts';
import { formatDuration, formatNumber } from '../../../src/report/format.ts';
import {
  type RunResults,
  type SummaryContext,
  summariseDay,
  summariseTarget,
  summariseTotal,
} from '../../../src/report/summary.ts';
import { createTextReporter, timeBars } from '../../../src/report/text/text-reporter.ts';
import { CONTEXT, FACTS, totalsOf } from '../totals.ts';

/** Lines of a report over some days and the total. */
function report(
  days: readonly Totals[],
  total: Totals,
  context: SummaryContext = CONTEXT,
  facts: RunResults = FACTS,
): string[] {
  let text = '';
  const reporter = createTextReporter();
  const write = (part: string) => {
    text += part;
  };
  days.forEach((totals, i) => {
    reporter(summariseDay(context, `2026-10-2${i}`, totals), write);
  });
  reporter(summariseTotal(context, total, facts), write);
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}
const widest = (lines: readonly string[]) => Math.max(...lines.map((line) => [...line].length));

describe('the text report', () => {
  it.each([0, 999, 1_000_000, 99_999_999, 123_456_789_012])(
    'is at most 80 columns wide with counts of %i',
    (size) => {
      const facts = {
        ...FACTS,
        durationMs: 400_000_000,
        recorded: { visits: size, recorded: size, sites: {} },
      };
      expect(widest(report([totalsOf(size)], totalsOf(size), CONTEXT, facts))).toBeLessThanOrEqual(80);
    },
  );

  it.each([0, 9999, 1_234_567, 99_999_999, 123_456_789_012])(
    'keeps its columns apart with counts of %i',
    (size) => {
      const [heading = '', day = ''] = report([totalsOf(size)], totalsOf(size));
      expect(heading.split(/ +/)).toHaveLength(8);
      expect(day.split(/ +/)).toHaveLength(8);
      expect(day.length).toBe(heading.length);
    },
  );

  it('has one heading, a line for each day and the total', () => {
    const totals = createTotals();
    totals.visits = { planned: 1200, complete: 1190, partial: 4, failed: 1, skipped: 5 };
    totals.hits = { planned: 6000, accepted: 5970, rejected: 1, failed: 2, unknown: 7, skipped: 20 };
    totals.kinds.order = 31;
    const lines = report([totals, totals], totals);
    expect(lines[0]).toMatch(/^day +visits +complete +hits +accepted +lost +skipped +orders$/);
    expect(lines[1]?.split(/ +/)).toEqual([
      '2026-10-20',
      '1,200',
      '1,190',
      '6,000',
      '5,970',
      '10',
      '20',
      '31',
    ]);
    expect(lines[2]).toMatch(/^2026-10-21 /);
    expect(lines[3]).toBe('');
    expect(lines.filter((line) => line.startsWith('day'))).toHaveLength(1);
    expect(lines).toContain('visits     1,200 planned: 1,190 complete, 4 partial, 1 failed, 5 skipped');
  });

  it('is the total alone when no day was given out', () => {
    expect(report([], createTotals()).slice(0, 3)).toEqual([
      'Nothing was sent: no visit was due.',
      '',
      'visits     0 planned: none',
    ]);
  });

  it('names everything that was lost, and why', () => {
    const totals = createTotals();
    totals.hits = { planned: 15, accepted: 10, rejected: 1, failed: 0, unknown: 2, skipped: 2 };
    totals.reasons = { invalid: 1, 'no-answer': 2, late: 2 };
    const lines = report([], totals);
    expect(lines).toContain('hits       15 planned: 10 accepted, 1 rejected, 2 unknown, 2 skipped');
    expect(lines.join(' ').replace(/ +/g, ' ')).toContain(
      'why not accepted: 1 invalid (Matomo refuses the hit), 2 no-answer (no response came), 2 late (the server was too slow)',
    );
  });

  it('says how many are open, so that the numbers of a run that goes on add up', () => {
    const totals = createTotals();
    totals.visits = { planned: 3, complete: 1, partial: 0, failed: 0, skipped: 0 };
    totals.hits = { planned: 9, accepted: 5, rejected: 0, failed: 0, unknown: 0, skipped: 1 };
    expect(report([], totals)).toEqual(
      expect.arrayContaining([
        'visits     3 planned: 1 complete, 2 open',
        'hits       9 planned: 5 accepted, 1 skipped, 3 open',
      ]),
    );
  });

  it('gives orders with their revenue, and funnels step by step', () => {
    const totals = createTotals();
    totals.kinds.order = 3;
    totals.revenueCents = 1_234_567;
    totals.funnels.checkout = { entered: 1200, completed: 30, steps: [1200, 310, 30] };
    const lines = report([], totals);
    expect(lines).toContain('orders     3 accepted, worth 12,345.67 SEK');
    expect(lines).toContain('funnel     checkout, visits accepted: 1,200 > 310 > 30');
  });

  it('gives the visits of plugins, their share and what became of them', () => {
    const totals = createTotals();
    totals.visits = { planned: 1000, complete: 998, partial: 0, failed: 0, skipped: 2 };
    totals.hits.planned = 5000;
    totals.behaviours['support/rate'] = { planned: 498, complete: 496, partial: 0, failed: 0, skipped: 2 };
    totals.behaviours['support/ask'] = { planned: 1, complete: 1, partial: 0, failed: 0, skipped: 0 };
    const lines = report([], totals);
    expect(lines).toContain('plugin     support/rate, 498 visits planned (49.8 %): 496 complete, 2 skipped');
    expect(lines).toContain('plugin     support/ask, 1 visit planned (0.1 %): 1 complete');
    const planned = report([], totals, { ...CONTEXT, isDryRun: true });
    expect(planned).toContain('plugin     support/rate, 498 visits planned (49.8 %)');
  });

  it('is one sentence where an error came before anything was sent', () => {
    const failed = { ...FACTS, endedBy: 'failure', error: 'Plugin acme is not there.' } as const;
    const nothing = createTotals();
    expect(report([], nothing, CONTEXT, failed)).toEqual(['Nothing was sent: Plugin acme is not there.']);
    const begun = createTotals();
    begun.hits = { ...begun.hits, planned: 40, skipped: 40 };
    const context = { ...CONTEXT, command: 'backfill' } as const;
    expect(report([], begun, context, failed).join(' ')).toBe(
      'The backfill is not complete: 0 of 40 hits were accepted, and 40 were not sent.',
    );
    // Sent by an earlier process, or sent and lost: there is something to count.
    begun.hits = { ...begun.hits, accepted: 5, skipped: 35 };
    expect(report([], begun, context, failed).length).toBeGreaterThan(8);
    expect(report([], nothing).length).toBeGreaterThan(8);
  });

  it('gives seed and digest in full, the endpoint, response times and lateness', () => {
    const lines = report([], totalsOf(3), CONTEXT, {
      ...FACTS,
      recorded: { visits: 3, recorded: 1500, sites: {} },
    });
    expect(lines).toContain(`digest     ${FACTS.digest}`);
    expect(lines).toContain('seed       default');
    expect(lines.join(' ')).toContain('recorded   3 visits, 1,500 actions and conversions');
    expect(lines.some((line) => line.startsWith('responses  p50 12 ms, p95 '))).toBe(true);
    expect(lines.some((line) => line.startsWith('sent late '))).toBe(true);
    expect(lines).toContain('time       1 min 30 s, 0.0 accepted hits/s');
  });

  it('says where response times have the wait behind hits without a response in them', () => {
    const shown = (command: 'run' | 'backfill', failedAttempts: Record<string, number>) => {
      const totals = { ...totalsOf(20), requests: 20, failedAttempts };
      return report([], totals, { ...CONTEXT, command })
        .join(' ')
        .replace(/ +/g, ' ');
    };
    const waited = 'hits that waited behind one without a response are timed from when they were due';
    expect(shown('run', { 'no-answer': 1 })).toContain(waited);
    expect(shown('run', { 'http-503': 1 })).not.toContain(waited);
    expect(shown('backfill', { 'no-answer': 1 })).not.toContain(waited);
  });

  it('gives no response times where nothing responded', () => {
    const shown = (reasons: Record<string, number>, acceptedNow = 0) => {
      const totals = { ...createTotals(), requests: 9, acceptedNow, reasons };
      totals.hits.planned = 9;
      return report([], totals, CONTEXT).find((line) => line.startsWith('responses'));
    };
    expect(shown({ unreachable: 4, stopped: 5 })).toBe('responses  none');
    expect(shown({ 'http-503': 9 })).toContain('p50');
    expect(shown({ unreachable: 4 }, 1)).toContain('p50');
  });

  it('says planned or accepted of what it counts', () => {
    const totals = totalsOf(3);
    for (const [isDryRun, state] of [
      [true, 'planned'],
      [false, 'accepted'],
    ] as const) {
      const lines = report([], totals, { ...CONTEXT, isDryRun });
      expect(lines.find((line) => line.startsWith('kinds'))).toContain(`${state}: 3 pageviews`);
      expect(lines.find((line) => line.startsWith('orders'))).toContain(`3 ${state}`);
      expect(lines.join(' ').replace(/ +/g, ' ')).toContain(`visits ${state}: 3`);
    }
  });

  it('counts in rates and times only what this process has sent', () => {
    const totals = createTotals();
    totals.visits = { planned: 10, complete: 10, partial: 0, failed: 0, skipped: 0 };
    totals.hits = { ...totals.hits, planned: 9090, accepted: 9090 };
    totals.acceptedNow = 90;
    totals.requests = 1;
    totals.latencyMs.recordValue(7);
    const lines = report([], totals).join('\n');
    expect(lines).toMatch(/^time +1 min 30 s, 1\.0 accepted hits\/s; 9,000 of the accepted hits were sent/m);
    totals.acceptedNow = 0;
    totals.requests = 0;
    totals.latencyMs.reset();
    const idle = report([], totals);
    expect(idle.join(' ')).toContain('Nothing was left to send: all 9,090 hits were accepted before.');
    expect(idle.filter((line) => /^(latency|lag) /.test(line))).toEqual([]);
    expect(idle).toContain('time       1 min 30 s');
    expect(idle.join('\n')).not.toMatch(/hits\/s|p50/);
  });

  it('gives a backfill no lag', () => {
    const lines = report([], totalsOf(3), { ...CONTEXT, command: 'backfill' });
    expect(lines.some((line) => line.startsWith('sent late '))).toBe(false);
  });

  it('has columns of plans alone in a dry run', () => {
    let text = '';
    const context = { ...CONTEXT, isDryRun: true };
    createTextReporter(false, true)(summariseDay(context, '2026-10-20', totalsOf(3)), (part) => {
      text += part;
    });
    expect(text.split('\n')[0]).toMatch(/^day +visits +hits +orders$/);
    expect(text.split('\n')[1]).toMatch(/^2026-10-20 +3 +3 +3$/);
  });

  it('gives a dry run plans and no deliveries', () => {
    const lines = report([], totalsOf(3), { ...CONTEXT, isDryRun: true });
    expect(lines[0]).toBe('3 visits with 3 hits would be sent.');
    expect(lines).toContain('visits     3 planned');
    expect(lines).toContain('orders     3 planned, worth 3.99 SEK');
    expect(lines.filter((line) => /^(requests|latency|lag|time) /.test(line))).toEqual([]);
  });
});

describe('formatNumber', () => {
  it.each([
    [0, 0, '0'],
    [1234567, 0, '1,234,567'],
    [12345.5, 2, '12,345.50'],
    [0.005, 2, '0.01'],
    [-1234, 0, '-1,234'],
  ])('writes %d with %i digits as %s', (value, digits, expected) => {
    expect(formatNumber(value, digits)).toBe(expected);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0.0 s'],
    [1234, '1.2 s'],
    [59_949, '59.9 s'],
    [59_999, '1 min 0 s'],
    [60_000, '1 min 0 s'],
    [119_600, '2 min 0 s'],
    [754_000, '12 min 34 s'],
    [3_599_600, '1 h 0 min'],
    [3_600_000, '1 h 0 min'],
    [98_765_432, '27 h 26 min'],
  ])('writes %i ms as %s', (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });
});

describe('timeBars', () => {
  const hours = Array.from({ length: 24 }, (_, hour) => ({
    label: `${hour}`.padStart(2, '0'),
    visits: hour * 1_000_000,
  }));

  it('draws a line an hour, the longest for the busiest, within the columns', () => {
    for (const columns of [40, 80, 200]) {
      const lines = timeBars(hours, columns).split('\n').slice(0, -1);
      expect(lines).toHaveLength(24);
      expect(widest(lines)).toBeLessThanOrEqual(columns);
      const lengths = lines.map((line) => (line.match(/█/g) ?? []).length);
      expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
      expect(lengths[23]).toBeGreaterThan(0);
    }
  });

  it('draws no bar where nothing happens', () => {
    const none = timeBars([{ label: '00:00', visits: 0 }], 80);
    expect(none).not.toContain('█');
    expect(none).toMatch(/^00:00 +0\n$/);
  });
});

describe('the text report of several targets', () => {
  /** A day of each target, the targets, and all of them. */
  function reportOfTargets(totals: Totals, facts: RunResults, hasDays = true): string {
    let text = '';
    const write = (part: string) => {
      text += part;
    };
    const contexts = ['a', 'b'].map((target) => ({ ...CONTEXT, target }));
    const reporter = createTextReporter(true);
    if (hasDays) for (const one of contexts) reporter(summariseDay(one, '2026-10-20', totals), write);
    const targets = contexts.map((one) => summariseTarget(one, totals, facts));
    for (const target of targets) reporter(target, write);
    reporter(summariseAll({ targets, errors: new Map(), isMirror: true }, totals, facts), write);
    return text;
  }

  it('has tables of days, targets and response times, then the total, with an empty line between two', () => {
    const parts = reportOfTargets(totalsOf(3), FACTS).split('\n\n');
    const firsts = parts.map((part) => part.split(/\s/)[0]);
    expect(firsts).toEqual(['day', 'target', 'responses', expect.any(String), 'visits']);
    const lines = parts.map((part) => part.split('\n').length);
    expect(lines.slice(0, 3)).toEqual([3, 3, 4]);
    expect(reportOfTargets(totalsOf(3), FACTS, false)).toMatch(/^target /);
  });

  it('is one sentence where an error came before anything was sent', () => {
    const failed = { ...FACTS, endedBy: 'failure', error: 'Plugin acme is not there.' } as const;
    expect(reportOfTargets(createTotals(), failed, false)).toBe(
      'Nothing was sent: Plugin acme is not there.\n',
    );
    expect(reportOfTargets(totalsOf(3), failed)).toContain('\ntarget ');
  });
});

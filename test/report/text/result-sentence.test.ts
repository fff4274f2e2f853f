import { describe, expect, it } from 'vitest';
import { createTotals, type Totals } from '../../../src/ledger/totals.ts';
import { type RunResults, type SummaryContext, summariseTotal } from '../../../src/report/summary.ts';
import { goingOnSentence, resultSentence } from '../../../src/report/text/result-sentence.ts';
import { CONTEXT, FACTS } from '../totals.ts';

function conclude(
  change: (totals: Totals) => void,
  facts: Partial<RunResults> = {},
  context: Partial<SummaryContext> = {},
): string {
  const totals = createTotals();
  change(totals);
  totals.requests = totals.hits.planned;
  return resultSentence(summariseTotal({ ...CONTEXT, ...context }, totals, { ...FACTS, ...facts }));
}

const delivered = (planned: number, accepted: number) => (totals: Totals) => {
  totals.visits.planned = 84;
  Object.assign(totals.hits, { planned, accepted });
};
const verdict = (isMet: boolean) =>
  ({ threshold: 't', target: 'default', value: 1, limit: 2, unit: 'ms', isMet }) as const;

describe('the sentence about a run that goes on', () => {
  const soFar = (change: (totals: Totals) => void, context: Partial<SummaryContext> = {}) => {
    const totals = createTotals();
    change(totals);
    return goingOnSentence(summariseTotal({ ...CONTEXT, ...context }, totals, FACTS));
  };

  it('is no result: it says that the run goes on, and what is still to come', () => {
    expect(soFar(delivered(176, 35), { command: 'run' })).toBe(
      'The run goes on: so far, 35 of 176 planned hits were accepted, 141 are still to come.',
    );
    const some = (totals: Totals) => {
      delivered(176, 35)(totals);
      Object.assign(totals.hits, { failed: 2, skipped: 4 });
      totals.reasons.late = 4;
    };
    expect(soFar(some, { command: 'backfill' })).toBe(
      'The backfill goes on: so far, 35 of 176 planned hits were accepted, 2 were lost (failed), 4 were not sent, 135 are still to come.',
    );
    expect(soFar(delivered(0, 0), { command: 'run' })).toBe('The run goes on: it has no results so far.');
  });
});

describe('the sentence that says how a run ended', () => {
  it('is that all hits were accepted', () => {
    expect(conclude(delivered(25_961, 25_961))).toBe('All 25,961 hits were accepted.');
    expect(conclude(delivered(1, 1))).toBe('The 1 hit was accepted.');
  });

  it('begins with visits that were cut off, and says what ended the run', () => {
    const cut = (totals: Totals) => {
      delivered(412, 301)(totals);
      totals.cutOffVisits = 29;
      totals.hits.skipped = 111;
      totals.reasons.stopped = 111;
    };
    expect(conclude(cut)).toBe(
      '29 of 84 visits were cut off because the run ended; 301 of 412 hits were accepted.',
    );
    expect(conclude(cut, { endedBy: 'signal' })).toMatch(/^29 of 84 visits .* because the run was stopped;/);
    expect(conclude(cut, { endedBy: 'threshold' })).toMatch(/^29 of 84 .* because a threshold was missed;/);
  });

  it('counts hits that a firewall refuses as lost, and not as skipped too', () => {
    const deferred = (totals: Totals) => {
      delivered(412, 301)(totals);
      Object.assign(totals.hits, { failed: 5, skipped: 106 });
      totals.reasons = { 'http-503': 5, deferred: 100, stopped: 6 };
    };
    expect(conclude(deferred, { endedBy: 'failure' }, { command: 'backfill' })).toBe(
      'The backfill is not complete: of the 84 visits that it came to, 301 of 412 hits were accepted, 105 were lost (5 failed, 100 deferred: the server refuses requests with certain content, HTTP 503), and 6 were not sent.',
    );
  });

  it('of a backfill that can be continued says what there is and what is left', () => {
    const part = (totals: Totals) => {
      delivered(412, 301)(totals);
      totals.cutOffVisits = 29;
      Object.assign(totals.hits, { failed: 20, unknown: 1, skipped: 90 });
      totals.reasons = { unreachable: 20, 'no-answer': 1, stopped: 90 };
    };
    expect(conclude(part, { endedBy: 'failure' }, { command: 'backfill' })).toBe(
      'The backfill is not complete: of the 84 visits that it came to, 301 of 412 hits were accepted, 21 were lost (20 failed, 1 of unknown outcome: no connection, no response came), and 90 were not sent.',
    );
    const stopped = (totals: Totals) => {
      delivered(412, 301)(totals);
      totals.hits.skipped = 111;
    };
    expect(conclude(stopped, { endedBy: 'signal' }, { command: 'backfill' })).toBe(
      'The backfill was stopped: of the 84 visits that it came to, 301 of 412 hits were accepted, and 111 were not sent.',
    );
  });

  it('says what was lost and how, and what was given up and why', () => {
    const text = conclude((totals) => {
      delivered(100, 80)(totals);
      Object.assign(totals.hits, { failed: 9, rejected: 1, skipped: 10 });
      totals.reasons = { 'http-503': 9, late: 6, capped: 4 };
    });
    expect(text).toBe(
      '10 of 100 hits were lost (9 failed, 1 rejected: HTTP 503); 6 hits were not sent because the server was too slow; 4 hits were held back by the daily cap; 80 of 100 hits were accepted.',
    );
  });

  it('says how thresholds came out', () => {
    const all = delivered(10, 10);
    expect(conclude(all, { verdicts: [verdict(true)] })).toBe(
      'All 10 hits were accepted, and the threshold was met.',
    );
    expect(conclude(all, { verdicts: [verdict(true), verdict(true)] })).toMatch(
      /, and all thresholds were met\.$/,
    );
    expect(conclude(all, { verdicts: [verdict(true), verdict(false)] })).toBe(
      '1 of 2 thresholds was missed; all 10 hits were accepted.',
    );
  });

  it('says so where nothing was sent', () => {
    expect(conclude(() => {})).toBe('Nothing was sent: no visit was due.');
    expect(conclude(() => {}, {}, { command: 'backfill' })).toBe(
      'Nothing was sent: these days have no visits.',
    );
    expect(conclude(() => {}, { endedBy: 'failure' })).toBe('Nothing was sent.');
    const error = 'The server responded with HTTP 503.';
    expect(conclude(() => {}, { endedBy: 'failure', error })).toBe(
      'Nothing was sent: the server responded with HTTP 503.',
    );
    expect(conclude(delivered(10, 0))).toBe('No hit was accepted.');
  });

  it('is a plan in a dry run', () => {
    const cut = (totals: Totals) => {
      delivered(412, 0)(totals);
      totals.cutOffVisits = 29;
    };
    expect(conclude(cut, {}, { isDryRun: true })).toBe(
      '84 visits with 412 hits would be sent; 29 of 84 visits would be cut off because the run ends.',
    );
  });
});

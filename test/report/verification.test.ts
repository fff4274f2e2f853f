import { describe, expect, it } from 'vitest';
import { undeliveredText, verificationSentence } from '../../src/report/undelivered.ts';
import {
  type Difference,
  rowsOfJson,
  shownDifferences,
  type Verification,
  verificationJson,
} from '../../src/report/verification.ts';

const day = (date: string, metric: Difference['metric'], planned: number | undefined, sent: number) => ({
  date,
  metric,
  ...(planned === undefined ? {} : { planned }),
  sent,
  recorded: sent,
});
const ALL = { planned: 900, accepted: 900, reasons: {}, unbegunVisits: 0 };
const LOST = { planned: 900, accepted: 795, reasons: { deferred: 100, 'http-503': 5 }, unbegunVisits: 0 };

describe('the rows of a verification', () => {
  it('come back from JSON as they were, revenue in hundredths again', () => {
    const rows = [day('2026-10-01', 'revenue', 50_000, 48_975), day('2026-10-01', 'visits', 12, 10)];
    const result: Verification = { isEqual: true, rows, reasons: [], undelivered: ALL };
    const json: ReturnType<typeof verificationJson> = JSON.parse(
      JSON.stringify(verificationJson(undefined, 1, result)),
    );
    expect(json.rows[0]).toMatchObject({ planned: 500, sent: 489.75, recorded: 489.75 });
    expect(rowsOfJson(json)).toEqual(rows);
  });

  it('have a planned sum only where every day has one', () => {
    const known = [day('2026-10-01', 'orders', 3, 2), day('2026-10-02', 'orders', 4, 4)];
    expect(shownDifferences(known)).toMatchObject([{ days: 'all days', planned: 7, sent: 6 }]);
    const [sum] = shownDifferences([...known, day('2026-10-03', 'orders', undefined, 1)]);
    expect(sum).toMatchObject({ sent: 7 });
    expect(sum?.planned).toBeUndefined();
  });
});

describe('the sentence of a verification', () => {
  it('is good only where nothing is missing', () => {
    expect(verificationSentence(true, ALL, 'backfill')).toEqual({
      text: 'Matomo’s reports show exactly what was sent.',
      tone: 'good',
    });
    const lost = verificationSentence(true, LOST, 'backfill');
    expect(lost.tone).toBe('warn');
    expect(lost.text).toBe(
      'Matomo’s reports show everything that it has accepted. 105 of 900 planned hits were not accepted and are not in Matomo: 100 (the server refuses requests with certain content), 5 (HTTP 503).',
    );
    expect(verificationSentence(false, ALL, 'run').tone).toBe('bad');
  });

  it('takes hits that were due after the end of a live run for no loss, but those of a backfill for one', () => {
    const stopped = { planned: 50, accepted: 40, reasons: { stopped: 10 }, unbegunVisits: 0 };
    expect(verificationSentence(true, stopped, 'run')).toMatchObject({
      tone: 'good',
      text: expect.stringContaining('10 of 50 planned hits were not sent (the run ended first).'),
    });
    expect(verificationSentence(true, stopped, 'backfill').tone).toBe('warn');
  });

  it('tells hits that went wrong from those that were not sent on purpose', () => {
    const reasons = { stopped: 2312, capped: 20, 'http-503': 630, late: 4 };
    expect(undeliveredText({ planned: 4430, accepted: 1464, reasons, unbegunVisits: 0 })).toBe(
      '634 of 4,430 planned hits were not accepted and are not in Matomo: 630 (HTTP 503), 4 (the server was too slow). 2,332 more were not sent: 2,312 (the run ended first), 20 (daily cap reached).',
    );
  });

  it('counts visits of days that were not begun', () => {
    const unbegun = { ...ALL, unbegunVisits: 25 };
    expect(undeliveredText(unbegun)).toBe('25 visits were not begun.');
    expect(verificationSentence(true, unbegun, 'backfill').tone).toBe('warn');
  });
});

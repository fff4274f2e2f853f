import { describe, expect, it } from 'vitest';
import { likelyReasons, type SiteFacts } from '../../src/report/likely-reasons.ts';
import { verificationJson } from '../../src/report/verification.ts';

const SITE: SiteFacts = {
  timezone: 'UTC',
  sentTimezone: undefined,
  createdOn: '2020-01-01',
  hasExclusions: false,
  excludesUnknownUrls: false,
  isSearchOn: true,
};
const MISSING = { date: '2026-03-01', metric: 'visits', sent: 50, recorded: 47 } as const;
const SURPLUS = { ...MISSING, date: '2026-03-02', recorded: 53 } as const;

describe('likely reasons of a difference', () => {
  it('begin with another timezone of the site, which moves visits to other days', () => {
    const reasons = likelyReasons([MISSING, SURPLUS], { ...SITE, sentTimezone: 'CET' }, '2026-03-05');
    expect(reasons[0]).toBe(
      "The site's timezone is UTC, but visits were sent for days in CET: Matomo has some of them on other days.",
    );
  });

  it('do not name a timezone that shows the same clock', () => {
    const reasons = likelyReasons([MISSING, SURPLUS], SITE, '2026-03-05');
    expect(reasons.join(' ')).not.toContain('timezone');
    expect(reasons[0]).toContain('Something else sent traffic');
  });

  it("are the ledger's own unknown hits where these explain a surplus, and not other traffic", () => {
    const unknownHits = new Map([['2026-03-02', 5]]);
    const reasons = likelyReasons([SURPLUS], { ...SITE, unknownHits }, '2026-03-05');
    expect(reasons).toEqual([
      'The ledger does not know the outcome of 5 hits of these days: Matomo may have recorded some of them.',
    ]);
    const tooFew = new Map([['2026-03-02', 2]]);
    expect(likelyReasons([SURPLUS], { ...SITE, unknownHits: tooFew }, '2026-03-05')[1]).toContain(
      'Something else sent traffic',
    );
  });

  it('are the same visits sent again, and not spam protection', () => {
    const site = { ...SITE, repeatedDays: new Set(['2026-03-01']) };
    expect(likelyReasons([MISSING], site, '2026-03-05')).toEqual([
      expect.stringMatching(
        /^The same visits were sent more than once, such as those of 2026-03-01: .*--seed/,
      ),
    ]);
    const others = { ...SITE, repeatedDays: new Set(['2026-03-09']) };
    expect(likelyReasons([MISSING], others, '2026-03-05')).toEqual([expect.stringContaining('spam')]);
  });

  it('are the same visits from another ledger where visits have more actions than were sent', () => {
    const actions = { ...SURPLUS, metric: 'actions' } as const;
    expect(likelyReasons([actions], SITE, '2026-03-05')).toEqual([
      expect.stringContaining('sent before with another ledger'),
      expect.stringContaining('something else sent traffic'),
    ]);
  });
});

describe('a verification for scripts', () => {
  it('has revenue in units of the currency, as summaries have it', () => {
    const rows = [{ ...MISSING, metric: 'revenue', sent: 147_758, recorded: 147_700 }, MISSING] as const;
    expect(
      verificationJson(undefined, 1, {
        isEqual: false,
        rows,
        reasons: [],
        undelivered: { planned: 0, accepted: 0, reasons: {}, unbegunVisits: 0 },
      }).rows,
    ).toEqual([
      {
        ...MISSING,
        metric: 'revenue',
        sent: 1477.58,
        recorded: 1477,
        sentCents: 147_758,
        recordedCents: 147_700,
      },
      MISSING,
    ]);
  });
});

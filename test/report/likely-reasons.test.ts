import { describe, expect, it } from 'vitest';
import { likelyReasons, type SiteFacts } from '../../src/report/verification.ts';

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
});

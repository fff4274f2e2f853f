import { describe, expect, it } from 'vitest';
import { knownOfSites } from '../../src/server/jobs/job-work.ts';

const utc = { timezone: 'UTC', currency: 'EUR' };

describe('a live run that goes on without its token', () => {
  it('keeps the timezone and currency that the site gave it', () => {
    expect(knownOfSites('', [utc])).toBe('TIMEZONE=UTC\nECOMMERCE_CURRENCY=EUR\n');
    expect(knownOfSites("TIMEZONE='CET'\n", [utc])).toBe('ECOMMERCE_CURRENCY=EUR\n');
    expect(knownOfSites('', [])).toBe('');
  });

  it('keeps those of each target where they differ', () => {
    const text = knownOfSites("TIMEZONE_2='Asia/Tokyo'\n", [
      utc,
      { timezone: 'Asia/Tokyo', currency: 'EUR' },
    ]);
    expect(text).toBe('TIMEZONE_1=UTC\nECOMMERCE_CURRENCY=EUR\n');
  });
});

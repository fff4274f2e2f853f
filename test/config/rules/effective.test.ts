import { describe, expect, it } from 'vitest';
import { activeMinutes, backfillVisitsPerDay, effectiveSeed } from '../../../src/config/rules/effective.ts';
import { settingsSchema } from '../../../src/config/schema/settings.ts';

const of = (values: Record<string, unknown>) => settingsSchema.parse(values);

describe('backfillVisitsPerDay', () => {
  it('is the target, clipped by the cap of a backfilled day', () => {
    expect(backfillVisitsPerDay(of({}))).toBe(2000);
    expect(backfillVisitsPerDay(of({ visitsPerDay: 500 }))).toBe(500);
    expect(backfillVisitsPerDay(of({ backfillMaxVisitsPerDay: 0 }))).toBe(20_000);
  });
});

describe('effectiveSeed', () => {
  it('is derived from URL and site where none is set', () => {
    const seeds = [{ siteId: 1 }, { siteId: 2 }, { matomoUrl: 'https://x.example' }].map((values) =>
      effectiveSeed(of(values), 'run'),
    );
    expect(new Set(seeds).size).toBe(3);
    expect(effectiveSeed(of({ siteId: 2 }), 'backfill')).toBe(seeds[1]);
  });

  it('of a backfill may be its own', () => {
    const settings = of({ seed: 7, backfillSeed: 'past' });
    expect([effectiveSeed(settings, 'run'), effectiveSeed(settings, 'backfill')]).toEqual(['7', 'past']);
  });
});

describe('activeMinutes', () => {
  it('counts from local midnight', () => {
    expect(activeMinutes('00:00-24:00')).toEqual({ startMinute: 0, endMinute: 1440 });
    expect(activeMinutes('22:15-06:00')).toEqual({ startMinute: 1335, endMinute: 360 });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import data from '../../src/data/timezones.json' with { type: 'json' };
import { isZone, zoneNamed } from '../../src/sink/zone.ts';
import { offsetAt } from '../../src/timezone.ts';

const NAMES = data.zones.flatMap(([first = '', , ...others]) => [first, ...others]);

describe("the endpoint's timezones", () => {
  it('are as far from UTC as those of the plan, whose code they do not share', () => {
    const instant = fc.integer({ min: Date.UTC(1990, 0, 2), max: Date.UTC(2120, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...NAMES, 'UTC+5.75', 'UTC-3'), instant, (name, instantMs) => {
        expect(zoneNamed(name).offset(instantMs)).toBe(offsetAt(name, instantMs) / 60_000);
      }),
      { numRuns: 3000 },
    );
  });

  it('change at the same minute', () => {
    for (const [name, change] of [
      ['Europe/Stockholm', Date.UTC(2026, 2, 29, 1)],
      ['Europe/Stockholm', Date.UTC(2060, 9, 31, 1)],
      ['America/Vancouver', Date.UTC(2026, 2, 8, 10)],
      ['Australia/Lord_Howe', Date.UTC(2027, 3, 3, 15)],
    ] as const) {
      const zone = zoneNamed(name);
      expect([zone.offset(change - 1), zone.offset(change)]).toEqual(
        [change - 1, change].map((ms) => offsetAt(name, ms) / 60_000),
      );
      expect(zone.offset(change - 1)).not.toBe(zone.offset(change));
    }
  });

  it('have the names that Matomo knows', () => {
    expect(['UTC+5.5', 'UTC-12', 'europe/stockholm', 'CET'].every(isZone)).toBe(true);
    expect(['UTC+5:30', 'Mars/Olympus', ''].some(isZone)).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import data from '../src/data/timezones.json' with { type: 'json' };
import {
  asMatomoNames,
  dayNumberAt,
  instantShowing,
  isTimezone,
  offsetAt,
  offsetSpans,
  showSameClock,
  startOfDay,
  TIMEZONE_RELEASE,
} from '../src/timezone.ts';
import { localClock } from './plan/local-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const YEAR = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)] as const;
const instantText = (ms: number) => new Date(ms).toISOString().slice(0, 16);

/** Every name in the data. */
const NAMES = data.zones.flatMap(([first = '', , ...others]) => [first, ...others]);
/** What releases of the database between those of the supported runtimes and ours say differently. */
const CHANGED_LATELY = Date.UTC(2022, 0, 1);

describe('the names of timezones', () => {
  it('are those of the runtime and more', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((name) => !isTimezone(name))).toEqual([]);
    expect(NAMES.length).toBeGreaterThan(590);
  });

  it.each(['UTC', 'CET', 'EST5EDT', 'europe/stockholm', 'Etc/GMT+5', 'US/Eastern', 'utc+2', 'UTC+5:30'])(
    'include %s',
    (name) => {
      expect(isTimezone(name)).toBe(true);
    },
  );

  it.each([
    '',
    'Mars/Olympus',
    'PST',
    'Local',
    '+05:30',
    'UTC+',
    'UTC+14.5',
    'UTC-12:30',
    'UTC+5.33',
    'UTC+5:60',
  ])('do not include %j', (name) => {
    expect(isTimezone(name)).toBe(false);
    expect(() => offsetAt(name, 0)).toThrow(`found ${JSON.stringify(name)}`);
  });

  it.each([
    ['UTC+5:30', 'UTC+5.5'],
    ['utc-03', 'UTC-3'],
    ['UTC+05:45', 'UTC+5.75'],
    ['UTC+00:00', 'UTC'],
    ['Europe/Stockholm', 'Europe/Stockholm'],
  ])('are for %s as Matomo writes it %s', (name, asMatomo) => {
    expect(asMatomoNames(name)).toBe(asMatomo);
    expect(offsetAt(asMatomo, 0)).toBe(offsetAt(name, 0));
  });

  it('come from a release of the database that is named', () => {
    expect(TIMEZONE_RELEASE).toMatch(/^20\d\d[a-z]$/);
  });
});

describe('the distance to UTC', () => {
  it.each([
    ['UTC', 0],
    ['Etc/GMT+12', -720],
    ['Asia/Kathmandu', 345],
    ['America/St_Johns', -150],
    ['Europe/London', 60],
    ['Pacific/Kiritimati', 840],
    ['UTC+5.5', 330],
    ['UTC+5:30', 330],
    ['UTC+05:45', 345],
    ['UTC+5.75', 345],
    ['UTC-3', -180],
    ['UTC-0.5', -30],
    ['UTC-0', 0],
  ])('is in %s in summer %d minutes', (timezone, minutes) => {
    expect(offsetAt(timezone, Date.UTC(2026, 6, 1)) / MINUTE_MS).toBe(minutes);
  });

  it('is that of the runtime where no release of the database has changed it', () => {
    const known = Intl.supportedValuesOf('timeZone');
    const instant = fc.integer({ min: Date.UTC(1991, 0, 1), max: CHANGED_LATELY });
    fc.assert(
      fc.property(fc.constantFrom(...known), instant, (timezone, instantMs) => {
        const local = new Date(instantMs + offsetAt(timezone, instantMs));
        const { date, hour, minute, second } = localClock(timezone, instantMs);
        const time = [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':');
        expect(local.toISOString().slice(0, 19)).toBe(`${date}T${time}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('changes by the rules of today in all years to come', () => {
    const changes = (timezone: string, year: number) =>
      offsetSpans(timezone, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1))
        .slice(1)
        .map(({ fromMs }) => instantText(fromMs));
    expect(changes('Europe/Stockholm', 2026)).toEqual(['2026-03-29T01:00', '2026-10-25T01:00']);
    expect(changes('Europe/Stockholm', 2099)).toEqual(['2099-03-29T01:00', '2099-10-25T01:00']);
    expect(changes('America/New_York', 2150)).toEqual(['2150-03-08T07:00', '2150-11-01T06:00']);
    expect(changes('Asia/Tokyo', 2050)).toEqual([]);
  });

  it('is the same whatever was asked before', () => {
    const late = offsetSpans('Australia/Sydney', Date.UTC(2060, 0, 1), Date.UTC(2070, 0, 1));
    offsetAt('Australia/Sydney', Date.UTC(2200, 0, 1));
    expect(offsetSpans('australia/sydney', Date.UTC(2060, 0, 1), Date.UTC(2070, 0, 1))).toEqual(late);
    expect(late).toHaveLength(21);
  });
});

describe('the spans of a year', () => {
  it('are one where the clock is never changed', () => {
    expect(offsetSpans('Asia/Tokyo', ...YEAR)).toEqual([
      { fromMs: YEAR[0], toMs: YEAR[1], offsetMs: 9 * 60 * MINUTE_MS },
    ]);
  });

  it.each([
    ['Europe/Stockholm', 2026, ['2026-03-29T01:00', '2026-10-25T01:00']],
    ['Australia/Lord_Howe', 2026, ['2026-04-04T15:00', '2026-10-03T15:30']],
    ['Africa/Casablanca', 2025, ['2025-02-23T02:00', '2025-04-06T02:00']],
    ['Africa/Cairo', 2010, ['2010-04-29T22:00', '2010-08-10T21:00', '2010-09-09T22:00', '2010-09-30T21:00']],
  ])('meet in %s in %d where the clock is changed', (timezone, year, changes) => {
    const spans = offsetSpans(timezone, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1));
    expect(spans.slice(1).map(({ fromMs }) => instantText(fromMs))).toEqual(changes);
    expect(spans.slice(0, -1).map(({ toMs }) => toMs)).toEqual(spans.slice(1).map(({ fromMs }) => fromMs));
    for (const { fromMs, toMs, offsetMs } of spans) {
      expect([offsetAt(timezone, fromMs), offsetAt(timezone, toMs - 1)]).toEqual([offsetMs, offsetMs]);
    }
  });

  it('leave out a change at their very end', () => {
    const change = Date.UTC(2026, 2, 29, 1);
    expect(offsetSpans('Europe/Stockholm', YEAR[0], change)).toHaveLength(1);
    expect(offsetSpans('Europe/Stockholm', YEAR[0], change + MINUTE_MS)).toHaveLength(2);
  });
});

describe('the instant at which a local clock shows a time', () => {
  const shown = (time: string) =>
    instantText(instantShowing(offsetSpans('Europe/Stockholm', ...YEAR), Date.parse(`${time}Z`)));

  it('is the first of two, and the end of the leap where it never does', () => {
    expect(shown('2026-05-06T12:00')).toBe('2026-05-06T10:00');
    expect(shown('2026-10-25T02:30')).toBe('2026-10-25T00:30');
    expect(shown('2026-03-29T02:30')).toBe('2026-03-29T01:00');
  });
});

describe('two timezones', () => {
  const show = (one: string, other: string, from: string) =>
    showSameClock(one, other, Date.parse(from), Date.parse(from) + 365 * DAY_MS);

  it.each([
    ['CET', 'Europe/Berlin', '2026-01-01', true],
    ['UTC+5.5', 'Asia/Kolkata', '2026-01-01', true],
    ['UTC-3', 'America/Sao_Paulo', '2026-01-01', true],
    ['UTC-3', 'America/Sao_Paulo', '2018-01-01', false],
    ['UTC+1', 'CET', '2026-01-01', false],
    ['Europe/London', 'UTC', '2026-01-01', false],
    ['America/New_York', 'America/Nowhere', '2026-01-01', false],
    ['Mars/Olympus', 'Mars/Olympus', '2026-01-01', true],
  ])('%s and %s show the same clock in the year from %s: %s', (one, other, from, isSame) => {
    expect(show(one, other, from)).toBe(isSame);
  });
});

describe('a local day', () => {
  it('starts at its first instant, in all timezones and years', () => {
    const day = fc.integer({ min: Date.UTC(1990, 0, 2) / DAY_MS, max: Date.UTC(2100, 0, 1) / DAY_MS });
    fc.assert(
      fc.property(fc.constantFrom(...NAMES, 'UTC+5.75', 'UTC-12'), day, (timezone, number) => {
        const startMs = startOfDay(timezone, number);
        expect(dayNumberAt(timezone, startMs)).toBeGreaterThanOrEqual(number);
        expect(dayNumberAt(timezone, startMs - 1)).toBeLessThan(number);
      }),
      { numRuns: 3000 },
    );
  });

  it('has no length where the timezone left it out', () => {
    const dayNumber = Date.UTC(2011, 11, 30) / DAY_MS;
    expect(startOfDay('Pacific/Apia', dayNumber)).toBe(startOfDay('Pacific/Apia', dayNumber + 1));
    expect(dayNumberAt('Pacific/Apia', startOfDay('Pacific/Apia', dayNumber))).toBe(dayNumber + 1);
  });
});

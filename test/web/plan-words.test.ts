import { describe, expect, it } from 'vitest';
import type { BackfillPlan } from '../../src/web/api/schema.ts';
import { revenueText, sendingText, volumeReasons } from '../../src/web/places/backfill/plan-words.ts';

type Volume = NonNullable<BackfillPlan['volume']>;

const VOLUME: Volume = {
  mode: 'exact',
  setPerDay: 300,
  perDay: 300,
  isForEach: false,
  causes: [],
  daysAtCap: 0,
  isCutOff: false,
  hasToday: false,
};

function planOf(perDay: number, count: number, volume: Partial<Volume>, targets = 1): BackfillPlan {
  const days = Array.from({ length: count }, (_, i) => ({
    date: `2026-10-${i + 1}`,
    visits: perDay,
    hits: 0,
  }));
  const target = { name: 'a', url: null, site: 1, timezone: 'UTC' };
  return {
    ...{
      id: 1,
      state: 'prepared',
      name: '',
      presets: [],
      replay: false,
      run: null,
      result: null,
      createdAt: '',
    },
    ...{ confirmUntil: '', digest: '', hits: 0, from: '', to: '', orders: 245, revenue: 40830.6 },
    currency: 'SEK',
    sending: null,
    visits: perDay * count,
    days,
    targets: Array.from({ length: targets }, () => target),
    volume: { ...VOLUME, ...volume },
  };
}

describe('the numbers of a backfill are explained', () => {
  it('where every day has what is set, in one sentence', () => {
    expect(volumeReasons(planOf(300, 31, {}))).toEqual(['On average 300 a day, as set.']);
    expect(volumeReasons(planOf(300, 1, {}))).toEqual([]);
  });

  it('where days vary, by what makes these days others than the mean', () => {
    const causes: Volume['causes'] = [
      { cause: 'season', factor: 1.112 },
      { cause: 'weekdays', factor: 1.001 },
      { cause: 'trend', factor: 0.988 },
    ];
    expect(volumeReasons(planOf(346, 31, { mode: 'average', causes }))).toEqual([
      'On average 346 a day.',
      '300 a day is the mean of whole years: days differ by season, weekday, holidays, trend and chance. In these days: the season +11 %, the slow trend −1 %.',
    ]);
  });

  it('where a limit or an event changes what is set', () => {
    expect(volumeReasons(planOf(2000, 7, { setPerDay: 20_000, perDay: 2000 }))).toEqual([
      'On average 2,000 a day.',
      '20,000 a day are set; “Max visits per day” of a backfill limits them to 2,000.',
    ]);
    expect(volumeReasons(planOf(450, 2, { causes: [{ cause: 'events', factor: 1.5 }] }))).toEqual([
      'On average 450 a day.',
      '300 a day, changed by declared events +50 %.',
    ]);
    expect(volumeReasons(planOf(300, 2, { isCutOff: true, hasToday: true, daysAtCap: 1 }))).toEqual([
      'On average 300 a day, as set.',
      '“Max visits per day” cuts off 1 day.',
      'The last visits are left out: “Max visits total” is reached.',
      'Of today only those visits that are over.',
    ]);
  });

  it('for each of several targets that get all visits', () => {
    expect(volumeReasons(planOf(600, 3, { isForEach: true }, 2))).toEqual([
      'On average 300 a day to each target, as set.',
    ]);
  });

  it('with the revenue in the currency of the site', () => {
    expect(revenueText(planOf(300, 1, {}))).toBe('40,830.60 SEK');
    expect(revenueText({ ...planOf(300, 1, {}), currency: null })).toBe('40,830.60 in several currencies');
  });

  it.each([
    [
      { requestsPerSecond: 2, requests: 531, durationMs: 265_500 },
      'About 4 min: about 531 requests at 2 a second, if the server keeps up.',
    ],
    [
      { requestsPerSecond: 0.5, requests: 5, durationMs: 10_000 },
      'About 10 s: about 5 requests at 0.50 a second, if the server keeps up.',
    ],
    [
      { requestsPerSecond: 1, requests: 9000, durationMs: 9_000_000 },
      'About 2.5 hours: about 9,000 requests at 1 a second, if the server keeps up.',
    ],
    [null, 'As fast as the server responds; “RPS limit” slows it down.'],
  ])('with the time that the rate limit makes it take: %j', (sending, text) => {
    expect(sendingText({ ...planOf(300, 1, {}), sending })).toBe(text);
  });
});

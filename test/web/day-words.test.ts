import { describe, expect, it } from 'vitest';
import { cappedText, placeText, startText, targetsText } from '../../src/web/places/traffic/day-words.ts';

const two = [
  { name: 'old', visits: 20_000 },
  { name: 'new', visits: 20_000 },
];
const day = { targets: two, strategy: 'mirror', timezone: 'CET', currency: 'SEK' };

describe('the preview of a day says what it rests on', () => {
  it.each([
    ['mirror', '2 targets, every visit to both: 20,000 visits to each. The numbers are those of one.'],
    ['independent', '2 targets with visits of their own: old 20,000, new 20,000. The numbers are the sum.'],
    ['weighted', '2 targets share the visits by weight: old 20,000, new 20,000.'],
    ['round-robin', '2 targets share the visits equally: old 20,000, new 20,000.'],
  ])('which targets get the visits: %s', (strategy, text) => {
    expect(targetsText({ ...day, strategy })).toBe(text);
  });

  it('nothing of targets where there is one', () => {
    expect(targetsText({ ...day, targets: two.slice(0, 1) })).toBeUndefined();
  });

  it('whose timezone and currency it is in', () => {
    const from = (zone: string, money: string) =>
      placeText(day, (env) => (env === 'TIMEZONE' ? zone : money));
    expect(from('site', 'request')).toBe('Timezone CET (the site’s), currency SEK.');
    expect(from('service', 'assumed')).toBe(
      'Timezone CET, currency SEK (assumed). With a token, “Test the connection” takes those of the site.',
    );
  });
});

describe('the question before the start says', () => {
  const NONE = { cap: '0', hours: '00:00-24:00', hasEnd: false };
  const one = { visits: 8, partsOf: 'day', timezone: 'UTC', strategy: 'mirror' } as const;
  it.each([
    [{}, ['A'], NONE, 'About 8 visits a day are sent to A, until you stop it.'],
    [
      {},
      ['A'],
      { cap: '8', hours: '07:00-08:30', hasEnd: true },
      'About 8 visits a day are sent to A, at most 8 a day, only 07:00-08:30 (UTC), until you stop it or its end is reached.',
    ],
    [
      {},
      ['A', 'B'],
      NONE,
      'About 8 visits a day are sent to each of A and B, the same ones, until you stop it.',
    ],
    [
      { strategy: 'weighted' },
      ['A', 'B'],
      NONE,
      'About 8 visits a day are sent to A and B, until you stop it.',
    ],
    [
      { partsOf: 'run' as const },
      ['A'],
      { ...NONE, hasEnd: true },
      'About 8 visits from now on are sent to A, until you stop it or its end is reached.',
    ],
  ])('the number of the preview, the cap and the hours: %j to %j', (more, places, limits, text) => {
    expect(startText({ ...one, ...more }, places, limits)).toBe(text);
  });
});

describe('a daily cap', () => {
  const day = { partsOf: 'day' as const, visits: 222 };

  it('is said to decide where more visits are wanted', () => {
    expect(cappedText(day, 222, 50_000)).toMatch(
      /the first 222 of about 50,000 visits are sent, and none in the rest/,
    );
  });

  it.each([
    ['there is none', day, 0, 50_000],
    ['it is not reached', day, 60_000, 50_000],
    ['the run is planned from now on', { ...day, partsOf: 'run' as const }, 222, 50_000],
    ['the number is not known yet', day, Number.NaN, Number.NaN],
  ])('is not mentioned where %s', (_, one, cap, wanted) => {
    expect(cappedText(one, cap, wanted)).toBeUndefined();
  });
});

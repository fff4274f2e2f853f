import { describe, expect, it } from 'vitest';
import { placeText, targetsText } from '../../src/web/places/traffic/day-words.ts';

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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../src/plan/visits/page-address.ts';

function partsOf({ origin, hostname, pathname, search, hash }: ReturnType<typeof addressOf>) {
  return { origin, hostname, pathname, search, hash };
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Pieces of addresses, with all that `URL` writes otherwise than it stands. */
const PIECES = [
  ...[
    'http://',
    'https://',
    'HTTP://',
    'shop.test',
    'localhost',
    'a',
    'x-',
    '-x',
    'xn--',
    'xn--mnchen-3ya',
    '0x7f',
    '127.1',
  ],
  ...[
    '.',
    '..',
    '/',
    '//',
    '/./',
    '/../',
    '%2e',
    '%C3%A5',
    'å',
    ' ',
    ':80',
    ':443',
    ':8080',
    '@',
    '?',
    '#',
    '=',
    '_',
    '~',
    'A9',
  ],
];

describe('the parts of an address', () => {
  it('are those of URL, whatever it is made of', () => {
    const texts = fc
      .array(fc.constantFrom(...PIECES), { maxLength: 9 })
      .map((pieces) => `https://${pieces.join('')}`);
    fc.assert(
      fc.property(fc.oneof(texts, fc.webUrl(), fc.webUrl({ withQueryParameters: true })), (text) => {
        const url = urlOf(text);
        if (url) expect(partsOf(addressOf(text))).toEqual(partsOf(url));
        else expect(() => addressOf(text)).toThrow(TypeError);
      }),
      { numRuns: 20_000 },
    );
  });

  it('are found in what a list of pages has', () => {
    const address = addressOf('https://shop.test/outdoor-living/grills.html');
    expect(address).not.toBeInstanceOf(URL);
    expect(partsOf(address)).toEqual(partsOf(new URL('https://shop.test/outdoor-living/grills.html')));
  });
});

import { describe, expect, it } from 'vitest';
import { createSiteUrlTest } from '../../src/sink/site-urls.ts';
import { isUrlOfSite } from '../../src/validate/site-urls.ts';

const SITE = [
  'https://www.Example.test',
  'http://alias.test/Shop',
  'https://.wild.test',
  'https://grönsaker.test/höst',
];

/** Answers that Matomo's own SiteUrls gives: validate and the endpoint must agree on them. */
const CASES: readonly (readonly [string, boolean])[] = [
  ['https://example.test', true],
  ['http://WWW.EXAMPLE.test/deep/page.html?x=1#y', true],
  ['https://example.test:8443/', true],
  ['https://user:secret@example.test/', true],
  ['https://example.test.evil.example/', false],
  ['https://evil.example/https://example.test/', false],
  ['https://evilexample.test/', false],
  ['https://sub.example.test/', false],
  ['https://example.test@evil.example/', false],
  ['https://alias.test/shop', true],
  ['https://www.alias.test/SHOP/cart', true],
  ['https://alias.test/shopping', false],
  ['https://alias.test/', false],
  ['https://wild.test/', true],
  ['https://a.b.wild.test/', true],
  ['https://notwild.test/', false],
  ['https://grönsaker.test/HÖST/rot', true],
  ['https://xn--grnsaker-n4a.test/höst/rot', false],
  ['https://grönsaker.test/h%C3%B6st/rot', false],
  ['/relative', false],
  ['', false],
];

describe("the site's own URLs", () => {
  it.each(CASES)('%s: %s', (url, isOwn) => {
    expect(isUrlOfSite(url, SITE)).toBe(isOwn);
    expect(createSiteUrlTest(SITE)(url)).toBe(isOwn);
  });

  it('are none where the site has no URL', () => {
    expect(isUrlOfSite('https://example.test/', [])).toBe(false);
    expect(createSiteUrlTest([])('https://example.test/')).toBe(false);
  });
});

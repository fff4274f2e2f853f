import { describe, expect, it } from 'vitest';
import type { SiteRecord } from '../../src/matomo/reporting/recorded-counts.ts';
import { checkSite } from '../../src/validate/site.ts';
import { trafficSettings } from '../plan/fixtures.ts';

const SITE: SiteRecord = {
  name: 'Shop',
  mainUrl: 'https://www.shop.test',
  urls: ['https://www.shop.test', 'https://alias.test/shop'],
  timezone: 'Asia/Kolkata',
  currency: 'EUR',
  isEcommerceOn: true,
  isSearchOn: true,
  createdOn: '2020-01-01',
  excludedIps: '',
  excludedUserAgents: '',
  excludesUnknownUrls: true,
};

function findingsOf(site: Partial<SiteRecord>, timezone: string, pageUrls: readonly string[] = []) {
  const traffic = trafficSettings({ timezone, currency: 'EUR' });
  const nowMs = Date.UTC(2026, 4, 6);
  const expected = {
    traffic,
    nowMs,
    pageUrls: () => pageUrls,
    firstDay: undefined,
    open: [],
    pluginDimensions: [],
    hasOwnFunnels: true,
    originOf: () => 'default',
  };
  return checkSite({ ...SITE, ...site }, expected);
}

describe("the site's timezone", () => {
  it.each([
    ['UTC+5.5', 'Asia/Kolkata'],
    ['UTC+5.5', 'UTC+5.5'],
    ['Asia/Kolkata', 'UTC+5.5'],
    ['UTC-3', 'America/Sao_Paulo'],
    ['Europe/Berlin', 'CET'],
  ])('%s is as good as %s', (site, ours) => {
    const found = findingsOf({ timezone: site }, ours).find(({ code }) => code === 'site-timezone');
    expect(found).toMatchObject({ severity: 'ok' });
  });

  it.each([
    ['UTC+1', 'CET'],
    ['UTC-3', 'UTC+3'],
  ])('%s is not %s', (site, ours) => {
    const found = findingsOf({ timezone: site }, ours).find(({ code }) => code === 'site-timezone');
    expect(found).toMatchObject({
      severity: 'error',
      hint: expect.stringContaining(`Set TIMEZONE=${site} (--timezone ${site})`),
    });
  });
});

describe('a site that takes only its own URLs', () => {
  const urlFindings = (site: Partial<SiteRecord>, urls: readonly string[]) =>
    findingsOf(site, 'UTC', urls).filter(({ code }) => code === 'site-urls');

  it('takes those that Matomo takes', () => {
    const urls = ['http://shop.test/a', 'https://SHOP.test:8443/', 'https://www.alias.test/Shop/b'];
    expect(urlFindings({}, urls)).toEqual([]);
  });

  it('has an error that names a page elsewhere', () => {
    const urls = ['https://shop.test/a', 'https://shop.test.evil.example/', 'https://alias.test/'];
    expect(urlFindings({}, urls)).toMatchObject([
      {
        severity: 'error',
        message:
          'The site only accepts its own URLs (https://www.shop.test, https://alias.test/shop), but the traffic has 2 pages elsewhere, such as https://shop.test.evil.example/: Matomo would ignore these hits.',
      },
    ]);
  });

  it('is asked for nothing where it takes all URLs', () => {
    expect(urlFindings({ excludesUnknownUrls: false }, ['https://elsewhere.test/'])).toEqual([]);
  });
});

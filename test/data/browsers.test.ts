import { describe, expect, it } from 'vitest';
import browsers from '../../src/data/browsers.json' with { type: 'json' };
import { repeated, sum } from './read.ts';

const DAY_MS = 86_400_000;
const total = sum(browsers.map(({ weight }) => weight));

function shareOf(device: string): number {
  return sum(browsers.filter((browser) => browser.device === device).map(({ weight }) => weight)) / total;
}

function daysBeforeNewest(releasedOn: string): number {
  const newestMs = Math.max(...browsers.map((browser) => Date.parse(browser.releasedOn)));
  return (newestMs - Date.parse(releasedOn)) / DAY_MS;
}

/** Weight of the browsers whose version was released so many days before the newest one. */
function weightOlderThan(days: number): number {
  const old = browsers.filter(({ releasedOn }) => daysBeforeNewest(releasedOn) > days);
  return sum(old.map(({ weight }) => weight)) / total;
}

describe('the browsers', () => {
  it('are 60 to 130 different records with positive weights', () => {
    expect(browsers.length).toBeGreaterThanOrEqual(60);
    expect(browsers.length).toBeLessThanOrEqual(130);
    expect(repeated(browsers.map(({ ua, uadata }) => `${ua} ${JSON.stringify(uadata)}`))).toEqual([]);
    expect(browsers.filter(({ weight }) => !(weight > 0))).toEqual([]);
  });

  it('divide into desktops, phones and tablets as visits do', () => {
    expect(shareOf('desktop')).toBeCloseTo(0.52, 2);
    expect(shareOf('phone')).toBeCloseTo(0.44, 2);
    expect(shareOf('tablet')).toBeCloseTo(0.04, 2);
  });

  it('are mostly current, with a tail of older versions', () => {
    expect(weightOlderThan(60)).toBeLessThan(0.35);
    expect(weightOlderThan(180)).toBeGreaterThan(0.02);
    expect(weightOlderThan(2 * 365)).toBeGreaterThan(0);
    expect(weightOlderThan(2 * 365)).toBeLessThan(0.03);
  });

  it('give the newest Chrome more weight than any older one', () => {
    const weights = new Map<string, number>();
    for (const { ua, browser, weight } of browsers) {
      const version = / Chrome\/(\d+)/.exec(ua)?.[1];
      if (browser === 'Chrome' && version !== undefined) {
        weights.set(version, (weights.get(version) ?? 0) + weight);
      }
    }
    const versions = [...weights.keys()].toSorted((a, b) => Number(b) - Number(a));
    const [newest = ''] = versions;
    expect(versions.length).toBeGreaterThan(5);
    expect(weights.get(newest)).toBe(Math.max(...weights.values()));
  });

  it('never look like a robot', () => {
    expect(browsers.filter(({ ua }) => /bot|crawl|spider|headless|phantom|preview/i.test(ua))).toEqual([]);
  });

  it('have speeds between a fast desktop and a slow phone', () => {
    for (const { speed } of browsers) {
      expect(speed).toBeGreaterThanOrEqual(0.7);
      expect(speed).toBeLessThanOrEqual(2);
    }
    const mean = (device: string) => {
      const some = browsers.filter((browser) => browser.device === device);
      return sum(some.map(({ speed, weight }) => speed * weight)) / sum(some.map(({ weight }) => weight));
    };
    expect(mean('desktop')).toBeLessThan(mean('phone'));
  });

  it('have screens that fit the device', () => {
    for (const { device, screens } of browsers) {
      expect(sum(screens.map(([, weight]) => Number(weight)))).toBeCloseTo(1, 6);
      for (const [size] of screens) {
        const [width = 0, height = 0] = String(size).split('x').map(Number);
        expect(String(size)).toMatch(/^\d{3,4}x\d{3,4}$/);
        if (device === 'desktop') expect(width).toBeGreaterThan(height);
        else expect(width).toBeLessThan(height);
        if (device === 'phone') expect(width).toBeLessThan(500);
      }
    }
  });
});

describe.each(browsers)('$os $browser of $releasedOn: $ua', ({ device, os, browser, ua, uadata }) => {
  it('sends the user agent of its system', () => {
    const systems: Readonly<Record<string, RegExp>> = {
      Windows: /\(Windows NT 10\.0; Win64; x64/,
      macOS: /\(Macintosh; Intel Mac OS X 10[_.]15/,
      Linux: /\(X11; Linux x86_64/,
      'Chrome OS': /\(X11; CrOS x86_64 14541\.0\.0\)/,
      Android: /\((Linux; Android 10; K\)|Android \d+; Mobile;)/,
      iOS: /\(iPhone; CPU iPhone OS \d+_\d+ like Mac OS X\)/,
      iPadOS: /\(iPad; CPU OS \d+_\d+ like Mac OS X\)/,
    };
    expect(ua).toMatch(systems[os] ?? /never/);
    expect(ua.startsWith('Mozilla/5.0 (')).toBe(true);
  });

  it('freezes what the vendors froze', () => {
    if (/ Chrome\//.test(ua)) expect(ua).toMatch(/ Chrome\/\d+\.0\.0\.0 /);
    if (/Version\/2[6-9]/.test(ua) && /iPhone|iPad/.test(ua)) expect(ua).toMatch(/ OS 18_\d /);
    const gecko = /rv:([\d.]+)\)/.exec(ua)?.[1];
    if (browser === 'Firefox') expect(ua.endsWith(`Firefox/${gecko}`)).toBe(true);
  });

  it('says the same in its client hints', () => {
    const isChromium = / Chrome\//.test(ua);
    expect(uadata !== null).toBe(isChromium);
    if (uadata === null) return;
    const chromium = / Chrome\/(\d+)/.exec(ua)?.[1];
    const own = / (?:EdgA?|OPR|SamsungBrowser)\/(\d+)/.exec(ua)?.[1] ?? chromium;
    const names: Readonly<Record<string, string>> = {
      Chrome: 'Google Chrome',
      Edge: 'Microsoft Edge',
      Opera: 'Opera',
      'Samsung Internet': 'Samsung Internet',
    };
    const majorOf = (list: readonly { brand: string; version: string }[], brand: string | undefined) =>
      list.find((entry) => entry.brand === brand)?.version.split('.')[0];
    expect(uadata.brands).toHaveLength(3);
    expect(uadata.fullVersionList.map(({ brand }) => brand)).toEqual(uadata.brands.map(({ brand }) => brand));
    for (const list of [uadata.brands, uadata.fullVersionList]) {
      expect(majorOf(list, 'Chromium')).toBe(chromium);
      expect(majorOf(list, names[browser])).toBe(own);
    }
    for (const { version } of uadata.fullVersionList) expect(version).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(uadata.platform).toBe(os);
    expect(uadata.mobile).toBe(device === 'phone');
    expect(/ Mobile /.test(ua)).toBe(device === 'phone');
    expect(uadata.model !== '').toBe(os === 'Android');
    if (os !== 'Linux') expect(uadata.platformVersion).toMatch(/^\d+\.\d+\.\d+$/);
    if (os === 'Windows') expect(['10.0.0', '15.0.0', '19.0.0']).toContain(uadata.platformVersion);
  });
});

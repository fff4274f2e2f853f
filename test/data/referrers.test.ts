import { describe, expect, it } from 'vitest';
import countries from '../../src/data/countries.json' with { type: 'json' };
import referrers from '../../src/data/referrers.json' with { type: 'json' };
import { isAbsoluteHttpsUrl, repeated } from './read.ts';

const { search, social, websites, assistants, campaigns } = referrers;

function hostOf(url: string): string {
  return new URL(url).hostname;
}

describe('the referrers', () => {
  it.each(Object.entries({ search, social, websites, assistants }))(
    '%s are absolute https URLs with positive weights',
    (_, pages) => {
      for (const { url, weight } of pages) {
        expect(isAbsoluteHttpsUrl(url), url).toBe(true);
        expect(weight).toBeGreaterThan(0);
      }
    },
  );

  it('name no page twice', () => {
    expect(repeated([...social, ...websites, ...assistants].map(({ url }) => url))).toEqual([]);
    expect(repeated(search.map((page) => JSON.stringify([page.url, page.countries])))).toEqual([]);
  });

  it('have a search engine for every country and name only known countries', () => {
    const known = countries.map(({ code }) => code);
    for (const { countries: codes = [] } of search) {
      expect(codes.filter((code) => !known.includes(code))).toEqual([]);
    }
    expect(search.some((page) => page.countries === undefined)).toBe(true);
    const google = search.filter(({ url }) => hostOf(url).startsWith('www.google.'));
    const covered = new Set(google.flatMap((page) => page.countries ?? []));
    expect(known.filter((code) => !covered.has(code))).toEqual(['us', 'cn']);
  });

  it('have the engines that matter', () => {
    const hosts = search.map(({ url }) => hostOf(url));
    expect(hosts).toEqual(
      expect.arrayContaining([
        'www.google.com',
        'www.bing.com',
        'duckduckgo.com',
        'search.yahoo.com',
        'www.baidu.com',
      ]),
    );
  });

  it('keep social networks out of the ordinary websites', () => {
    const networks =
      /(^|\.)(facebook|instagram|linkedin|youtube|reddit|pinterest|tumblr|vk|xing|vimeo|flickr|github|stackoverflow|t|twitter|x)\.(com|co)$|^news\.ycombinator\.com$/;
    expect(websites.filter(({ url }) => networks.test(hostOf(url)))).toEqual([]);
    expect(social.length).toBeGreaterThanOrEqual(12);
  });

  it('never come from the bare front page of facebook, which Matomo does not count as social', () => {
    const facebook = social.filter(({ url }) => /^(www\.|m\.)?facebook\.com$/.test(hostOf(url)));
    expect(facebook.length).toBeGreaterThan(0);
    expect(facebook.filter(({ url }) => new URL(url).pathname === '/')).toEqual([]);
  });

  it('have at least 40 websites and the common assistants', () => {
    expect(websites.length).toBeGreaterThanOrEqual(40);
    expect(assistants.map(({ url }) => hostOf(url))).toEqual(
      expect.arrayContaining([
        'chatgpt.com',
        'www.perplexity.ai',
        'copilot.microsoft.com',
        'gemini.google.com',
        'claude.ai',
      ]),
    );
  });

  it('have at least 12 campaigns without empty parts', () => {
    expect(campaigns.length).toBeGreaterThanOrEqual(12);
    for (const { weight, ...parts } of campaigns) {
      expect(weight).toBeGreaterThan(0);
      expect([parts.name, parts.source, parts.medium].every((part) => part.trim() !== '')).toBe(true);
      expect(Object.values(parts).filter((part) => part.trim() === '')).toEqual([]);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { isMarkup, parseSitemap } from '../../../src/config/files/sitemap.ts';
import { SettingsError } from '../../../src/errors.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';

function messageOf(text: string): string {
  try {
    parseSitemap(text, 'sitemap.xml');
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return 'no error';
}

describe('parseSitemap', () => {
  it('finds the pages, and not what belongs to them', () => {
    const text = `${HEAD}<urlset ${XMLNS} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <!-- a comment with <loc>https://no.test/</loc> -->
      <url><loc>https://shop.test/</loc><lastmod>2026-01-01</lastmod></url>
      <url>
        <loc>
          https://shop.test/search?a=1&amp;b=2
        </loc>
        <image:image><image:loc>https://shop.test/cat.jpg</image:loc></image:image>
      </url>
      <url><loc><![CDATA[https://shop.test/a&b]]></loc></url>
      <url><loc> </loc></url>
    </urlset>`;
    expect(parseSitemap(text, 'sitemap.xml')).toEqual({
      pages: ['https://shop.test/', 'https://shop.test/search?a=1&b=2', 'https://shop.test/a&b'],
      sitemaps: [],
    });
  });

  it('finds the sitemaps of an index, with a prefix as well', () => {
    const text = `<sm:sitemapindex xmlns:sm="x"><sm:sitemap><sm:loc>https://shop.test/1.xml</sm:loc></sm:sitemap></sm:sitemapindex>`;
    expect(parseSitemap(text, 'sitemap.xml')).toEqual({ pages: [], sitemaps: ['https://shop.test/1.xml'] });
  });

  it.each([
    [
      '<html><body/></html>',
      /line 1: a sitemap must begin with <urlset> or <sitemapindex>, but begins with <html>\.$/,
    ],
    ['\n<!DOCTYPE html>\n<html></html>', /line 2: a sitemap has no document type/],
    ['<urlset>\n<url>\n</urlset>', /^sitemap\.xml line 3: unexpected close tag/],
    ['<urlset>', /^sitemap\.xml line 1: unclosed tag: urlset\.$/],
    ['<urlset><url><loc>&copy;</loc></url></urlset>', /^sitemap\.xml line 1: undefined entity/],
    ['', /^sitemap\.xml line 1: document must contain a root element\.$/],
  ])('refuses %j with its line', (text, message) => {
    expect(messageOf(text)).toMatch(message);
  });

  it('expands no entities that a document defines', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n<urlset><url><loc>&b;</loc></url></urlset>`;
    expect(messageOf(bomb)).toMatch(/a sitemap has no document type/);
  });
});

describe('isMarkup', () => {
  it('tells XML from a list of pages', () => {
    expect(['<urlset/>', '\n <?xml?>', 'https://a.test/\n', '# <urlset>', ''].map(isMarkup)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

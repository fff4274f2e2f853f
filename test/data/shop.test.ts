import { describe, expect, it } from 'vitest';
import content from '../../src/data/content.json' with { type: 'json' };
import downloads from '../../src/data/downloads.json' with { type: 'json' };
import events from '../../src/data/events.json' with { type: 'json' };
import outlinks from '../../src/data/outlinks.json' with { type: 'json' };
import products from '../../src/data/products.json' with { type: 'json' };
import terms from '../../src/data/search-terms.json' with { type: 'json' };
import { isAbsoluteHttpsUrl, readText, repeated } from './read.ts';

describe('the products', () => {
  it('are at least 120 in 10 categories, each name and number once', () => {
    expect(products.length).toBeGreaterThanOrEqual(120);
    expect(new Set(products.map(({ category }) => category)).size).toBe(10);
    expect(repeated(products.map(({ sku }) => sku))).toEqual([]);
    expect(repeated(products.map(({ name }) => name))).toEqual([]);
    for (const { sku, name } of products) {
      expect(sku).toMatch(/^[A-Z]{3}-\d{4}$/);
      expect(name.trim()).not.toBe('');
    }
  });

  it('cost from 4.99 to 899 in whole hundredths, half of them under 100', () => {
    const prices = products.map(({ price }) => price).toSorted((a, b) => a - b);
    expect(prices[0]).toBe(4.99);
    expect(prices.at(-1)).toBe(899);
    expect(prices.filter((price) => Number(price.toFixed(2)) !== price)).toEqual([]);
    const cheap = prices.filter((price) => price < 100).length / prices.length;
    expect(cheap).toBeGreaterThan(0.4);
    expect(cheap).toBeLessThan(0.7);
    expect(prices.filter((price) => price > 400).length).toBeGreaterThan(10);
  });
});

describe('the search terms', () => {
  it('are at least 120, each once, with a category and a weight', () => {
    expect(terms.length).toBeGreaterThanOrEqual(120);
    expect(repeated(terms.map(({ keyword }) => keyword))).toEqual([]);
    for (const { keyword, category, weight } of terms) {
      expect(keyword.trim()).not.toBe('');
      expect(category.trim()).not.toBe('');
      expect(weight).toBeGreaterThan(0);
    }
  });

  it('find nothing for about a tenth of them', () => {
    const nothing = terms.filter(({ results: [, most] }) => most === 0).length / terms.length;
    expect(nothing).toBeGreaterThan(0.08);
    expect(nothing).toBeLessThan(0.13);
  });

  it('have ranges of whole results', () => {
    for (const { results } of terms) {
      const [fewest = -1, most = -1] = results;
      expect(results).toHaveLength(2);
      expect(results.every(Number.isInteger)).toBe(true);
      expect(fewest).toBeGreaterThanOrEqual(0);
      expect(most).toBeGreaterThanOrEqual(fewest);
    }
  });
});

describe.each(Object.entries(events))('the %s', (_, list) => {
  it('are at least 20, each once, without empty parts', () => {
    expect(list.length).toBeGreaterThanOrEqual(20);
    expect(repeated(list.map(({ category, action, name }) => [category, action, name].join('|')))).toEqual(
      [],
    );
    for (const { category, action, name } of list) {
      expect([category, action, name].filter((part) => part.trim() === '')).toEqual([]);
    }
  });

  it('have finite numbers as values', () => {
    const values = list.flatMap((event) => ('value' in event ? [event.value] : []));
    expect(values.length).toBeGreaterThan(0);
    expect(values.every(Number.isFinite)).toBe(true);
  });
});

describe('the links', () => {
  it('lead to at least 40 other sites over https', () => {
    expect(outlinks.length).toBeGreaterThanOrEqual(40);
    expect(repeated(outlinks)).toEqual([]);
    expect(outlinks.filter((url) => !isAbsoluteHttpsUrl(url))).toEqual([]);
    expect(outlinks.filter((url) => new URL(url).hostname === 'www.nordhem.example')).toEqual([]);
  });

  it('download at least 30 files of six kinds or more', () => {
    expect(downloads.length).toBeGreaterThanOrEqual(30);
    expect(repeated(downloads)).toEqual([]);
    for (const path of downloads) expect(path).toMatch(/^\/downloads\/[a-z0-9/-]+\.[a-z0-9]{3,4}$/);
    expect(new Set(downloads.map((path) => path.split('.').at(-1))).size).toBeGreaterThanOrEqual(6);
  });
});

describe('the content banners', () => {
  it('are at least 20, with all parts and a target that exists', () => {
    const pages = readText('urls.txt');
    expect(content.length).toBeGreaterThanOrEqual(20);
    expect(repeated(content.map((banner) => JSON.stringify(banner)))).toEqual([]);
    for (const { name, piece, target } of content) {
      expect(name.trim()).not.toBe('');
      expect(piece.trim()).not.toBe('');
      expect(target).toMatch(/^\/(?!\/)/);
      expect(pages).toContain(`https://www.nordhem.example${target}`);
    }
  });
});

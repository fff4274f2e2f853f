import { describe, expect, it } from 'vitest';
import { isAbsoluteHttpsUrl, readText } from './read.ts';

const lines = readText('urls.txt').trimEnd().split('\n');
const pages = lines
  .filter((line) => !line.startsWith('#'))
  .map((line) => {
    const [url = '', title = '', ...rest] = line.split('\t');
    return { url, title, rest, path: new URL(url).pathname.split('/').slice(1) };
  });

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

describe('the built-in site', () => {
  it('opens with a comment and has 2,000 pages', () => {
    expect(lines[0]).toMatch(/^# /);
    expect(pages).toHaveLength(2000);
  });

  it('is a tree of 10 categories, 5 subcategories each, 40 pages each', () => {
    expect(pages.filter(({ path }) => path.length !== 3)).toEqual([]);
    const categories = countBy(pages.map(({ path }) => path[0] ?? ''));
    const subcategories = countBy(pages.map(({ path }) => path.slice(0, 2).join('/')));
    expect([...categories.values()]).toEqual(Array(10).fill(200));
    expect([...subcategories.values()]).toEqual(Array(50).fill(40));
  });

  it('has its own URL and its own title for every page', () => {
    expect(new Set(pages.map(({ url }) => url)).size).toBe(2000);
    expect(new Set(pages.map(({ title }) => title.toLowerCase())).size).toBe(2000);
  });

  it('has lines of one URL, one tab and one title', () => {
    for (const { url, title, rest } of pages) {
      expect(rest).toEqual([]);
      expect(title).toBe(title.trim());
      expect(title.length).toBeGreaterThanOrEqual(8);
      expect(isAbsoluteHttpsUrl(url)).toBe(true);
      expect(url).toMatch(/^https:\/\/www\.nordhem\.example(\/[a-z0-9]+(-[a-z0-9]+)*){3}$/);
    }
  });

  it('has slugs made of the titles', () => {
    for (const { path, title } of pages) {
      const words = title
        .normalize('NFD')
        .replace(/[\p{M}’]/gu, '')
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter((word) => word !== '');
      expect(path[2]).toBe(words.join('-'));
    }
  });

  it('reads like a site that people wrote', () => {
    for (const { title } of pages) {
      expect(title).not.toMatch(/page \d|lorem|undefined|\{|\}| {2}/i);
      expect(title).toMatch(/^[A-Z“Å]/);
      expect(title).not.toMatch(/\b(a) [aeiou](?!ne-|ni)/i);
      expect(title).not.toMatch(/\b(\w+) \1\b/i);
    }
  });
});

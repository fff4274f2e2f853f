import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNavigation } from '../../../src/plan/visits/navigation.ts';
import { createSiteTree, type SitePage } from '../../../src/plan/visits/site-tree.ts';
import type { Persona } from '../../../src/types/content/journeys.ts';
import { anyStream, draws, share, trafficSettings } from '../fixtures.ts';

const tree = createSiteTree(trafficSettings().pages);
const navigation = createNavigation(tree);

function personaWith(
  way: Partial<Persona['navigation']>,
  entry: Partial<Persona['entry']> = { home: 1 },
): Persona {
  const [persona] = trafficSettings().journeys.personas;
  if (!persona) throw new Error('There is no persona.');
  return {
    ...persona,
    entry: { home: 0, category: 0, subcategory: 0, page: 0, ...entry },
    navigation: { down: 0, up: 0, sideways: 0, home: 0, ...way },
  };
}

function levelOf(page: SitePage): string {
  if (page === tree.home) return 'home';
  if (tree.categories.includes(page)) return 'category';
  return tree.subcategories.includes(page) ? 'subcategory' : 'page';
}

const DAY = 20_500;
const [leaf] = tree.leaves;
if (!leaf) throw new Error('The built-in list is empty.');

describe('the entry page', () => {
  it('is on the levels of the tree by the persona’s weights', () => {
    const persona = personaWith({}, { home: 1, category: 2, subcategory: 3, page: 4 });
    const stream = anyStream();
    const levels = draws(10_000, () => levelOf(navigation.entry(persona, stream, DAY)));
    for (const [level, weight] of Object.entries(persona.entry)) {
      expect(Math.abs(share(levels, (found) => found === level) - weight / 10)).toBeLessThan(0.02);
    }
  });

  it('is any page of a site without the levels that the persona wants', () => {
    const flat = createNavigation(createSiteTree([{ url: 'https://shop.test/only', title: 'Only' }]));
    const page = flat.entry(personaWith({}, { category: 1, subcategory: 1 }), anyStream(), DAY);
    expect(page.url).toBe('https://shop.test/only');
  });

  it('is far more often one of the popular pages', () => {
    const stream = anyStream();
    const persona = personaWith({}, { page: 1 });
    const counts = new Map<SitePage, number>();
    for (let i = 0; i < 20_000; i++) {
      const page = navigation.entry(persona, stream, DAY);
      counts.set(page, (counts.get(page) ?? 0) + 1);
    }
    const sorted = [...counts.values()].sort((a, b) => b - a);
    const topTenth = sorted.slice(0, 200).reduce((sum, count) => sum + count, 0);
    expect(topTenth / 20_000).toBeGreaterThan(0.25);
    expect(counts.size).toBeGreaterThan(1500);
  });
});

describe('the next page', () => {
  const stream = anyStream();

  it('is a child on the way down', () => {
    for (const page of [tree.home, ...tree.categories, ...tree.subcategories]) {
      expect(page.children).toContain(navigation.next(personaWith({ down: 1 }), page, stream, DAY));
    }
  });

  it('is the parent on the way up, and the home page on the way home', () => {
    expect(navigation.next(personaWith({ up: 1 }), leaf, stream, DAY)).toBe(leaf.parent);
    expect(navigation.next(personaWith({ home: 1 }), leaf, stream, DAY)).toBe(tree.home);
  });

  it('is a neighbour on the way sideways, never the same page again', () => {
    for (let i = 0; i < 300; i++) {
      const next = navigation.next(personaWith({ sideways: 1 }), leaf, stream, DAY);
      expect(next).not.toBe(leaf);
      expect(next.parent).toBe(leaf.parent);
    }
  });

  it('is any page where the tree has no way that the persona would go', () => {
    expect(tree.leaves).toContain(navigation.next(personaWith({ down: 1 }), leaf, stream, DAY));
  });

  it('follows the persona’s weights among the ways that are open', () => {
    const persona = personaWith({ down: 5, up: 3, sideways: 2 });
    const [folder] = tree.subcategories;
    if (!folder) throw new Error('The built-in list has no subcategory.');
    const nexts = draws(10_000, () => navigation.next(persona, folder, stream, DAY));
    expect(Math.abs(share(nexts, (page) => page.parent === folder) - 0.5)).toBeLessThan(0.02);
    expect(Math.abs(share(nexts, (page) => page === folder.parent) - 0.3)).toBeLessThan(0.02);
  });

  it('is on the site, whatever the persona, wherever it comes from', () => {
    const way = fc.nat({ max: 3 });
    fc.assert(
      fc.property(fc.record({ down: way, up: way, sideways: way, home: way }), fc.string(), (ways, seed) => {
        const own = anyStream(seed);
        const persona = personaWith(ways);
        let page = navigation.entry(persona, own, DAY);
        for (let i = 0; i < 20; i++) {
          page = navigation.next(persona, page, own, DAY);
          expect(page.url.startsWith(tree.origin)).toBe(true);
        }
      }),
    );
  });
});

describe('a site with new pages every day', () => {
  const own = createNavigation(tree, 40);
  const persona = personaWith({}, { page: 1 });
  /** Visits of each page on a day. */
  function entriesOn(day: number): Map<SitePage, number> {
    const stream = anyStream(`${day}`);
    const counts = new Map<SitePage, number>();
    for (let i = 0; i < 20_000; i++) {
      const page = own.entry(persona, stream, day);
      counts.set(page, (counts.get(page) ?? 0) + 1);
    }
    return counts;
  }
  const first = entriesOn(DAY);
  const [[newest] = []] = [...first].sort(([, a], [, b]) => b - a);
  if (!newest) throw new Error('There is no entry page.');

  it('has others on top the next day, and what was new fades', () => {
    const later = [1, 3, 10].map((days) => entriesOn(DAY + days).get(newest) ?? 0);
    expect(later[0]).toBeLessThan(0.5 * (first.get(newest) ?? 0));
    expect(later[1]).toBeLessThan(later[0] ?? 0);
    expect(later[2]).toBeLessThan(later[1] ?? 0);
  });

  it('leads down from a folder to what is new there', () => {
    const [folder] = tree.subcategories;
    if (!folder) throw new Error('The built-in list has no subcategory.');
    const topOn = (day: number) => {
      const stream = anyStream();
      const found = draws(2000, () => own.next(personaWith({ down: 1 }), folder, stream, day));
      const counts = folder.children.map((child) => found.filter((page) => page === child).length);
      return counts.indexOf(Math.max(...counts));
    };
    expect(new Set([0, 2, 4, 6].map((days) => topOn(DAY + days))).size).toBeGreaterThan(2);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createSiteTree,
  type SitePage,
  type SiteTree,
  titleFromSlug,
} from '../../../src/plan/visits/site-tree.ts';
import { trafficSettings } from '../fixtures.ts';

const SITE = 'https://shop.test';

function treeOf(...paths: string[]): SiteTree {
  return createSiteTree(
    paths.map((path) => ({ url: path.startsWith('/') ? SITE + path : path, title: `Title of ${path}` })),
  );
}

function allPages(page: SitePage): SitePage[] {
  return [page, ...page.children.flatMap(allPages)];
}

const urls = (pages: readonly SitePage[]) => pages.map(({ url }) => url);

describe('the tree of a site', () => {
  it('puts pages below the folders that their paths name', () => {
    const tree = treeOf('/rooms', '/rooms/sofas', '/rooms/sofas/corner', '/rooms/sofas/modular', '/about');
    expect(urls(tree.categories)).toEqual([`${SITE}/rooms`]);
    expect(urls(tree.subcategories)).toEqual([`${SITE}/rooms/sofas`]);
    expect(urls(tree.leaves).sort()).toEqual([
      `${SITE}/about`,
      `${SITE}/rooms/sofas/corner`,
      `${SITE}/rooms/sofas/modular`,
    ]);
    expect(tree.subcategories[0]?.parent?.url).toBe(`${SITE}/rooms`);
  });

  it('has a home page even when none is listed, and keeps the title of a listed one', () => {
    expect(treeOf('/about').home).toMatchObject({
      url: `${SITE}/`,
      title: 'Home',
      depth: 0,
      parent: undefined,
    });
    expect(treeOf('/', '/about').home).toMatchObject({ url: `${SITE}/`, title: 'Title of /' });
  });

  it('makes index pages, titled after their folder, where several pages lie in one that is not listed', () => {
    const [folder] = treeOf('/garden-tools/rake', '/garden-tools/spade').categories;
    expect(folder).toMatchObject({ url: `${SITE}/garden-tools/`, title: 'Garden tools', depth: 1 });
  });

  it('leaves out folders that lead to a single page', () => {
    const tree = treeOf('/2026/05/06/news', '/about');
    expect(urls(allPages(tree.home))).toEqual([`${SITE}/`, `${SITE}/2026/05/06/news`, `${SITE}/about`]);
    expect(tree.leaves.map(({ depth }) => depth)).toEqual([1, 1]);
  });

  it('tells pages apart that differ in query or fragment alone, at the root as well', () => {
    const paths = ['/?p=1', '/?p=2', '/list?page=1', '/list?page=2', '/list#top'];
    expect(urls(treeOf(...paths).leaves).sort()).toEqual(paths.map((path) => SITE + path).sort());
  });

  it('takes pages of other hosts in, and the most frequent host as the site’s', () => {
    const tree = treeOf('https://blog.test/a', '/a', '/b', '/c', 'https://blog.test/');
    expect(tree.origin).toBe(SITE);
    expect(urls(allPages(tree.home))).toContain('https://blog.test/a');
    expect(urls(allPages(tree.home))).toContain('https://blog.test/');
  });

  it('holds every listed page once, each below its parent, whatever the list', () => {
    const segment = fc.constantFrom('a', 'b', 'c', 'räksmörgås', '100%25', 'x.html');
    const path = fc
      .tuple(fc.array(segment, { maxLength: 4 }), fc.constantFrom('', '/', '?q=1', '#end'))
      .map(
        ([segments, tail]) => `/${segments.join('/')}${segments.length === 0 && tail === '/' ? '' : tail}`,
      );
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 25 }), (paths) => {
        const tree = treeOf(...paths);
        const all = allPages(tree.home);
        expect(new Set(all).size).toBe(all.length);
        for (const page of all) {
          for (const child of page.children) expect(child.parent).toBe(page);
          expect(page.depth).toBe((page.parent?.depth ?? -1) + 1);
          expect(URL.canParse(page.url)).toBe(true);
        }
        const slashless = (url: string) => url.replace(/\/(?=[?#]|$)/, '');
        const found = new Set(urls(all).map(slashless));
        for (const path of paths) expect(found).toContain(slashless(SITE + path));
        const kinds = [tree.categories, tree.subcategories, tree.leaves].flat();
        expect(new Set([tree.home, ...kinds]).size).toBe(all.length);
      }),
    );
  });

  it('finds in the built-in list 10 categories, 50 subcategories and 2,000 pages', () => {
    const tree = createSiteTree(trafficSettings().pages);
    expect([tree.categories.length, tree.subcategories.length, tree.leaves.length]).toEqual([10, 50, 2000]);
  });
});

describe('a title made from a slug', () => {
  it.each([
    ['outdoor-living', 'Outdoor living'],
    ['blue_and+white', 'Blue and white'],
    ['r%C3%A4v', 'Räv'],
    ['price-100%', 'Price 100%'],
    ['contact.html', 'Contact'],
    ['', 'Home'],
  ])('of %j is %j', (slug, title) => {
    expect(titleFromSlug(slug)).toBe(title);
  });
});

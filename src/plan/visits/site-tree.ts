/** The site as a tree of pages: what lies below, above and beside a page, told from the URLs alone. */
import type { Page } from '../../types/content/content.ts';
import { addressOf, type PageAddress } from './page-address.ts';

export interface SitePage extends Page {
  readonly rank: number;
  /** Steps below the site's home page. */
  readonly depth: number;
  readonly parent: SitePage | undefined;
  readonly children: readonly SitePage[];
}

export interface SiteTree {
  /** All pages, by their ranks. */
  readonly pages: readonly SitePage[];
  readonly home: SitePage;
  /** Pages one step below the home page that have pages below them. */
  readonly categories: readonly SitePage[];
  /** Pages further down that have pages below them. */
  readonly subcategories: readonly SitePage[];
  /** Pages with nothing below them. */
  readonly leaves: readonly SitePage[];
  /** `https://host` of most pages. */
  readonly origin: string;
}

interface Node {
  url: string;
  title: string;
  rank: number;
  isListed: boolean;
  depth: number;
  parent: Node | undefined;
  children: Node[];
}

/** `outdoor-living` becomes `Outdoor living`. */
export function titleFromSlug(slug: string): string {
  let text = slug;
  try {
    text = decodeURIComponent(slug);
  } catch {
    // A stray per cent sign: the slug is shown as it stands.
  }
  const words = text
    .replace(/\.\w{2,5}$/, '')
    .replace(/[-_+]+/g, ' ')
    .trim();
  return words === '' ? 'Home' : words.charAt(0).toUpperCase() + words.slice(1);
}

/** `https://host` of most of the addresses. */
export function mostFrequentOrigin(urls: readonly Pick<PageAddress, 'origin'>[]): string {
  const counts = new Map<string, number>();
  for (const { origin } of urls) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), ['', 0])[0];
}

/** Takes out folders that are no page of the list and lead to a single page: their child moves up. */
function collapse(node: Node): void {
  node.children = node.children.map((child) => {
    let kept = child;
    while (!kept.isListed && kept.children.length === 1) kept = kept.children[0] as Node;
    kept.parent = node;
    kept.depth = node.depth + 1;
    collapse(kept);
    return kept;
  });
}

/**
 * Builds the tree of a list of pages. The home page is always there; a folder that is not listed itself becomes an
 * index page, titled after its slug, when two or more pages lie in it.
 * @param pages at least one, with absolute URLs
 */
export function createSiteTree(pages: readonly Page[]): SiteTree {
  const urls = pages.map(({ url }) => addressOf(url));
  const origin = mostFrequentOrigin(urls);
  const make = (url: string, title: string, parent?: Node): Node => ({
    url,
    title,
    rank: 0,
    isListed: false,
    depth: 0,
    parent,
    children: [],
  });
  const home = make(`${origin}/`, 'Home');
  const known = new Map<string, Node>([[origin, home]]);
  pages.forEach((page, rank) => {
    const url = urls[rank] as PageAddress;
    const segments = url.pathname.split('/').filter((segment) => segment !== '');
    let node = home;
    let path = url.origin;
    if (url.origin !== origin) segments.unshift('');
    else if (segments.length === 0 && url.search + url.hash !== '') segments.push('');
    segments.forEach((segment, i) => {
      path = segment === '' ? path : `${path}/${segment}`;
      const isLast = i === segments.length - 1;
      const key = isLast ? path + url.search + url.hash : path;
      let next = known.get(key);
      if (!next) {
        const title = isLast ? page.title : titleFromSlug(segment === '' ? url.hostname : segment);
        next = make(`${path}/`, title, node);
        known.set(key, next);
        node.children.push(next);
      }
      node = next;
    });
    node.url = page.url;
    node.title = page.title;
    node.isListed = true;
  });
  collapse(home);
  const all: Node[] = [];
  const walk = (node: Node): void => {
    node.rank = all.length;
    all.push(node);
    node.children.forEach(walk);
  };
  walk(home);
  const isFolder = (node: Node) => node.children.length > 0;
  const leaves = all.filter((node) => !isFolder(node));
  return {
    pages: all,
    home,
    categories: all.filter((node) => node.depth === 1 && isFolder(node)),
    subcategories: all.filter((node) => node.depth > 1 && isFolder(node)),
    leaves,
    origin,
  };
}

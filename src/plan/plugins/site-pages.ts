/** The site's pages as hooks see and name them: by address and title. */
import type { Page } from '../../types/content/content.ts';
import type { SitePage, SiteTree } from '../visits/site-tree.ts';

/** Pages of plugins that are remembered at once. */
const REMEMBERED = 10_000;

export interface SitePages {
  readonly origin: string;
  /** The page as a hook gets it. */
  shown(page: SitePage): Page;
  find(url: string): SitePage | undefined;
  /** One object for each address and title: pages are known by it later. */
  pageOf(url: string, title: string): Page;
  /** Whether some page of the site is there. */
  hasOrigin(origin: string): boolean;
}

export function createSitePages(tree: SiteTree): SitePages {
  /** Made for the first question: without plugins there is none. */
  let known: { readonly byUrl: Map<string, SitePage>; readonly origins: Set<string> } | undefined;
  function index() {
    if (known) return known;
    const byUrl = new Map<string, SitePage>();
    const origins = new Set<string>();
    const add = (page: SitePage): void => {
      byUrl.set(page.url, page);
      origins.add(new URL(page.url).origin);
      page.children.forEach(add);
    };
    add(tree.home);
    known = { byUrl, origins };
    return known;
  }
  const shownPages = new Map<SitePage, Page>();
  const others = new Map<string, Page>();
  return {
    origin: tree.origin,
    find: (url) => index().byUrl.get(url),
    hasOrigin: (origin) => index().origins.has(origin),
    shown(page) {
      let shown = shownPages.get(page);
      if (!shown) {
        shown = Object.freeze({ url: page.url, title: page.title });
        shownPages.set(page, shown);
      }
      return shown;
    },
    pageOf(url, title) {
      const own = index().byUrl.get(url);
      if (own?.title === title) return own;
      const key = `${url} ${title}`;
      let page = others.get(key);
      if (!page) {
        page = { url, title };
        if (others.size >= REMEMBERED) others.clear();
        others.set(key, page);
      }
      return page;
    },
  };
}

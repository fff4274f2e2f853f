/** What is in a list of pages: what is wrong with it, line by line, and how its pages are grouped. */
import { isHttpUrl } from '../../config/files/http-url.ts';

export interface UrlEntry {
  readonly url: string;
  readonly title: string | null;
  readonly line: number;
}

export interface UrlValidation {
  readonly valid: boolean;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly url_count: number;
  readonly urls: readonly UrlEntry[];
}

interface CategoryPages {
  readonly subcategories: Record<string, { url: string; title: string | null; page_id: string }[]>;
  readonly pages: { url: string; title: string | null }[];
}

interface GroupedPages {
  readonly pages: CategoryPages['pages'];
  readonly sub: Map<string, { url: string; title: string | null; page_id: string }[]>;
}

export interface UrlStructure {
  readonly total_urls: number;
  readonly unique_domains: number;
  readonly total_categories: number;
  readonly total_subcategories: number;
  readonly categories: Record<string, number>;
  readonly hierarchy: Record<string, CategoryPages>;
}

const LINE = /^(\S+)(?:(?:\t|\s{2})\s*(.*))?$/;
const FEW = 10;
const SOME = 100;
const MANY = 50_000;
/** Errors of a list that is something else altogether. */
const MOST_ERRORS = 100;

export function validateUrls(content: string): UrlValidation {
  const errors: string[] = [];
  const urls: UrlEntry[] = [];
  content.split(/\r?\n/).forEach((raw, index) => {
    const text = raw.trim();
    if (text === '' || text.startsWith('#')) return;
    const [, url = '', title] = LINE.exec(text) ?? [];
    if (isHttpUrl(url)) urls.push({ url, title: title?.trim() || null, line: index + 1 });
    else if (errors.length < MOST_ERRORS) {
      errors.push(`Line ${index + 1}: expected an http(s) URL, then a tab or two spaces and a title`);
    }
  });
  return { valid: errors.length === 0, errors, warnings: warningsOf(urls), url_count: urls.length, urls };
}

function warningsOf(urls: readonly UrlEntry[]): string[] {
  const seen = new Map<string, number>();
  const doubles = urls.flatMap(({ url, line }) => {
    const first = seen.get(url);
    if (first !== undefined) return [`Line ${line}: the same URL as in line ${first}`];
    seen.set(url, line);
    return [];
  });
  const count = urls.length;
  return [
    ...(count < FEW ? [`Only ${count} URLs: at least ${FEW} make visits look real`] : []),
    ...(count >= FEW && count < SOME ? [`Fewer than ${SOME} URLs: visits will look alike`] : []),
    ...(count > MANY ? [`More than ${MANY} URLs: they take memory`] : []),
    ...doubles.slice(0, MOST_ERRORS),
  ];
}

/** Two segments of a path are category and subcategory, what comes after is the page. */
export function structureOf(urls: readonly UrlEntry[]): UrlStructure {
  // Names come from outside: no name may reach what every object has.
  const hierarchy = new Map<string, GroupedPages>();
  const domains = new Set<string>();
  const counts = new Map<string, number>();
  for (const { url, title } of urls) {
    const { hostname, pathname } = new URL(url);
    domains.add(hostname);
    const segments = pathname.split('/').filter((segment) => segment !== '');
    const category = segments[0] ?? 'home';
    counts.set(category, (counts.get(category) ?? 0) + 1);
    const own: GroupedPages = hierarchy.get(category) ?? { pages: [], sub: new Map() };
    hierarchy.set(category, own);
    const [, subcategory, ...rest] = segments;
    if (subcategory === undefined || rest.length === 0) own.pages.push({ url, title });
    else {
      const pages = own.sub.get(subcategory) ?? [];
      pages.push({ url, title, page_id: rest.join('/') });
      own.sub.set(subcategory, pages);
    }
  }
  return {
    total_urls: urls.length,
    unique_domains: domains.size,
    total_categories: hierarchy.size,
    total_subcategories: [...hierarchy.values()].reduce((sum, { sub }) => sum + sub.size, 0),
    categories: Object.fromEntries(counts),
    hierarchy: Object.fromEntries(
      [...hierarchy].map(([name, { sub, pages }]) => [
        name,
        { subcategories: Object.fromEntries(sub), pages },
      ]),
    ),
  };
}

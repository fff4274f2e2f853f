/** Gathers the pages of a sitemap and of those that it lists into one list of pages, with bounds. */
import { type Problem, SettingsError } from '../../errors.ts';
import { shown } from '../schema/problem-text.ts';
import { isHttpUrl } from './http-url.ts';
import { isMarkup, parseSitemap } from './sitemap.ts';

export const MOST_PAGES = 50_000;
const MOST_SITEMAPS = 200;

export interface PageList {
  /** One address a line. */
  readonly text: string;
  /** True: there were more pages than are used. */
  readonly isCut: boolean;
}

/** @throws SettingsError with every address that is none */
function checkAddresses(subject: string, addresses: readonly string[]): void {
  const problems = addresses
    .filter((address) => !isHttpUrl(address))
    .map((address): Problem => {
      const message = `${subject} must list http(s) addresses, but lists ${shown(address)}.`;
      return { code: 'invalid-address', subject, message };
    });
  if (problems.length > 0) throw new SettingsError(problems);
}

/** True for a sitemap that lists others, which must be fetched. */
export function isSitemapIndex(text: string, subject: string): boolean {
  return isMarkup(text) && parseSitemap(text, subject).sitemaps.length > 0;
}

/** The pages of a sitemap that lists no others. @throws SettingsError */
export function pageListOf(text: string, subject: string): PageList {
  const { pages } = parseSitemap(text, subject);
  checkAddresses(subject, pages);
  return listOf(new Set(pages), subject, false);
}

function listOf(addresses: ReadonlySet<string>, subject: string, isCut: boolean): PageList {
  if (addresses.size === 0) {
    const message = `${subject} must list at least one page, but lists none.`;
    throw new SettingsError([{ code: 'empty-file', subject, message }]);
  }
  const lines = [...addresses].slice(0, MOST_PAGES).map((address) => address.replace(/\s/g, '%20'));
  return { text: `${lines.join('\n')}\n`, isCut: isCut || addresses.size > MOST_PAGES };
}

/**
 * @param fetch gets the sitemaps that an index lists, each once
 * @throws SettingsError
 */
export async function gatherPages(
  text: string,
  subject: string,
  fetch: (address: string) => Promise<string>,
): Promise<PageList> {
  if (!isMarkup(text)) return { text, isCut: false };
  const addresses = new Set<string>();
  const sitemaps = new Set<string>();
  const read = (markup: string, from: string) => {
    const found = parseSitemap(markup, from);
    checkAddresses(from, [...found.pages, ...found.sitemaps]);
    for (const address of found.pages) addresses.add(address);
    for (const address of found.sitemaps) sitemaps.add(address);
  };
  read(text, subject);
  let fetched = 0;
  // A set hands out what is added while it is walked through.
  for (const address of sitemaps) {
    if (addresses.size > MOST_PAGES || fetched === MOST_SITEMAPS) break;
    fetched += 1;
    read(await fetch(address), address);
  }
  return listOf(addresses, subject, fetched < sitemaps.size);
}

/** Reads sitemaps: the pages of one, or the addresses of the sitemaps that an index lists. */
import { SaxesParser } from 'saxes';
import { type Problem, SettingsError } from '../../errors.ts';

/** Both lists hold addresses as they stand in the file. */
export interface Sitemap {
  readonly pages: readonly string[];
  readonly sitemaps: readonly string[];
}

/** What a `<loc>` is the address of, by the element around it. */
const LISTS: Readonly<Record<string, keyof Sitemap>> = { url: 'pages', sitemap: 'sitemaps' };
const ROOTS = ['urlset', 'sitemapindex'];

/** True for text that is XML, or HTML in its place. */
export function isMarkup(text: string): boolean {
  return /^\s*</.test(text);
}

/** `loc` of `sm:loc`: sitemaps may have a prefix of their own. Images and videos have theirs, and another parent. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function syntaxProblem(subject: string, line: number, what: string): Problem {
  return { code: 'syntax', subject, message: `${subject} line ${line}: ${what}.` };
}

/**
 * Entities that a document defines itself are not expanded: a document type is refused.
 * @param subject names the file in problems
 * @throws SettingsError
 */
export function parseSitemap(text: string, subject: string): Sitemap {
  const lists: Record<keyof Sitemap, string[]> = { pages: [], sitemaps: [] };
  const open: string[] = [];
  let words = '';
  const parser = new SaxesParser();
  const fail = (what: string): never => {
    throw new SettingsError([syntaxProblem(subject, parser.line, what)]);
  };
  parser.on('error', ({ message }) => fail(message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('doctype', () => fail('a sitemap has no document type (<!DOCTYPE …>); is this a page of HTML'));
  parser.on('opentag', ({ name }) => {
    const local = localName(name);
    if (open.length === 0 && !ROOTS.includes(local)) {
      fail(`a sitemap must begin with <urlset> or <sitemapindex>, but begins with <${name}>`);
    }
    open.push(local);
    words = '';
  });
  const add = (more: string) => {
    words += more;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const list = open.length === 3 && open[2] === 'loc' ? LISTS[open[1] ?? ''] : undefined;
    if (list !== undefined && words.trim() !== '') lists[list].push(words.trim());
    open.pop();
    words = '';
  });
  parser.write(text).close();
  return lists;
}

/** Reads the list of pages: one URL a line, then a tab or two spaces and a title. */
import { join } from 'node:path';
import { type Problem, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Page } from '../../types/content/content.ts';
import { shown } from '../schema/problem-text.ts';
import { fileName, readTextFile } from '../sources/text-files.ts';
import { isHttpUrl } from './http-url.ts';
import { pageListOf } from './page-list.ts';
import { isMarkup } from './sitemap.ts';

const LINE = /^(\S+)(?:(?:\t|\s{2})\s*(.*))?$/;

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** `/news/spring-sale.html` is titled `Spring sale`; a page without path by its host. */
function titleOf(url: URL): string {
  const segment = url.pathname.split('/').findLast((part) => part !== '');
  const words = decoded(segment ?? '')
    .replace(/\.\w+$/, '')
    .replace(/[-_+\s]+/g, ' ')
    .trim();
  return words === '' ? url.hostname : words.charAt(0).toUpperCase() + words.slice(1);
}

function parseLine(line: string): Page | undefined {
  const [, url, title] = LINE.exec(line) ?? [];
  if (url === undefined || !isHttpUrl(url)) return undefined;
  return { url, title: title?.trim() || titleOf(new URL(url)) };
}

/** `subject` names the file in problems; every line that is wrong is told. */
export function parseUrls(text: string, subject: string): Page[] {
  const pages: Page[] = [];
  const problems: Problem[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const page = parseLine(line);
    if (page !== undefined) pages.push(page);
    else {
      const message = `${subject} line ${index + 1} must be an http(s) URL, then a tab or two spaces and a title, but is ${shown(line)}.`;
      problems.push({ code: 'invalid-line', subject, message });
    }
  });
  if (pages.length === 0 && problems.length === 0) {
    problems.push({
      code: 'empty-file',
      subject,
      message: `${subject} must contain at least one URL, but has none.`,
    });
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return pages;
}

/** A list of pages, or a sitemap. */
function pagesOf(text: string, subject: string): Page[] {
  return parseUrls(isMarkup(text) ? pageListOf(text, subject).text : text, subject);
}

/** Pages of the user's file, or the built-in ones. */
export function loadPages(host: Host, urlsFile: string | undefined): Page[] {
  if (urlsFile !== undefined) return pagesOf(readTextFile(host, urlsFile, 'URLS_FILE'), fileName(urlsFile));
  return parseUrls(readTextFile(host, join(host.packageDir, 'urls.txt'), 'URLS_FILE'), 'urls.txt');
}

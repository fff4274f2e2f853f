/** Fetches the pages that URLS_FILE names by an address or by an index of sitemaps, before anything is planned. */
import { isHttpUrl } from '../../config/files/http-url.ts';
import {
  gatherPages,
  isSitemapIndex,
  MOST_PAGES,
  type PageList,
  pageListOf,
} from '../../config/files/page-list.ts';
import { isMarkup } from '../../config/files/sitemap.ts';
import { decodeText } from '../../config/sources/text-bytes.ts';
import { fileName, readTextFile, resolvePath, STANDARD_STREAM } from '../../config/sources/text-files.ts';
import { SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { download } from '../../matomo/http/download.ts';
import { readProxySettings } from '../../matomo/http/proxy.ts';
import { formatNumber } from '../../report/format.ts';
import type { CliContext } from '../context.ts';
import type { SettingsOptions } from './session.ts';
import { givenUrlsFile } from './settings-in-force.ts';

const LIMITS = { bytes: 50 * 1024 * 1024, connectTimeoutMs: 10_000, responseTimeoutMs: 60_000 };

/** The text of a sitemap that lists others. What cannot be read is reported when all settings are. */
function indexIn(context: CliContext, path: string): string | undefined {
  const subject = fileName(path);
  try {
    const text = readTextFile(context.host, path, 'URLS_FILE');
    if (isSitemapIndex(text, subject)) return text;
    if (isMarkup(text)) warnIfCut(context, path, pageListOf(text, subject));
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}

/** The text of a list that must be fetched; undefined for a file that holds all its pages itself. */
async function fetchList(context: CliContext, path: string): Promise<PageList | undefined> {
  const proxies = readProxySettings(context.host.env);
  const fetch = async (address: string) => decodeText(await download(address, proxies, LIMITS), address);
  if (isHttpUrl(path)) return gatherPages(await fetch(path), path, fetch);
  const text = indexIn(context, path);
  return text === undefined ? undefined : gatherPages(text, fileName(path), fetch);
}

function warnIfCut({ log }: CliContext, path: string, { isCut }: PageList): void {
  if (!isCut) return;
  const message = `${fileName(path)} lists too many pages: only the first ${formatNumber(MOST_PAGES)} are used.`;
  log.warning(message, { code: 'pages-cut', hint: 'Name one of its sitemaps, or a list of your own.' });
}

/** The host as one finds it who has the file, and it holds the text. */
function withFile(host: Host, path: string, text: string): Host {
  if (path === STANDARD_STREAM) return { ...host, readInput: () => Buffer.from(text) };
  return {
    ...host,
    exists: (asked) => asked === path || host.exists(asked),
    isDirectory: (asked) => asked !== path && host.isDirectory(asked),
    readFile: (asked) => (asked === path ? Buffer.from(text) : host.readFile(asked)),
  };
}

/**
 * The same context, in which the pages that were fetched are a file.
 * @throws UserError where they cannot be fetched
 */
export async function withRemotePages(context: CliContext, options: SettingsOptions): Promise<CliContext> {
  const path = givenUrlsFile(context, options);
  if (path === undefined || path === '') return context;
  const { host, log } = context;
  const list = await fetchList(context, path);
  if (list === undefined) return context;
  const count = formatNumber(list.text.trimEnd().split('\n').length);
  log.info(`fetched the addresses of ${count} pages (${fileName(path)})`, { code: 'pages-fetched' });
  warnIfCut(context, path, list);
  return { ...context, host: withFile(host, resolvePath(host, path), list.text) };
}

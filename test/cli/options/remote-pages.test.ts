import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CliContext } from '../../../src/cli/context.ts';
import { withRemotePages } from '../../../src/cli/options/remote-pages.ts';
import { loadSession } from '../../../src/cli/options/session.ts';
import { createLog } from '../../../src/cli/output/log.ts';
import { systemClock } from '../../../src/run/clock.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';

/** What the server responds with, by path. */
let responses: Record<string, string | Uint8Array | { readonly location: string } | number> = {};
let asked: string[] = [];
let server: Server;
let origin = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const found = responses[path] ?? 404;
    if (typeof found === 'number') response.writeHead(found).end();
    else if (typeof found === 'object' && 'location' in found) response.writeHead(302, found).end();
    else response.end(found);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  responses = {};
  asked = [];
});

const urlset = (...pages: string[]) =>
  `<urlset xmlns="x">${pages.map((page) => `<url><loc>${page}</loc></url>`).join('')}</urlset>`;
const index = (...maps: string[]) =>
  `<sitemapindex>${maps.map((map) => `<sitemap><loc>${map}</loc></sitemap>`).join('')}</sitemapindex>`;

async function pagesOf(urlsFile: string, given: { files?: Record<string, string>; input?: string } = {}) {
  const { files = {}, ...more } = given;
  const host = createFakeHost({
    ...more,
    files: { ...packageFiles(), ...files },
    env: { URLS_FILE: urlsFile },
  });
  const log = createLog(host, systemClock, () => ({}));
  const context: CliContext = { args: [], host, clock: systemClock, log, finish: () => {} };
  const fetched = await withRemotePages(context, { sink: true });
  const { pages } = loadSession(fetched.host, 'run', { sink: true, for: 1000 }, Date.UTC(2026, 5, 1)).files;
  return { pages: pages.map(({ url, title }) => [url, title]), stderr: host.stderrText() };
}

describe('pages of a sitemap', () => {
  it('come from an address, with titles of their paths, and are fetched once', async () => {
    responses['/sitemap.xml'] = urlset(
      'https://shop.test/',
      'https://shop.test/tents/two-person.html?a=1&amp;b=2',
    );
    const { pages, stderr } = await pagesOf(`${origin}/sitemap.xml`);
    expect(pages).toEqual([
      ['https://shop.test/', 'shop.test'],
      ['https://shop.test/tents/two-person.html?a=1&b=2', 'Two person'],
    ]);
    expect(asked).toEqual(['/sitemap.xml']);
    expect(stderr).toMatch(/fetched the addresses of 2 pages \(http:.*sitemap\.xml\)/);
  });

  it('come from an index, compressed, by way of redirects, each page and each sitemap once', async () => {
    responses['/'] = { location: '/index.xml' };
    responses['/index.xml'] = index(`${origin}/a.xml.gz`, `${origin}/b.xml`, `${origin}/a.xml.gz`);
    responses['/a.xml.gz'] = gzipSync(urlset('https://shop.test/a', 'https://shop.test/b'));
    responses['/b.xml'] = urlset('https://shop.test/b', 'https://shop.test/c');
    const { pages } = await pagesOf(`${origin}/`);
    expect(pages.map(([url]) => url)).toEqual([
      'https://shop.test/a',
      'https://shop.test/b',
      'https://shop.test/c',
    ]);
    expect(asked).toEqual(['/', '/index.xml', '/a.xml.gz', '/b.xml']);
  });

  it('come from a file, and from those that it lists', async () => {
    responses['/b.xml'] = urlset('https://shop.test/b');
    const files = {
      '/work/own.xml': urlset('https://shop.test/a'),
      '/work/index.xml': index(`${origin}/b.xml`),
    };
    expect((await pagesOf('own.xml', { files })).pages).toEqual([['https://shop.test/a', 'A']]);
    expect(asked).toEqual([]);
    expect((await pagesOf('index.xml', { files })).pages).toEqual([['https://shop.test/b', 'B']]);
    const input = index(`${origin}/b.xml`);
    expect((await pagesOf('-', { input })).pages).toEqual([['https://shop.test/b', 'B']]);
  });

  it('come from standard input, as a list or as a sitemap', async () => {
    expect((await pagesOf('-', { input: 'https://shop.test/a\tFirst\n' })).pages).toEqual([
      ['https://shop.test/a', 'First'],
    ]);
    expect((await pagesOf('-', { input: urlset('https://shop.test/a') })).pages).toEqual([
      ['https://shop.test/a', 'A'],
    ]);
  });

  it('may be a plain list at an address', async () => {
    responses['/urls.txt'] = '# pages\nhttps://shop.test/a\tFirst page\n';
    expect((await pagesOf(`${origin}/urls.txt`)).pages).toEqual([['https://shop.test/a', 'First page']]);
  });

  it('are no more than can be used, and a warning says so', async () => {
    const many = Array.from({ length: 30_001 }, (_, i) => `https://shop.test/p/${i}`);
    responses['/i.xml'] = index(`${origin}/1.xml`, `${origin}/2.xml`, `${origin}/3.xml`);
    responses['/1.xml'] = urlset(...many);
    responses['/2.xml'] = urlset(...many.map((page) => `${page}/more`));
    const { pages, stderr } = await pagesOf(`${origin}/i.xml`);
    expect(pages).toHaveLength(50_000);
    expect(asked).not.toContain('/3.xml');
    const files = { '/work/own.xml': urlset(...many, ...many.map((page) => `${page}/more`)) };
    const own = await pagesOf('own.xml', { files });
    expect([own.pages.length, /only the first 50,000 are used/.test(own.stderr)]).toEqual([50_000, true]);
    expect(stderr).toMatch(/warning: .*lists too many pages: only the first 50,000 are used/);
  });

  it.each([
    ['/gone.xml', 'cannot be fetched: the server responds with HTTP 404'],
    ['/loop', 'redirects more than 5 times'],
    ['/away', 'redirects to another protocol'],
    ['/page.html', 'a sitemap has no document type'],
    ['/bad.xml', 'must list http(s) addresses, but lists "ftp://x/"'],
    ['/empty.xml', 'must list at least one page, but lists none'],
  ])('are refused where %s is no sitemap', async (path, message) => {
    responses = {
      '/loop': { location: '/loop' },
      '/away': { location: 'file:///etc/passwd' },
      '/page.html': '<!DOCTYPE html><html></html>',
      '/bad.xml': urlset('ftp://x/'),
      '/empty.xml': urlset(),
    };
    await expect(pagesOf(origin + path)).rejects.toThrow(message);
  });

  it('are refused where nobody responds', async () => {
    await expect(pagesOf('http://127.0.0.1:1/sitemap.xml')).rejects.toThrow(
      /cannot be fetched: no response \(ECONNREFUSED\)/,
    );
  });
});

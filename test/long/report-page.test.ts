import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { runPage } from '../../src/report/html/run-page.ts';
import { runReport } from '../report/html/run-report.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const browser = (process.env.PATH ?? '')
  .split(':')
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

const ADDRESS = 'http://report.test/';
/** What the browser asks for of its own accord. */
const ITS_OWN = /^(https?:\/\/)?((clients2|accounts|www)\.google|update\.googleapis)\.com[:/]/;
const SCHEMES = { light: 1, dark: 0 } as const;
const place = mkdtempSync(join(tmpdir(), 'trafficinator-page-'));
afterAll(() => rmSync(place, { recursive: true, force: true, maxRetries: 5 }));

/** Everything that the browser asks the network for goes through here. */
async function openProxy(page: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(request.url === ADDRESS ? 200 : 404, { 'content-type': 'text/html' }).end(page);
  });
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { asked, server, port: (server.address() as AddressInfo).port };
}

/** Opens the page as somebody would who prefers the scheme, at the width. */
async function look(page: string, scheme: keyof typeof SCHEMES, width: number) {
  const { asked, server, port } = await openProxy(page);
  const picture = join(place, `${scheme}-${width}.png`);
  const args = [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ...['--enable-logging=stderr', `--user-data-dir=${join(place, `profile-${scheme}-${width}`)}`],
    ...[`--proxy-server=127.0.0.1:${port}`, `--blink-settings=preferredColorScheme=${SCHEMES[scheme]}`],
    ...[`--window-size=${width},1600`, `--screenshot=${picture}`, ADDRESS],
  ];
  const child = spawn(browser ?? '', args, { timeout: 300_000, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return {
    asked: asked.filter((address) => !ITS_OWN.test(address)),
    console: told.match(/.*CONSOLE.*/g) ?? [],
    picture,
  };
}

/** Red, green and blue of the first pixel: no filter of PNG changes it. */
function cornerOf(picture: string): number[] {
  const png = readFileSync(picture);
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return [...inflateSync(Buffer.concat(parts)).subarray(1, 4)];
}

const where = browser === undefined ? `skipped: none of ${NAMES.join(', ')} is on the PATH` : browser;

describe.skipIf(browser === undefined)(`the page of a run in a browser (${where})`, () => {
  it('would be caught asking', async () => {
    const { asked } = await look('<img src="http://elsewhere.test/a.png">', 'light', 800);
    expect(asked).toContain('http://elsewhere.test/a.png');
  });

  it.each([
    ['light', 1200, [0xfc, 0xfb, 0xf8]],
    ['light', 390, [0xfc, 0xfb, 0xf8]],
    ['dark', 1200, [0x17, 0x16, 0x14]],
  ] as const)('is %s at a width of %d, and asks the network for nothing', async (scheme, width, colour) => {
    const { asked, console, picture } = await look(runPage(runReport()), scheme, width);
    expect(asked).toEqual([ADDRESS]);
    expect(console).toEqual([]);
    expect(cornerOf(picture)).toEqual([...colour]);
  });
});

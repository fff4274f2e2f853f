// Makes docs/page/*.png: the main places of the page of `trafficinator serve`, with traffic to the embedded endpoint.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { startService } from './start-service.mjs';

const SIZE = { width: 1120, height: 760 };
const LARGEST_BYTES = 60_000;
const COLOURS = 64;
const RUN_MS = 45_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'trafficinator-pictures-'));
const out = join(root, 'docs/page');

/** The embedded endpoint as a server, which gets visits of days that the calendar then shows as sent. */
async function startSink() {
  const child = spawn(process.execPath, [join(root, 'bin/trafficinator.js'), 'sink', '--port', '0'], {
    env: { PATH: process.env.PATH },
  });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    const look = (data) => {
      text += data;
      const found = /(http:\/\/127\.0\.0\.1:\d+)/.exec(text)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('close', () => reject(new Error(`The endpoint has ended: ${text}`)));
  });
  return { child, url };
}

const DAY_MS = 86_400_000;
const TOKEN = 'b'.repeat(32);
const dayBefore = (days) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** Sends some days by the API, as a script would, and chooses others in the calendar. */
async function takeCalendar(page, origin, sink) {
  const post = (path, body) =>
    page.evaluate(
      async ([at, text]) => {
        const answer = await fetch(at, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: text,
        });
        return answer.json();
      },
      [path, JSON.stringify(body)],
    );
  const settings = { MATOMO_URL: sink, MATOMO_TOKEN_AUTH: TOKEN, TARGET_VISITS_PER_DAY: 20, TIMEZONE: 'UTC' };
  const days = { BACKFILL_START_DATE: dayBefore(9), BACKFILL_END_DATE: dayBefore(6) };
  const plan = await post('/api/v2/backfill-plans', { settings: { ...settings, ...days } });
  const { digest, visits } = plan;
  const confirmed = { digest, visits, tokens: { MATOMO_TOKEN_AUTH: TOKEN } };
  const { id } = await post(`/api/v2/backfill-plans/${plan.id}/confirm`, confirmed);
  await page.goto(`${origin}/ui/runs/${id}`);
  await page.locator('main .state', { hasText: 'Done' }).waitFor();
  // The backfill of another picture is still being prepared in this tab.
  await page.evaluate(() => sessionStorage.clear());
  await page.goto(`${origin}/ui/backfill`);
  await page.getByLabel('URL', { exact: true }).fill(sink);
  await page.getByLabel('Token', { exact: true }).fill(TOKEN);
  await page.locator(`[data-day="${dayBefore(7)}"]`).click();
  await page.locator(`[data-day="${dayBefore(2)}"]`).click();
  await page.locator('.month .sent').first().waitFor();
  await page.locator('h1').scrollIntoViewIfNeeded();
  await take(page, 'calendar');
}

/** The pixels of a PNG, as the browser reads it. */
async function pixelsOf(page, png) {
  const text = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let binary = '';
    for (let i = 0; i < data.length; i += 32_768)
      binary += String.fromCharCode(...data.subarray(i, i + 32_768));
    return btoa(binary);
  }, png.toString('base64'));
  return Buffer.from(text, 'base64');
}

/** The page has few colours: the most frequent ones stay, the others take the nearest of them. */
function paletteOf(pixels) {
  const counts = new Map();
  for (let i = 0; i < pixels.length; i += 4) {
    const colour = pixels.readUIntBE(i, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const distance = (a, b) => parts(a).reduce((sum, part, i) => sum + (part - parts(b)[i]) ** 2, 0);
  const palette = [];
  for (const [colour] of [...counts].sort(([, a], [, b]) => b - a)) {
    if (palette.length === COLOURS) break;
    if (palette.every((chosen) => distance(chosen, colour) > 20)) palette.push(colour);
  }
  const nearest = (colour) =>
    palette.reduce(
      (best, chosen, i) => (distance(chosen, colour) < distance(palette[best], colour) ? i : best),
      0,
    );
  const index = new Map([...counts.keys()].map((colour) => [colour, nearest(colour)]));
  return { palette: palette.map(parts), index };
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** An indexed PNG, which is a third of what the browser writes. */
function compressed(pixels, { width, height }) {
  const { palette, index } = paletteOf(pixels);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = index.get(pixels.readUIntBE((y * width + x) * 4, 3));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

async function take(page, name) {
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const small = compressed(await pixelsOf(page, png), SIZE);
  if (small.length > LARGEST_BYTES) throw new Error(`${name} has ${small.length} bytes`);
  writeFileSync(join(out, `${name}.png`), small);
  console.log(`docs/page/${name}.png: ${small.length} bytes`);
}

async function pictures(page, origin) {
  await page.evaluate(() => {
    const settings = {
      TARGET_VISITS_PER_DAY: 600_000,
      VISIT_TIMING: 'compressed',
      THRESHOLDS: 'latency.p95<200ms',
    };
    const body = JSON.stringify({ name: 'Demo shop', preset: 'shop', sink: true, forSeconds: 600, settings });
    return fetch('/api/v2/runs', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  });
  await page.waitForSelector('text=/accepts what is sent: [1-9]/');
  await page.waitForTimeout(RUN_MS);
  await take(page, 'overview');

  await page.goto(`${origin}/ui/traffic`);
  await page.getByLabel('Send to the embedded endpoint').check();
  const shop = page.locator('.cards .card').filter({ has: page.getByText('shop', { exact: true }) });
  await shop.getByRole('button').click();
  await page.waitForSelector('.aside .column');
  await page.locator('.split').scrollIntoViewIfNeeded();
  await take(page, 'traffic');

  await page.goto(`${origin}/ui/backfill`);
  await page.getByLabel('Preset').selectOption('shop');
  await page.getByLabel('Send to the embedded endpoint').check();
  await page.getByLabel('Target visits per day').fill('400');
  await page.getByRole('button', { name: 'Last 7 days' }).click();
  await page.getByRole('button', { name: 'Count the visits' }).click();
  await page.getByRole('button', { name: /^Send [\d,]+ visits$/ }).waitFor();
  await take(page, 'backfill');

  await page.goto(`${origin}/ui/funnels/new`);
  await page.getByRole('button', { name: 'Purchase' }).click();
  await take(page, 'funnels');
}

mkdirSync(out, { recursive: true });
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (!executablePath) throw new Error('Chromium is needed: apt-get install chromium');
const { child, login } = await startService(spawn, root, folder);
const sink = await startSink();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(login);
  await page.waitForURL('**/ui');
  await pictures(page, new URL(login).origin);
  await takeCalendar(page, new URL(login).origin, sink.url);
} finally {
  await browser.close();
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGINT');
  sink.child.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

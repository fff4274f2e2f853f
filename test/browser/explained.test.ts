/** Numbers and checks that say what they rest on, and that are gone once that has changed. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accessibilityProblems,
  openBrowser,
  overflow,
  type ServedPage,
  servePage,
  startSink,
} from './page.ts';

const TOKEN = 'a'.repeat(32);
let browser: Browser;
let service: ServedPage;
let sink: { url: string; close(): Promise<void> };
beforeAll(async () => {
  browser = await openBrowser();
  sink = await startSink();
  service = await servePage([], undefined, { TIMEZONE: 'America/New_York' });
});
afterAll(async () => {
  // Each is closed whatever comes of the other.
  await Promise.all([browser?.close(), service?.close(), sink?.close()]);
});

describe('the numbers of a backfill', () => {
  it('say why a day has another number than was typed, what is ordered, and how long the sending takes', async () => {
    const page = await service.open(browser, { viewport: { width: 1280, height: 900 } });
    await page.goto(`${service.url}/ui/backfill`);
    // The days are still to be chosen: what the service has is shown all the same.
    await page.getByText('from the settings of the service').first().waitFor();
    await expect.poll(() => page.getByLabel('Timezone').getAttribute('placeholder')).toBe('America/New_York');
    await page.getByLabel('Send to the embedded endpoint').check();
    await page.getByLabel('Preset').selectOption('shop');
    await page.getByLabel('Target visits per day').fill('60');
    await page.getByPlaceholder(/^Find one of/).fill('BACKFILL_RPS');
    await page.getByLabel('RPS limit').fill('5');
    await page.getByLabel('First day').fill('2026-10-01');
    await page.getByLabel('Last day').fill('2026-10-31');
    await page.getByRole('button', { name: 'Count the visits' }).click();
    await page.getByText(/^On average 6\d a day\.$/).waitFor();
    await page.getByText(/60 a day is the mean of whole years.*In these days: the season \+11 %/).waitFor();
    await page.getByText(/with a revenue of [\d,]+\.\d\d SEK/).waitFor();
    await page.getByText(/^About \d+ (s|min): about \d+ requests at 5 a second/).waitFor();
    await page.getByText(/^Digest /).waitFor({ state: 'attached' });
    expect(await page.getByText(/^Digest /).isVisible()).toBe(false);
    await page.close();
  });
});

describe('a check', () => {
  it('gives the preview the currency of the site, is told before the start, and is gone once the address changes', async () => {
    const page = await service.open(browser, { viewport: { width: 1280, height: 900 } });
    await page.goto(`${service.url}/ui/traffic`);
    await page.getByLabel('URL', { exact: true }).fill(sink.url);
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByText(/Timezone America\/New_York, currency SEK \(assumed\)/).waitFor();
    await page.getByRole('button', { name: 'Test the connection' }).click();
    await page.getByText('1 problem found.').waitFor();
    await page.getByText('Timezone America/New_York, currency EUR (the site’s).').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByText(/^1 problem found: The site's timezone is UTC/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByLabel('Site ID').fill('2');
    await page.getByText('1 problem found.').waitFor({ state: 'detached' });
    await page.close();
  });

  it('of everything is void when a setting has changed', async () => {
    const page = await service.open(browser);
    await page.goto(`${service.url}/ui/targets`);
    await page.getByLabel('Address').fill(sink.url);
    await page.getByRole('button', { name: 'Check everything' }).click();
    await page.getByText(/^The settings are valid: /).waitFor();
    await page.getByLabel('Site', { exact: true }).fill('3');
    await page.getByText('Something was changed since the last check.').waitFor();
    expect(await page.getByText(/^The settings are valid: /).count()).toBe(0);
    await page.close();
  });
});

describe('two runs side by side', () => {
  it('have one scale, names that tell them apart, and all their numbers on a phone', async () => {
    const page = await service.open(browser, { viewport: { width: 360, height: 800 } });
    const ids: number[] = [];
    for (const perDay of [900_000, 100_000]) {
      const settings = { TARGET_VISITS_PER_DAY: perDay, VISIT_TIMING: 'compressed', TRAFFIC_SHAPE: 'flat' };
      const { id } = await page.evaluate(
        async (body) => {
          const headers = { 'content-type': 'application/json' };
          const answer = await fetch('/api/v2/runs', { method: 'POST', headers, body });
          return (await answer.json()) as { id: number };
        },
        JSON.stringify({ name: 'Twin', sink: true, settings }),
      );
      ids.push(id);
    }
    await page.goto(`${service.url}/ui/runs?compare=${ids.join(',')}`);
    await page.getByText(`live run ${ids[1]}, embedded endpoint`).waitFor();
    const scaleOf = (name: string) =>
      page
        .locator('figure', { has: page.getByRole('heading', { name }) })
        .locator('.y')
        .allTextContents();
    for (const name of ['Hits, first run', 'Hits, second run'])
      await expect.poll(async () => (await scaleOf(name)).length).toBeGreaterThan(2);
    for (const id of ids)
      await page.evaluate(
        (path) =>
          fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then(
            ({ status }) => status,
          ),
        `/api/v2/runs/${id}/stop`,
      );
    await expect.poll(() => page.getByText('Stopped', { exact: true }).count()).toBe(2);
    const scales = async () =>
      Promise.all(['Hits, first run', 'Hits, second run'].map(async (name) => (await scaleOf(name)).join()));
    await expect
      .poll(async () => {
        const [first, second] = await scales();
        return first !== '' && first === second;
      })
      .toBe(true);
    const row = page.getByRole('row', { name: /^Hits accepted/ });
    for (const cell of await row.getByRole('cell').all()) {
      const box = await cell.boundingBox();
      expect(box && box.x + box.width).toBeLessThanOrEqual(360);
    }
    expect(await accessibilityProblems(page)).toEqual([]);
    await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
    await page.close();
  });
});

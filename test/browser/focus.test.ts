/** The focus stays near what was done, where the button for it is gone or could not be pressed for a while. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, type ServedPage, servePage, startSink } from './page.ts';

let browser: Browser;
let service: ServedPage;
let sink: { url: string; close(): Promise<void> };
beforeAll(async () => {
  browser = await openBrowser();
  sink = await startSink();
  service = await servePage();
});
afterAll(async () => {
  // Each is closed whatever comes of the other.
  await Promise.all([browser?.close(), service?.close(), sink?.close()]);
});

const focused = (page: Page) =>
  page.evaluate<string>("document.activeElement.id || document.activeElement.textContent || 'nothing'");

async function press(page: Page, name: string | RegExp): Promise<void> {
  // As soon as it can be pressed.
  await page.getByRole('main').getByRole('button', { name, disabled: false }).focus();
  await page.keyboard.press('Enter');
}

it('goes from Pause to Resume and back, and to what is left of a run that was stopped', async () => {
  const page = await service.open(browser, { viewport: { width: 1280, height: 900 } });
  await page.evaluate(() => {
    const settings = { TARGET_VISITS_PER_DAY: 400_000, VISIT_TIMING: 'compressed' };
    return fetch('/api/v2/runs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Steered', sink: true, settings }),
    }).then(({ status }) => status);
  });
  await press(page, 'Pause');
  await expect.poll(() => focused(page)).toBe('Resume');
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe('Pause');
  await press(page, 'Stop');
  await page.locator('dialog').getByRole('button', { name: 'Stop' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Open the run' }).waitFor();
  await expect.poll(() => focused(page)).toBe('Open the run');
  await page.close();
});

it('goes to the next step of a backfill, and comes back to a button that was busy', async () => {
  const page = await service.open(browser, { viewport: { width: 1280, height: 900 } });
  await page.goto(`${service.url}/ui/backfill`);
  await page.getByLabel('URL', { exact: true }).fill(sink.url);
  await press(page, 'Test the connection');
  await page.getByText(/^Ready to send|problems? found\.$/).waitFor();
  await expect.poll(() => focused(page)).toBe('Test the connection');
  await page.getByLabel('Send to the embedded endpoint').check();
  await page.getByLabel('Target visits per day').fill('20');
  await press(page, 'Yesterday');
  await press(page, 'Count the visits');
  await page.getByRole('main').getByRole('button', { name: 'Send 20 visits' }).waitFor();
  await expect.poll(() => focused(page)).toBe('main');
  await press(page, /^Back to/);
  await page.getByRole('button', { name: 'Count the visits' }).waitFor();
  await expect.poll(() => focused(page)).toBe('main');
  await page.close();
});

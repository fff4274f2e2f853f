/** What somebody has saved: kept, replaced and deleted on the page, and heard of by whoever else looks at it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askAt } from '../server/harness.ts';
import { accessibilityProblems, openBrowser, overflow, type ServedPage, servePage } from './page.ts';

let browser: Browser;
let service: ServedPage;
let page: Page;
let other: Page;
beforeAll(async () => {
  const env = { MATOMO_URL: 'http://127.0.0.1:1/', MATOMO_SITE_ID: '7', TIMEZONE: 'Europe/Stockholm' };
  [browser, service] = await Promise.all([openBrowser(), servePage([], undefined, env)]);
  [page, other] = await Promise.all([service.open(browser), service.open(browser)]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), service?.close()]);
});

const dialog = () => page.locator('dialog');
const cardOn = (where: Page) =>
  where.locator('.cards .card').filter({ has: where.getByText('autumn', { exact: true }) });

async function saveAs(visits: string): Promise<void> {
  await page.getByLabel('Target visits per day').fill(visits);
  await page.getByRole('button', { name: 'Save as preset' }).click();
  await dialog().getByLabel('Name').fill('autumn');
}

async function expectFine(): Promise<void> {
  expect(await accessibilityProblems(page)).toEqual([]);
  await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
}

describe('a preset of one’s own', () => {
  it('is saved, and is there for others at once', async () => {
    await Promise.all([page, other].map((one) => one.goto(`${service.url}/ui/traffic`)));
    await other.getByRole('button', { name: 'Use' }).first().waitFor();
    await saveAs('321');
    await dialog().getByRole('button', { name: 'Save' }).click();
    for (const one of [page, other]) await cardOn(one).getByText('321').waitFor();
    await expectFine();
  });

  it('is replaced after a word about it, and deleted after a question', async () => {
    await saveAs('654');
    await dialog().getByText('Saving replaces what it sets.').waitFor();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await cardOn(page).getByText('654').waitFor();
    await page.getByRole('button', { name: 'Delete autumn' }).click();
    await dialog().getByText('Schedules that use it cannot start any more.').waitFor();
    await dialog().getByRole('button', { name: 'Delete' }).click();
    for (const one of [page, other]) await cardOn(one).waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Delete light' }).count()).toBe(0);
  });
});

describe('a list', () => {
  it('keeps what came last, when an answer that was asked for before comes after it', async () => {
    const late = await service.open(browser);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = 0;
    await late.route('**/api/funnels', async (route) => {
      asked++;
      const isFirst = asked === 1;
      const response = await route.fetch();
      if (isFirst) await released;
      return route.fulfill({ response });
    });
    await late.goto(`${service.url}/ui/funnels`);
    await expect.poll(() => asked).toBe(1);
    const steps = [{ type: 'pageview', url: 'https://shop.example/', title: 'Shop' }];
    const body = { name: 'Newer', description: '', probability: 0.5, steps };
    const { status } = await askAt(`${service.url}/api/funnels`, { key: service.key, body });
    expect(status).toBeLessThan(300);
    const link = late.getByRole('link', { name: 'Newer' });
    await link.waitFor();
    const older = late.waitForEvent('requestfinished', (request) => request.url().endsWith('/api/funnels'));
    release();
    await older;
    // Another one comes after it.
    await late.evaluate("fetch('/api/funnels').then((answer) => answer.text())");
    expect(await link.count()).toBe(1);
    await late.close();
  });
});

describe('a plan of a backfill that was not sent', () => {
  it('is deleted after a question in numbers', async () => {
    await page.goto(`${service.url}/ui/backfill`);
    await page.getByLabel('Send to the embedded endpoint').check();
    await page.getByLabel('Target visits per day').fill('40');
    await page.getByRole('button', { name: 'Last 7 days' }).click();
    await page.getByRole('button', { name: 'Count the visits' }).click();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: /^Delete the plan of/ }).click();
    await dialog().getByText('Its 280 visits were not sent.').waitFor();
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The plan is deleted.').waitFor();
    await page.getByRole('heading', { name: 'Prepared and past backfills' }).waitFor({ state: 'detached' });
  });
});

describe('settings for all runs of the service', () => {
  it('are kept after a look at the difference, and taken back', async () => {
    // What was typed in this tab before is there still.
    await page.evaluate('sessionStorage.clear()');
    await page.goto(`${service.url}/ui/traffic`);
    // The difference is to what the service has, not to what the form has resolved of what was typed.
    const resolved = page.waitForResponse(
      (answer) => answer.url().endsWith('/resolve') && (answer.request().postData() ?? '').includes('777'),
    );
    await page.getByLabel('Target visits per day').fill('777');
    await resolved;
    await page.getByRole('button', { name: 'Keep for all runs' }).click();
    await dialog().getByRole('row', { name: 'TARGET_VISITS_PER_DAY 20000 777' }).waitFor();
    await expectFine();
    await dialog().getByRole('button', { name: 'Keep 1 setting' }).click();
    await page.getByText('1 setting kept.').waitFor();
    const field = page.getByLabel('Target visits per day');
    await expect.poll(() => field.getAttribute('placeholder')).toBe('777');
    await expect.poll(() => field.inputValue()).toBe('');
    await page.getByRole('button', { name: 'Keep for all runs' }).click();
    await expect
      .poll(() => dialog().getByRole('button', { name: 'Keep 0 settings' }).isDisabled())
      .toBe(true);
    await dialog().getByRole('button', { name: 'Take back TARGET_VISITS_PER_DAY' }).click();
    await page.getByText('TARGET_VISITS_PER_DAY is not kept any more.').waitFor();
    await dialog().getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => field.getAttribute('placeholder')).toBe('20000');
  });
});

describe('the targets of the service', () => {
  it('are shown with their site, token and timezone', async () => {
    await page.goto(`${service.url}/ui/targets`);
    const table = page.getByRole('region', { name: 'Targets of this service' });
    await table.getByRole('row', { name: /127\.0\.0\.1:1.*site 7.*Idle.*none.*Europe\/Stockholm/ }).waitFor();
    await expectFine();
    await page.setViewportSize({ width: 360, height: 740 });
    await expectFine();
  });
});

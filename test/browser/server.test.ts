/** A server as people have it: checked, filled, compared, and looked after. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { accessibilityProblems, openBrowser, type ServedPage, servePage, startSink } from './page.ts';

/** The tokens of the embedded endpoint: one that may write, and one that nobody has. */
const [TOKEN, WRONG_TOKEN] = ['b'.repeat(32), '0'.repeat(32)];

let browser: Browser;
let service: ServedPage;
let matomo: Awaited<ReturnType<typeof startSink>>;
beforeAll(async () => {
  browser = await openBrowser();
  service = await servePage();
  matomo = await startSink();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
  await matomo?.close();
});

const token = (page: Page) => page.locator('#setting-MATOMO_TOKEN_AUTH');

describe('a server', () => {
  it('is filled with past days after a wrong token was told, and its reports show exactly what was sent', async () => {
    const page = await service.open(browser);
    await page.goto(`${service.url}/ui/backfill`);
    await page.getByRole('button', { name: 'Last 7 days' }).click();
    // The service has told which days they are: what is tested from then on is not changed by that.
    await page.getByText('7 days', { exact: true }).waitFor();
    await page.getByLabel('URL').fill(matomo.url);
    await token(page).fill(WRONG_TOKEN);
    await page.getByRole('button', { name: 'Test the connection' }).click();
    await page.getByText(/^[1-9]\d* problems? found\.$/).waitFor();
    await token(page).fill(TOKEN);
    await page.getByText(/problems? found/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Test the connection' }).click();
    await page.getByText(/^Ready to send/).waitFor();
    await page.getByLabel('Target visits per day').fill('20');
    await page.getByRole('button', { name: 'Count the visits' }).click();
    const send = page.getByRole('main').getByRole('button', { name: /^Send [\d,]+ visits$/ });
    await send.waitFor();
    await send.click();
    const dialog = page.locator('dialog');
    await dialog.getByRole('button', { name: /^Send/ }).waitFor();
    const words = (await dialog.textContent()) ?? '';
    expect(words).toContain(`site 1 at ${matomo.url}`);
    expect(words).toMatch(/\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d 7 days/);
    expect(words).toContain('20 a day');
    expect(words).toContain('SendingAs fast as the server responds');
    await dialog.getByRole('button', { name: /^Send/ }).click();
    await page.getByText('These days are locked now').waitFor();
    await page.getByRole('button', { name: 'Compare with Matomo’s reports' }).click();
    await page.getByText('Matomo’s reports show exactly what was sent.').waitFor();
    await page
      .getByRole('row', { name: /visits/ })
      .first()
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    // The same days are not sent twice.
    await page.getByRole('button', { name: 'Prepare another backfill' }).click();
    await page.getByRole('button', { name: 'Count the visits' }).click();
    await page
      .getByRole('alert')
      .getByText(/sent before/)
      .waitFor();
    expect(await send.count()).toBe(0);
    await page.close();
  });

  it('is checked under Targets: what is good, and what is not, with its remedy', async () => {
    const page = await service.open(browser);
    await page.goto(`${service.url}/ui/targets`);
    await page.getByLabel('Address').fill(matomo.url);
    await page.getByLabel('Token').fill(WRONG_TOKEN);
    await page.getByRole('button', { name: 'Check everything' }).click();
    const problem = page.locator('.findings li', { hasText: 'Problem' }).first();
    await problem.waitFor();
    expect(await problem.locator('small').textContent()).toMatch(/token/i);
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Check everything' }).click();
    await page.getByText(/^Ready to send/).waitFor();
    await page.close();
  });

  it('leaves a trace in the audit log of what was started and changed', async () => {
    const page = await service.open(browser);
    await page.goto(`${service.url}/ui/preferences`);
    const log = page.getByRole('region', { name: 'Audit log' });
    await log.getByRole('row').nth(1).waitFor();
    expect(await log.textContent()).toMatch(/backfill/);
    expect(await log.textContent()).not.toContain(TOKEN);
    await page.close();
  });
});

describe('everything in one file', () => {
  it('is exported, and imported by another service after a look at what changes', async () => {
    const page = await service.open(browser);
    await page.goto(`${service.url}/ui/funnels/new`);
    await page.getByRole('button', { name: 'Purchase' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/\/ui\/funnels\/\d+$/);
    await page.goto(`${service.url}/ui/preferences`);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    const other = await servePage();
    onTestFinished(() => other.close());
    const second = await other.open(browser);
    await second.goto(`${other.url}/ui/preferences`);
    await second.getByLabel('Import').setInputFiles(await file.path());
    const dialog = second.locator('dialog');
    await dialog.getByText('Purchase').waitFor();
    await dialog.getByRole('button', { name: 'Import 1 change' }).click();
    await second.getByText('1 change imported.').waitFor();
    await second.goto(`${other.url}/ui/funnels`);
    const own = second.getByRole('table', { name: 'Your funnels' });
    await own.getByRole('link', { name: 'Purchase', exact: true }).waitFor();
    await second.close();
    await page.close();
  });
});

describe('the service', () => {
  it('that is away is told, and the page says so where something is asked of it', async () => {
    const page = await service.open(browser);
    await page.goto(`${service.url}/ui/targets`);
    await page.getByRole('button', { name: 'Check everything' }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Check everything' }).click();
    await page.getByText('The service does not answer. Nothing was changed.').waitFor();
    await page.context().setOffline(false);
    await page.close();
  });
});

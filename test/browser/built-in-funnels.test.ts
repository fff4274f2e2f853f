/** The built-in funnels: read, copied, replaced by one's own, and used again. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { setScene } from './page.ts';

const scene = setScene();

const row = (page: Page, table: string, name: string) =>
  page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: name });
const says = (page: Page, text: string) => page.getByText(text).waitFor();

describe('built-in funnels', () => {
  it('are shown step by step, with how many get how far, and visits that go through', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/funnels`);
    await says(page, 'Used now: the 3 built-in funnels.');
    await page.getByRole('link', { name: 'Shop Purchase', exact: true }).click();
    await page.getByRole('heading', { name: 'Shop Purchase' }).waitFor();
    await says(page, 'By runs with the preset shop');
    await says(page, 'Stays 8 to 40 s, 85 % go on');
    await says(page, '8 enter, ');
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Show planned visits' }).click();
    await page.locator('.planned > li').first().waitFor();
    await expect.poll(() => page.locator('.planned').textContent()).toContain('funnel Shop Purchase');
    await page.close();
  });

  it('are copied into one’s own, which take the place of all of them', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/funnels`);
    await page.getByRole('link', { name: 'Copy Lead Generation' }).click();
    await says(page, 'it takes the place of the built-in ones');
    await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe('Lead Generation');
    await page.locator('[data-step="7"]').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/\/ui\/funnels\/\d+$/);
    await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
    await page.getByRole('main').getByRole('link', { name: 'Funnels' }).click();
    await says(page, 'Used now: your own funnel, in the place of the 3 built-in ones.');
    // What was saved a moment ago opens as it was saved.
    await row(page, 'Your funnels', 'Lead Generation').getByRole('link').click();
    await page.locator('[data-step="7"]').waitFor();
    await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe('Lead Generation');
    // A second copy has a name of its own.
    await page.getByRole('main').getByRole('link', { name: 'Funnels' }).click();
    await page.getByRole('link', { name: 'Copy Lead Generation' }).click();
    await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe('Lead Generation 2');
    await page.close();
  });

  it('can be copied together, and are used again when one’s own are deleted', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/funnels`);
    await page.getByRole('button', { name: 'Copy the other 2' }).click();
    await says(page, 'Used now: your own funnels, in the place of the 3 built-in ones.');
    await row(page, 'Your funnels', 'Ecommerce Purchase').waitFor();
    await expect.poll(() => page.getByRole('button', { name: /^Copy the other|^Copy all/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Use the built-in ones again' }).click();
    await says(page, 'Delete your 3 funnels?');
    await page.getByRole('button', { name: 'Delete them' }).click();
    await says(page, 'Used now: the 3 built-in funnels.');
    await page.getByRole('heading', { name: 'No funnels of your own' }).waitFor();
    await page.close();
  });

  it('stay out of use when the last of one’s own is deleted, which is said before and after', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/funnels/copy?funnel=Ecommerce+Purchase`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/\/ui\/funnels\/\d+$/);
    await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
    await page.getByRole('main').getByRole('link', { name: 'Funnels' }).click();
    await page.getByRole('button', { name: 'Delete Ecommerce Purchase' }).click();
    await says(page, 'Then no visit goes through a funnel');
    await page.locator('dialog').getByRole('button', { name: 'Delete' }).click();
    await says(page, 'Used now: none.');
    await page.getByRole('button', { name: 'Use the built-in ones again' }).click();
    await says(page, 'Used now: the 3 built-in funnels.');
    await page.close();
  });

  it('that do not exist are said not to', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/funnels/built-in?funnel=Nothing`);
    await page.getByRole('heading', { name: 'There is no such built-in funnel' }).waitFor();
    await page.close();
  });
});

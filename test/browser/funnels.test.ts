/** The builder of funnels: steps dragged by the mouse, undo and redo, what is not saved, and somebody else who saves first. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { setScene } from './page.ts';

const scene = setScene();

async function openPurchase(): Promise<Page> {
  // All of the steps are in view: what is dragged is not scrolled.
  const page = await scene.service.open(scene.browser, { viewport: { width: 1280, height: 1800 } });
  await page.goto(`${scene.service.url}/ui/funnels/new`);
  await page.getByRole('button', { name: 'Purchase' }).click();
  await page.locator('[data-step="4"]').waitFor();
  return page;
}

/** What is in the fields of each step, from the first to the last. */
const stepsOf = (page: Page) =>
  page.evaluate<string[]>(
    `[...document.querySelectorAll('[data-step]')].map((step) =>
      [...step.querySelectorAll('input, select')].map(({ value }) => value).join(' | '))`,
  );

/** By the mouse; a step that takes what is dragged shows it, and only then it is let go. */
async function drag(page: Page, from: number, target: string, isTaken = true): Promise<void> {
  await page.locator(`[data-step="${from}"] [draggable]`).hover();
  await page.mouse.down();
  const over = page.locator(target);
  const hover = async () => {
    await over.hover();
    return over.getAttribute('class');
  };
  if (isTaken) await expect.poll(hover).toContain('active');
  else for (let moves = 0; moves < 2; moves++) await hover();
  await page.mouse.up();
}

const unsaved = (page: Page) => page.getByText('Unsaved changes', { exact: true });

async function save(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/\/ui\/funnels\/\d+$/);
  await unsaved(page).waitFor({ state: 'detached' });
}

describe('the builder of funnels', () => {
  it('moves a step that is dragged onto another one, up and down', async () => {
    const page = await openPurchase();
    const [first, second, third, ...rest] = await stepsOf(page);
    expect(rest).toHaveLength(2);
    await drag(page, 0, '[data-step="2"]');
    await expect.poll(() => stepsOf(page)).toEqual([second, third, first, ...rest]);
    await page.getByText('Step 1 is now step 3 of 5.').waitFor({ state: 'attached' });
    await drag(page, 2, '[data-step="0"]');
    await expect.poll(() => stepsOf(page)).toEqual([first, second, third, ...rest]);
    // What is dropped beside the steps stays where it was: there is nothing to take back but the drag before.
    await drag(page, 0, 'h1', false);
    expect(await stepsOf(page)).toEqual([first, second, third, ...rest]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => stepsOf(page)).toEqual([second, third, first, ...rest]);
    await page.close();
  });

  it('takes changes back and makes them again, by buttons and by keys', async () => {
    const page = await openPurchase();
    const before = await stepsOf(page);
    const redo = page.getByRole('button', { name: 'Redo' });
    await expect.poll(() => redo.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Move step 1 down' }).click();
    await expect.poll(() => stepsOf(page)).not.toEqual(before);
    const after = await stepsOf(page);
    await page.keyboard.press('Control+z');
    await expect.poll(() => stepsOf(page)).toEqual(before);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => stepsOf(page)).toEqual(after);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => stepsOf(page)).toEqual(before);
    await redo.click();
    await expect.poll(() => stepsOf(page)).toEqual(after);
    // A change of its own leaves nothing to make again.
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('#step-0-title').fill('Start');
    await expect.poll(() => redo.isDisabled()).toBe(true);
    await page.close();
  });

  it('says what is not saved, and asks before it is left, by a link and by a reload', async () => {
    const page = await openPurchase();
    await save(page, 'Left');
    await page.locator('#step-0-title').fill('Changed');
    await unsaved(page).waitFor();
    // Taking the change back is no change.
    await page.keyboard.press('Control+z');
    await unsaved(page).waitFor({ state: 'detached' });
    await page.locator('#step-0-title').fill('Changed');
    await unsaved(page).waitFor();
    const asked: string[] = [];
    const refuse = (dialog: { type(): string; dismiss(): Promise<void> }) => {
      asked.push(dialog.type());
      return dialog.dismiss();
    };
    page.on('dialog', refuse);
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Logs' }).click();
    await expect.poll(() => asked).toEqual(['confirm']);
    expect(page.url()).toContain('/ui/funnels/');
    await expect.poll(() => page.locator('#step-0-title').inputValue()).toBe('Changed');
    // Refused, it does not come to an end.
    const reload = page.reload({ timeout: 5000 }).catch(() => {});
    await expect.poll(() => asked).toEqual(['confirm', 'beforeunload']);
    await reload;
    await expect.poll(() => page.locator('#step-0-title').inputValue()).toBe('Changed');
    page.off('dialog', refuse);
    page.on('dialog', (dialog) => dialog.accept());
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Logs' }).click();
    await page.waitForURL('**/ui/logs');
    await page.close();
  });

  it('keeps what is typed while it saves, as changes that are not saved', async () => {
    const page = await openPurchase();
    let release = () => {};
    const typed = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/\/api\/funnels(\/\d+)?$/, async (route) => {
      if (route.request().method() === 'GET') return route.continue();
      const response = await route.fetch();
      await typed;
      return route.fulfill({ response });
    });
    await page.getByLabel('Name', { exact: true }).fill('Slow');
    const title = page.locator('#step-0-title');
    await page.getByRole('button', { name: 'Save' }).click();
    await title.fill('Typed meanwhile');
    release();
    await page.waitForURL(/\/ui\/funnels\/\d+$/);
    await page.getByText('Saved.').waitFor();
    await unsaved(page).waitFor();
    expect(await title.inputValue()).toBe('Typed meanwhile');
    await page.getByRole('button', { name: 'Save' }).click();
    await unsaved(page).waitFor({ state: 'detached' });
    await page.reload();
    await expect.poll(() => title.inputValue()).toBe('Typed meanwhile');
    await page.close();
  });

  it('says of a funnel that cannot be loaded that it cannot, and shows none', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/funnels/4711`);
    await page.getByRole('heading', { name: 'The funnel could not be loaded' }).waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    await page.close();
  });

  it('asks before it saves over what another window has saved', async () => {
    const first = await openPurchase();
    await save(first, 'Shared');
    const second = await scene.service.open(scene.browser);
    await second.goto(first.url());
    await expect.poll(() => second.locator('#step-0-title').inputValue()).not.toBe('');
    await first.locator('#step-0-title').fill('Theirs');
    await first.getByRole('button', { name: 'Save' }).click();
    await unsaved(first).waitFor({ state: 'detached' });
    await second.locator('#step-0-title').fill('Mine');
    await second.getByRole('button', { name: 'Save' }).click();
    await second.getByText('Somebody else has changed this funnel').waitFor();
    await second.getByRole('button', { name: 'Cancel' }).click();
    await unsaved(second).waitFor();
    await first.reload();
    await expect.poll(() => first.locator('#step-0-title').inputValue()).toBe('Theirs');
    await second.getByRole('button', { name: 'Save' }).click();
    await second.getByRole('button', { name: 'Overwrite theirs' }).click();
    await unsaved(second).waitFor({ state: 'detached' });
    await first.reload();
    await expect.poll(() => first.locator('#step-0-title').inputValue()).toBe('Mine');
    await Promise.all([first.close(), second.close()]);
  });
});

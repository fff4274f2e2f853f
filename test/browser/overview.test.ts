import { describe, expect, it } from 'vitest';
import { accessibilityProblems, overflow, setScene } from './page.ts';

const scene = setScene();

describe('the page', () => {
  it('shows the first visits seconds after the first click, and stops the run when asked', async () => {
    const page = await scene.service.open(scene.browser);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.click('text=Send the first visits');
    await page.waitForSelector('text=Hits accepted');
    await page.waitForSelector('text=/accepts what is sent: [1-9]/');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Stop' }).click();
    await page.waitForSelector('main >> text=Stopped');
    expect(asked.filter((url) => !url.startsWith(scene.service.url))).toEqual([]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('has nothing that axe objects to, in %s', async (colorScheme) => {
    const page = await scene.service.open(scene.browser, { colorScheme });
    await page.waitForSelector('main h1');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.close();
  });

  it.each([360, 768, 1280, 1920])('fits into %i pixels', async (width) => {
    const page = await scene.service.open(scene.browser, { viewport: { width, height: 800 } });
    await page.waitForSelector('main h1');
    await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
    await page.close();
  });

  it('goes to places by keyboard, and lists its shortcuts', async () => {
    const page = await scene.service.open(scene.browser);
    await page.waitForSelector('main h1');
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.waitForURL('**/ui/logs');
    await page.keyboard.press('?');
    await page.waitForSelector('dialog >> text=Keyboard shortcuts');
    await page.locator('dialog').getByRole('button', { name: 'Close' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.waitForSelector('dialog >> text=Keyboard shortcuts');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.locator('dialog[open] input:focus').waitFor();
    await page.keyboard.type('funn');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/ui/funnels');
    await page.close();
  });
});

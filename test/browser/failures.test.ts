/** A place whose data cannot be fetched says so, tries again when asked or when the service is back, and claims nothing. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityProblems, overflow, servePage, setScene } from './page.ts';

const scene = setScene();

/** Each with what it says when nothing is there, which would be false. */
const PLACES = [
  ['runs', 'Earlier runs', 'Nothing has been started yet'],
  ['runs/1', 'The run', 'There is no run 1'],
  ['logs', 'Earlier lines', 'Nothing was logged'],
  ['schedules', 'Schedules and notifications', 'Nobody is notified yet'],
  ['funnels', 'The funnels', 'No funnels of your own'],
  ['plugins', 'The plugins', 'No plugins'],
  ['pages', 'The pages', '0 pages'],
  ['events', 'The events', 'No problems found'],
  ['traffic', 'The settings', 'No setting matches'],
  ['preferences', 'The audit log', 'Nothing has been started, stopped or changed yet'],
] as const;

/** Everything but the page itself and its stream. */
const CALLS = /\/api\/(?!v2\/(stream|session))/;

const refuse = (page: Page) =>
  page.route(CALLS, (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/json',
      body: '{"detail":"The store is locked."}',
    }),
  );

describe('a place whose data cannot be fetched', () => {
  it.each(PLACES)(
    '%s says that it could not be loaded, and tries again when asked',
    async (place, what, untrue) => {
      const page = await scene.service.open(scene.browser, { viewport: { width: 360, height: 740 } });
      await refuse(page);
      await page.goto(`${scene.service.url}/ui/${place}`);
      const missing = page.getByRole('heading', { name: `${what} could not be loaded` });
      await missing.waitFor();
      await page.getByRole('alert').getByText('The store is locked.').first().waitFor();
      expect(await page.locator('main').textContent()).not.toContain(untrue);
      expect(await accessibilityProblems(page)).toEqual([]);
      await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
      await page.unroute(CALLS);
      await page.locator('.empty', { has: missing }).getByRole('button', { name: 'Try again' }).click();
      await missing.waitFor({ state: 'detached' });
      await page.close();
    },
  );
});

describe('a service that is away', () => {
  it('is waited for by a place that was never loaded, which is there as soon as it is back', async () => {
    const first = await servePage();
    const page = await first.open(scene.browser);
    await page.getByRole('heading', { level: 1 }).waitFor();
    first.child.kill('SIGKILL');
    await page.getByText('The service does not respond.').waitFor();
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Runs' }).click();
    await page.getByText('It is loaded as soon as the service responds again.').waitFor();
    const second = await servePage(['--port', new URL(first.url).port], first.folder);
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    await page.getByText('Nothing has been started yet.').waitFor();
    await page.close();
    await second.close();
  });
});

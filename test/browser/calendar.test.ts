/** The month of a backfill: chosen by keyboard and by mouse, with the days that were sent before. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { accessibilityProblems, BINARY, overflow, setScene, startSink } from './page.ts';

const scene = setScene();

async function openCalendar(page: Page): Promise<void> {
  await page.goto(`${scene.service.url}/ui/backfill`);
  await page.locator('#first-day').fill('2026-02-10');
  await page.locator('#last-day').fill('2026-02-12');
  await page.getByRole('grid', { name: 'February 2026' }).waitFor();
}

const windowOf = async (page: Page) => [
  await page.locator('#first-day').inputValue(),
  await page.locator('#last-day').inputValue(),
];
const focused = (page: Page) => page.locator(':focus').getAttribute('data-day');

describe('the month', () => {
  it.each(['light', 'dark'] as const)(
    'is walked and chosen from by keys alone, at 360 pixels, in %s',
    async (colorScheme) => {
      const page = await scene.service.open(scene.browser, {
        colorScheme,
        viewport: { width: 360, height: 740 },
      });
      await openCalendar(page);
      // One day of the grid can be tabbed to.
      await expect.poll(() => page.locator('.month td[tabindex="0"]').count()).toBe(1);
      await page.locator('.month td[tabindex="0"]').focus();
      const walk: readonly (readonly [key: string, day: string])[] = [
        ['Home', '2026-02-09'],
        ['End', '2026-02-15'],
        ['ArrowUp', '2026-02-08'],
        ['ArrowRight', '2026-02-09'],
        ['PageUp', '2026-01-09'],
        ['Shift+PageUp', '2025-01-09'],
        ['Shift+PageDown', '2026-01-09'],
        ['ArrowLeft', '2026-01-08'],
      ];
      for (const [key, day] of walk) {
        await page.keyboard.press(key);
        await expect.poll(() => focused(page), { message: key }).toBe(day);
      }
      await page.keyboard.press('Enter');
      await page.getByText('Now choose the other end').waitFor();
      await page.keyboard.press('PageDown');
      await expect.poll(() => focused(page)).toBe('2026-02-08');
      await page.keyboard.press(' ');
      await expect.poll(() => windowOf(page)).toEqual(['2026-01-08', '2026-02-08']);
      await page.getByText('32 days').waitFor();
      await expect.poll(() => page.locator('.month [aria-selected="true"]').count()).toBe(8);
      await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.close();
    },
  );

  it('takes two clicks, in any order, and no day that is still to come', async () => {
    const page = await scene.service.open(scene.browser);
    await openCalendar(page);
    const day = (date: string) => page.locator(`[data-day="${date}"]`);
    await day('2026-02-20').click();
    await day('2026-02-05').click();
    await expect.poll(() => windowOf(page)).toEqual(['2026-02-05', '2026-02-20']);
    await day('2026-02-25').click({ modifiers: ['Shift'] });
    await expect.poll(() => windowOf(page)).toEqual(['2026-02-05', '2026-02-25']);
    await page.getByRole('button', { name: 'Yesterday' }).click();
    await expect.poll(async () => (await windowOf(page))[0]).not.toBe('2026-02-05');
    const [yesterday = ''] = await windowOf(page);
    const today = new Date(Date.parse(yesterday) + 86_400_000).toISOString().slice(0, 10);
    await day(yesterday).focus();
    // A week later is still to come.
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused(page)).toBe(today);
    await page.close();
  });

  it('takes yesterday as it is at the site, also where that is clicked before the service has answered', async () => {
    // The two are 25 hours apart: it is never the same day.
    const page = await scene.service.open(scene.browser, { timezoneId: 'Pacific/Kiritimati' });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let today = '';
    await page.route('**/api/v2/backfill-days', async (route) => {
      await held;
      const { TIMEZONE } = route.request().postDataJSON().settings;
      const response = await route.fetch().catch(() => undefined);
      // A question that another one has taken the place of.
      if (response === undefined) return;
      if (TIMEZONE === 'Pacific/Pago_Pago') ({ today } = await response.json());
      await route.fulfill({ response }).catch(() => {});
    });
    await page.goto(`${scene.service.url}/ui/backfill`);
    await page.getByLabel('Timezone', { exact: true }).fill('Pacific/Pago_Pago');
    await page.getByRole('button', { name: 'Yesterday' }).click();
    expect(await windowOf(page)).toEqual(['', '']);
    release();
    await expect.poll(async () => (await windowOf(page))[0]).not.toBe('');
    const yesterday = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
    expect(await windowOf(page)).toEqual([yesterday, yesterday]);
    await page.close();
  });

  it('marks the days that the command line has sent, and says so of a window', async () => {
    const sink = await startSink();
    onTestFinished(() => sink.close());
    const env = {
      PATH: process.env.PATH,
      HOME: scene.service.folder,
      TRAFFICINATOR_STATE_DIR: scene.service.folder,
    };
    const token = { MATOMO_TOKEN_AUTH: 'b'.repeat(32) };
    const days = ['--from', '2026-02-10', '--to', '2026-02-11', '--max-visits-per-day', '3'];
    const args = ['backfill', '--url', sink.url, '--timezone', 'UTC', ...days];
    await promisify(execFile)(process.execPath, [BINARY, ...args], {
      env: { ...env, ...token },
      cwd: scene.service.folder,
    });
    const page = await scene.service.open(scene.browser);
    await openCalendar(page);
    await page.getByLabel('URL', { exact: true }).fill(sink.url);
    await page.getByRole('gridcell', { name: 'Tuesday 10 February 2026, sent before' }).waitFor();
    await expect.poll(() => page.locator('.month .sent').count()).toBe(2);
    await page.getByText('2 of them were sent before').waitFor();
    await page.getByRole('gridcell', { name: 'Thursday 12 February 2026, needs a token' }).waitFor();
    await page.getByText('Matomo refuses visits older than 24 hours without a token.').waitFor();
    await page.getByLabel('Token', { exact: true }).fill('c'.repeat(32));
    await page.getByText('Matomo refuses visits older').waitFor({ state: 'detached' });
    await page.getByLabel('Send to the embedded endpoint').check();
    await expect.poll(() => page.locator('.month .sent').count()).toBe(0);
    await page.close();
  });
});

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { askAt } from '../server/harness.ts';
import {
  accessibilityProblems,
  mouseOnly,
  overflow,
  type ServedPage,
  setScene,
  smallTargets,
} from './page.ts';

const PLACES = [
  '?run=1',
  'backfill?plan=1',
  'funnels/1',
  'runs/1',
  'traffic',
  'backfill',
  'targets',
  'pages',
  'events',
  'funnels',
  'funnels/new',
  'funnels/built-in?funnel=Lead+Generation',
  'plugins',
  'runs',
  'workers',
  'logs',
  'schedules',
  'preferences',
];

const scene = setScene();

/** Something in every place: a backfill that is done, a funnel, a preset, a schedule, a notification. */
async function fill({ url, key }: ServedPage): Promise<void> {
  const post = async (path: string, body: unknown) => {
    const { status, json, text } = await askAt(url + path, { key, body });
    expect(status, text).toBeLessThan(300);
    return json as { id: number; digest: string; visits: number };
  };
  const days = { BACKFILL_START_DATE: '2026-03-02', BACKFILL_END_DATE: '2026-03-04' };
  const settings = { ...days, TARGET_VISITS_PER_DAY: 20 };
  const { id, digest, visits } = await post('/api/v2/backfill-plans', { settings, sink: true });
  const run = await post(`/api/v2/backfill-plans/${id}/confirm`, { digest, visits });
  const steps = [{ type: 'pageview', url: 'https://shop.example/', title: 'Shop' }];
  await post('/api/funnels', { name: 'Look', description: 'A look at the shop', probability: 0.5, steps });
  await post('/api/presets', { name: 'Own', config: { target_visits_per_day: 5000 } });
  await post('/api/v2/schedules', { name: 'nightly', cron: '0 3 * * *', command: 'run', sink: true });
  await post('/api/v2/notifications', { kind: 'webhook', name: 'team', url: 'http://127.0.0.1:9/' });
  const isDone = async () =>
    ((await askAt(`${url}/api/v2/runs/${run.id}`, { key })).json as { state: string }).state;
  await expect.poll(isDone).toBe('done');
}

async function goTo(page: Page, place: string): Promise<void> {
  await page.goto(`${scene.service.url}/ui/${place}`);
  await page.waitForSelector('main h1');
  await page.waitForLoadState('networkidle', { timeout: 10_000 }).catch(() => {});
}

const withoutStream = (page: Page) => page.route('**/api/v2/stream*', (route) => route.abort());

describe('every place', () => {
  it('has something in it', () => fill(scene.service));

  const THEMES = ['light', 'dark'] as const;
  const WIDTHS = [360, 768, 1280];
  const looks = THEMES.flatMap((theme) => WIDTHS.map((width) => [theme, width] as const));

  it.each(looks)(
    'fits, can be used by keyboard, and has nothing that axe objects to, in %s at %i pixels',
    async (colorScheme, width) => {
      const page = await scene.service.open(scene.browser, { colorScheme, viewport: { width, height: 800 } });
      const found: Record<string, readonly string[]> = {};
      const wide: Record<string, number> = {};
      const small: Record<string, readonly string[]> = {};
      for (const place of PLACES) {
        await goTo(page, place);
        // The run comes by it; elsewhere it keeps the network from being idle.
        if (place === PLACES[0]) await withoutStream(page);
        const problems = await accessibilityProblems(page);
        problems.push(...(await mouseOnly(page)));
        if (problems.length > 0) found[place] = problems;
        const pixels = await overflow(page);
        if (pixels > 0) wide[place] = pixels;
        const targets = width === 360 ? await smallTargets(page) : [];
        if (targets.length > 0) small[place] = targets;
      }
      expect(found).toEqual({});
      expect(wide).toEqual({});
      expect(small).toEqual({});
      await page.close();
    },
  );
});

describe('somebody at the page', () => {
  it('fills three days of the embedded endpoint, by numbers that are confirmed', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/backfill`);
    await page.getByLabel('Send to the embedded endpoint').check();
    await page.getByLabel('Target visits per day').fill('40');
    await page.getByRole('button', { name: 'Last 7 days' }).click();
    await page.getByRole('button', { name: 'Count the visits' }).click();
    const send = page.getByRole('main').getByRole('button', { name: /^Send [\d,]+ visits$/ });
    await send.waitFor();
    const planned = /([\d,]+)/.exec((await send.textContent()) ?? '')?.[1];
    await send.click();
    await page
      .locator('dialog')
      .getByRole('button', { name: `Send ${planned} visits` })
      .click();
    await page.getByText(`${planned} of ${planned} visits (100 %)`).waitFor();
    await page.getByText('These days are locked now').waitFor();
    await page.close();
  });

  it('ticks two runs, and has them side by side', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/runs`);
    await page.getByLabel(/^Compare .*, run 1$/).check();
    await page.getByText('Run 1: tick another one to compare.').waitFor();
    await page.getByLabel(/^Compare .*, run 2$/).check();
    await page.getByRole('link', { name: 'Compare these two' }).click();
    await page.getByRole('heading', { name: 'Two runs side by side' }).waitFor();
    await page.close();
  });

  it('makes a funnel by keyboard alone: a template, a step moved, undone, saved', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/funnels/new`);
    await page.getByRole('button', { name: 'Purchase' }).focus();
    await page.keyboard.press('Enter');
    const address = page.locator('#step-1-url');
    await page.getByRole('button', { name: 'Move step 2 down' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => address.inputValue()).toBe('https://example.com/cart');
    await page.getByText('Step 2 is now step 3 of 5.').waitFor({ state: 'attached' });
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: 'Save' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/ui\/funnels\/\d+$/);
    await expect.poll(() => address.inputValue()).toBe('https://example.com/shop/product');
    await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
    await page.close();
  });
});

describe('the form of live traffic', () => {
  it('says how an address begins while it is typed, and keeps no error of values that have changed', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/backfill`);
    await page.getByLabel('URL', { exact: true }).fill('127.0.0.1:8184');
    await page.getByText('Begin with https:// or http://.').waitFor();
    await page.getByRole('button', { name: 'Yesterday' }).click();
    await page.getByRole('button', { name: 'Count the visits' }).click();
    // Beside the button, and nothing was asked of the service.
    const error = page.locator('.aside .banner.bad', { hasText: '“URL”' });
    await error.waitFor();
    expect(await page.locator('.notice.bad').count()).toBe(0);
    await page.getByLabel('URL', { exact: true }).fill('http://127.0.0.1:8184');
    await error.waitFor({ state: 'detached' });
    await page.getByText('Begin with https:// or http://.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Last 7 days' }).click();
    await page.close();
  });

  it('asks before a preset replaces changes, but not where only address, site and token were typed', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/traffic`);
    const card = (name: string) =>
      page.locator('.cards .card').filter({ has: page.getByText(name, { exact: true }) });
    await page.getByLabel('URL', { exact: true }).fill('http://127.0.0.1:8184');
    await card('light').getByRole('button', { name: 'Use' }).click();
    await card('light').getByText('in use').waitFor();
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.getByLabel('Target visits per day').fill('5000');
    await card('shop').getByRole('button', { name: 'Use' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Load shop' }).click();
    await card('shop').getByText('in use').waitFor();
    // Too few visits of the sample are in this funnel to say how many complete it.
    await page
      .locator('.aside', { hasText: 'funnel Gift Card' })
      .getByText(/^about [\d,]+ visits; too few in the sample/)
      .first()
      .waitFor();
    await expect
      .poll(() => page.getByLabel('URL', { exact: true }).inputValue())
      .toBe('http://127.0.0.1:8184');
    await page.close();
  });
});

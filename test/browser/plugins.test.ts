/** The options of a plugin as a form: each kind of option, checked while it is typed, saved, and used by the command line too. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems, openBrowser, overflow, type ServedPage, servePage } from './page.ts';

const BINARY = fileURLToPath(new URL('../../bin/trafficinator.js', import.meta.url));

const PLUGIN = `export default {
  name: 'promo', apiVersion: 1, version: '2.1.0', description: 'A campaign with a landing page.',
  options: {
    type: 'object',
    properties: {
      share: { type: 'number', minimum: 0, maximum: 0.5, default: 0.1, description: 'Share of the visits.' },
      title: { type: 'string', maxLength: 20, default: 'Spring sale', description: 'Title of the landing page.' },
      pages: { type: 'integer', minimum: 1, maximum: 9, default: 2 },
      medium: { enum: ['email', 'social', 'print'], default: 'email' },
      isLoud: { type: 'boolean', default: false, description: 'Whether visitors react at once.' },
      days: { type: 'array', items: { type: 'string', pattern: '^\\\\d{4}-\\\\d{2}-\\\\d{2}$' }, default: [] },
      campaign: { type: 'string', default: 'none' },
    },
  },
  setup: ({ options: { share, title } }) => ({
    behaviours: { land: { share, longestMs: 60_000, visit: () => ({ steps: [{ type: 'pageview', url: '/promo', title }] }) } },
  }),
};
`;

let browser: Browser;
let service: ServedPage;
let page: Page;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trafficinator-browser-'));
  writeFileSync(join(folder, 'promo.mjs'), PLUGIN);
  const env = { PLUGINS: './promo.mjs {"campaign": "spring"}' };
  [browser, service] = await Promise.all([openBrowser(), servePage([], folder, env)]);
  page = await service.open(browser);
  await page.goto(`${service.url}/ui/plugins`);
  await page.getByRole('region', { name: 'Plugin promo' }).waitFor();
});
afterAll(async () => {
  await Promise.all([browser?.close(), service?.close()]);
});

const form = () => page.getByRole('form', { name: 'Options of promo' });
const field = (name: string) => form().getByLabel(name, { exact: true });
const save = () => form().getByRole('button', { name: 'Save' });

async function expectFine(): Promise<void> {
  expect(await accessibilityProblems(page)).toEqual([]);
  await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
}

/** The option as a command of the same user has it. */
function onTheCommandLine(): unknown {
  const env = { PATH: process.env.PATH, HOME: service.folder, TRAFFICINATOR_STATE_DIR: service.folder };
  const args = [BINARY, 'plugin', 'list', '--json', '--plugin', './promo.mjs'];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: service.folder, env, encoding: 'utf8' }))
    .options;
}

describe('the options of a plugin', () => {
  it('are fields of the right kind, with their defaults; those that the settings give are fixed', async () => {
    expect(await field('share').getAttribute('placeholder')).toBe('0.1');
    expect(await field('medium').locator('option').allTextContents()).toEqual([
      'email (default)',
      'email',
      'social',
      'print',
    ]);
    expect(await field('isLoud').locator('option').allTextContents()).toEqual(['no (default)', 'yes', 'no']);
    await expect.poll(() => field('campaign').isDisabled()).toBe(true);
    await expect.poll(() => field('campaign').inputValue()).toBe('spring');
    await expect.poll(() => save().isDisabled()).toBe(true);
    await expectFine();
  });

  it('are checked while they are typed: bounds, lengths, JSON by its line, and by the plugin’s schema', async () => {
    await field('share').fill('0.7');
    await form().getByText('Must be at most 0.5.').waitFor();
    await field('share').fill('some');
    await form().getByText('Must be a number.').waitFor();
    await field('pages').fill('2.5');
    await form().getByText('Must be a whole number.').waitFor();
    await field('title').fill('A title that is far too long');
    await form().getByText('Must have at most 20 characters.').waitFor();
    await field('days').fill('[\n"2026-11-26",\n]');
    await form()
      .getByText(/^Line 3: /)
      .waitFor();
    await expect.poll(() => save().isDisabled()).toBe(true);
    await expectFine();
    await form().getByRole('button', { name: 'Discard' }).click();
    await field('days').fill('["someday"]');
    await form().getByRole('alert').getByText(/days/).waitFor();
    await expect.poll(() => save().isDisabled()).toBe(true);
    await form().getByRole('button', { name: 'Discard' }).click();
    await expect.poll(() => field('days').inputValue()).toBe('');
  });

  it('are saved by keyboard, and are what the command line uses from then on', async () => {
    await field('share').fill('0.25');
    await field('title').fill('Autumn sale');
    await field('medium').selectOption('print');
    await field('isLoud').selectOption('true');
    await field('days').fill('["2026-11-26"]');
    await field('title').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Saved. Runs that start from now on use it').waitFor();
    await form().getByText('default Spring sale').waitFor();
    await expect.poll(() => save().isDisabled()).toBe(true);
    expect(onTheCommandLine()).toEqual({
      ...{ share: 0.25, title: 'Autumn sale', pages: 2, medium: 'print', isLoud: true },
      ...{ days: ['2026-11-26'], campaign: 'none' },
    });
    await page.reload();
    await form().waitFor();
    await expect.poll(() => field('title').inputValue()).toBe('Autumn sale');
    await page.goto(`${service.url}/ui/traffic`);
    await page.getByText('plugin promo/land').waitFor();
  });

  it('ask before they are left unsaved, and go back to the defaults', async () => {
    await page.goto(`${service.url}/ui/plugins`);
    await field('pages').fill('4');
    await form().getByText('Unsaved changes').waitFor();
    let asked = '';
    page.once('dialog', (dialog) => {
      asked = dialog.message();
      void dialog.dismiss();
    });
    await page.getByRole('link', { name: 'Logs' }).click();
    await expect.poll(() => asked).toContain('options of promo');
    await form().getByRole('button', { name: 'Back to defaults' }).click();
    await save().click();
    await page.getByText('Saved. Runs that start from now on use it').waitFor();
    expect(onTheCommandLine()).toMatchObject({ share: 0.1, title: 'Spring sale', days: [] });
    expect(readFileSync(join(service.folder, 'plugins.json'), 'utf8')).toBe('[]\n');
  });

  it('have written visits of a run, which its page counts', async () => {
    const { id } = await page.evaluate(async () => {
      // So many that some are of the plugin, whatever the seed.
      const settings = {
        TARGET_VISITS_PER_DAY: 900_000,
        TRAFFIC_SHAPE: 'flat',
        VISIT_TIMING: 'compressed',
        STOP_AFTER_VISITS: 150,
      };
      const answer = await fetch('/api/v2/runs', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'With a plugin', sink: true, settings }),
      });
      return (await answer.json()) as { id: number };
    });
    await page.goto(`${service.url}/ui/runs/${id}`);
    const row = page
      .getByRole('table', { name: 'Visits of plugins' })
      .getByRole('row', { name: /promo\/land/ });
    await row.waitFor();
    await expect.poll(() => row.textContent()).toMatch(/^promo\/land[1-9]\d*[\d.]+ %/);
    await expectFine();
  });

  it('fit on a phone in the dark', async () => {
    await page.goto(`${service.url}/ui/plugins`);
    await form().waitFor();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectFine();
  });
});

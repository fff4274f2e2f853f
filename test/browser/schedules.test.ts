/** Schedules and notifications as somebody sets them up: made, changed, switched, started, each act said in numbers before. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems, openBrowser, overflow, type ServedPage, servePage } from './page.ts';

let browser: Browser;
let service: ServedPage;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  service = await servePage();
  page = await service.open(browser, { timezoneId: 'Europe/Stockholm' });
  await page.goto(`${service.url}/ui/schedules`);
  await page.waitForSelector('main h1');
});
afterAll(async () => {
  await Promise.all([browser?.close(), service?.close()]);
});

interface Stored {
  readonly cron: string;
  readonly timezone: string;
  readonly isEnabled: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly catchUpDays: number | null;
  readonly lastAt: string | null;
  readonly lastRun: number | null;
}

async function stored(): Promise<Stored[]> {
  const answer = await fetch(`${service.url}/api/v2/schedules`, { headers: { 'x-api-key': service.key } });
  const { schedules } = (await answer.json()) as { readonly schedules: Stored[] };
  return schedules;
}

async function expectFine(): Promise<void> {
  expect(await accessibilityProblems(page)).toEqual([]);
  await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
}

const dialog = () => page.locator('dialog');

describe('a schedule', () => {
  it('says while it is made what it will send, where to and when; a time that is none is not saved', async () => {
    await page.getByText('Nothing is scheduled').waitFor();
    await page.getByRole('button', { name: 'New schedule' }).click();
    await dialog().getByText('It could not start: MATOMO_URL').waitFor();
    await dialog().getByLabel('Send to the embedded endpoint').check();
    await dialog().getByLabel('Visits a day').fill('40');
    await dialog().getByLabel('Last days').fill('3');
    await dialog()
      .getByText(
        'Each start sends about 120 visits of the 3 days before to the embedded endpoint, less what was sent already.',
      )
      .waitFor();
    await dialog().getByText('Starts').waitFor();
    await expect.poll(() => dialog().getByLabel('Timezone').inputValue()).toBe('Europe/Stockholm');
    await dialog().getByLabel('Name').fill('nightly');
    await dialog().getByLabel('When').fill('often');
    await dialog().getByText('The time must be five cron fields').waitFor();
    await expectFine();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByText('Not saved. The time must be five cron fields').waitFor();
    expect(await stored()).toEqual([]);
    // What was wrong with the time before keeps nobody from saving another one at once.
    await dialog().getByRole('button', { name: 'Every night at 2' }).click();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page
      .getByRole('row', { name: /nightly/ })
      .first()
      .waitFor();
    expect(await stored()).toMatchObject([
      {
        cron: '0 2 * * *',
        timezone: 'Europe/Stockholm',
        settings: { TARGET_VISITS_PER_DAY: '40' },
        catchUpDays: 3,
      },
    ]);
    await expectFine();
  });

  it('is changed in place, with every setting that it has', async () => {
    await page.getByRole('button', { name: 'Change nightly' }).click();
    await dialog().getByText('Other settings').click();
    const others = dialog().getByLabel('One a line');
    await others.fill('SEED=spring\nnonsense');
    await dialog().getByText('Line 2: expected NAME=value').waitFor();
    await others.fill('SEED=spring');
    await dialog().getByRole('button', { name: 'Weekdays at 8' }).click();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('0 8 * * 1-5').waitFor();
    expect(await stored()).toMatchObject([
      { settings: { TARGET_VISITS_PER_DAY: '40', SEED: 'spring' }, catchUpDays: 3, lastAt: null },
    ]);
  });

  it('is switched off at once, and on after a question in numbers', async () => {
    const mark = page.getByRole('checkbox', { name: 'nightly is on' });
    await mark.click();
    await page.getByText('nightly is off.').waitFor();
    expect((await stored())[0]?.isEnabled).toBe(false);
    await expect.poll(() => mark.isChecked()).toBe(false);
    await mark.focus();
    await page.keyboard.press('Space');
    await dialog()
      .getByText(/It starts .*08:00.* next\. Each start sends about 120 visits/)
      .waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    expect((await stored())[0]?.isEnabled).toBe(false);
    await mark.click();
    await dialog().getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('nightly is on.').waitFor();
    expect((await stored())[0]).toMatchObject({ isEnabled: true, settings: { SEED: 'spring' } });
  });

  it('is started now, after the same numbers, and links to its run', async () => {
    await page.getByRole('button', { name: 'Start now: nightly' }).click();
    await dialog().getByText('This sends about 120 visits of the 3 days before').waitFor();
    await dialog().getByRole('button', { name: 'Start now' }).click();
    await page.getByText('nightly has started as run 1.').waitFor();
    await page.getByRole('link', { name: 'run 1' }).waitFor();
    expect((await stored())[0]?.lastRun).toBe(1);
  });

  it('fits on a phone, in the dark, with all that can be done', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectFine();
    await page.getByRole('button', { name: 'Change nightly' }).click();
    await dialog().getByText('Each start sends').waitFor();
    await expectFine();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  });
});

describe('a notification', () => {
  it('by e-mail is made and changed; the address of the server is kept and not shown', async () => {
    await page.getByRole('button', { name: 'New notification' }).click();
    await dialog().getByLabel('How').selectOption('email');
    await dialog().getByLabel('Name').fill('team');
    await dialog().getByLabel('Mail server').fill('smtp://user:s3cret@127.0.0.1:1');
    await dialog().getByLabel('From').fill('traffic@example.org');
    await dialog().getByLabel('To, with').fill('a@example.org, b@example.org');
    await expectFine();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByText('e-mail to a@example.org, b@example.org').waitFor();
    await page.getByRole('button', { name: 'Change team' }).click();
    expect(await page.content()).not.toContain('s3cret');
    await dialog().getByLabel('A run is done').check();
    await dialog().getByLabel('On', { exact: true }).uncheck();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.locator('main .badge', { hasText: 'off' }).waitFor();
    await page.getByRole('button', { name: 'Change team' }).click();
    await expect.poll(() => dialog().getByLabel('A run is done').isChecked()).toBe(true);
    await dialog().getByRole('button', { name: 'Cancel' }).click();
  });
});

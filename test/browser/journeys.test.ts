import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { accessibilityProblems, servePage, setScene, startSink } from './page.ts';

const scene = setScene();

const state = (page: Page, word: string) =>
  page.locator('main .head .state', { hasText: new RegExp(`^${word}$`) }).waitFor();

async function startTrial(page: Page, name: string): Promise<void> {
  // As a script would: the page has to show what others start.
  const status = await page.evaluate(async (run) => {
    const settings = {
      TARGET_VISITS_PER_DAY: 400_000,
      TRAFFIC_SHAPE: 'flat',
      VISIT_TIMING: 'compressed',
      THRESHOLDS: 'latency.p95<2s',
    };
    const body = JSON.stringify({ name: run, preset: 'light', sink: true, forSeconds: 600, settings });
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/api/v2/runs', { method: 'POST', headers, body })).status;
  }, name);
  expect(status).toBe(201);
}

describe('a live run', () => {
  it('is paused, resumed and stopped, and shows its limits and settings as sentences', async () => {
    const page = await scene.service.open(scene.browser);
    await startTrial(page, 'Journey');
    await page.getByRole('heading', { level: 1, name: 'Journey' }).waitFor();
    await page.waitForSelector('text=/accepts what is sent: [1-9]/');
    await page.getByRole('button', { name: 'Pause' }).click();
    await state(page, 'Paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await state(page, 'Running');
    await page.locator('.limit-words', { hasText: 'latency.p95<2s' }).waitFor();
    const tree = expect.poll(() => page.locator('main').ariaSnapshot());
    await tree.toContain('heading "Journey" [level=1]');
    await tree.toMatch(/paragraph: "?The embedded endpoint accepts what is sent: [\d,]+ hits?, none lost\./);
    await tree.toMatch(
      /img "Hits\. due: [\d.,]+ hits\/s now, [\d.,]+ on average, [\d.,]+ at most\. accepted: .* at most\."/,
    );
    await tree.toMatch(/img "Response times\. p50: .*Limit: latency\.p95<2s\."/);
    await tree.toMatch(/row "TARGET_VISITS_PER_DAY 400000 1000 set at the start"/);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Stop' }).click();
    await state(page, 'Stopped');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.goto(`${scene.service.url}/ui/runs?compare=1,1`);
    await page.getByRole('heading', { name: 'Two runs side by side' }).waitFor();
    await page.getByRole('row', { name: /^Hits accepted [1-9]/ }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.close();
  });

  it('is changed by another one that takes its place, with its settings but for what is typed', async () => {
    const page = await scene.service.open(scene.browser);
    await startTrial(page, 'Before');
    await page.getByRole('heading', { level: 1, name: 'Before' }).waitFor();
    await page.getByRole('button', { name: 'Change' }).click();
    await expect.poll(() => page.getByLabel('Target visits per day').inputValue()).toBe('400000');
    await page.getByLabel('Target visits per day').fill('300000');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const dialog = page.locator('dialog');
    await expect.poll(() => dialog.getByLabel(/^Stop Before .* first$/).isChecked()).toBe(true);
    await dialog.getByRole('button', { name: 'Start sending' }).click();
    await page.waitForURL(/\?run=\d+/);
    await page.getByText('1 running').waitFor();
    await page.getByRole('row', { name: /^TARGET_VISITS_PER_DAY 300000/ }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await state(page, 'Stopped');
    await page.close();
  });

  it('goes on, and the page with it, when the service was killed and is back', async () => {
    const first = await servePage();
    onTestFinished(() => first.close());
    const page = await first.open(scene.browser);
    await startTrial(page, 'Survivor');
    await page.waitForSelector('text=/accepts what is sent: [1-9]/');
    first.child.kill('SIGKILL');
    const banner = page.getByText('The service does not respond.');
    await banner.waitFor();
    const second = await servePage(['--port', new URL(first.url).port], first.folder);
    onTestFinished(() => second.close());
    await banner.waitFor({ state: 'detached' });
    // The run goes on in a process of its own, and its new numbers come without a reload.
    const words = page.locator('main .head p').last();
    const seen = await words.textContent();
    await expect.poll(() => words.textContent()).not.toBe(seen);
    await state(page, 'Running');
    await page.close();
  });
});

describe('a run that was started with a token', () => {
  it('is started again with the token that the dialog asks for, and says on its page what was not sent and why', async () => {
    const target = await startSink();
    onTestFinished(() => target.close());
    const page = await scene.service.open(scene.browser);
    const TOKEN = 'a'.repeat(32);
    const post = (path: string, body: unknown) =>
      page.evaluate(
        async ([at, text]) => {
          const headers = { 'content-type': 'application/json' };
          const answer = await fetch(at, { method: 'POST', headers, body: text });
          return { status: answer.status, json: await answer.json() };
        },
        [path, JSON.stringify(body)] as const,
      );
    const settings = {
      MATOMO_URL: target.url,
      MATOMO_TOKEN_AUTH: TOKEN,
      TARGET_VISITS_PER_DAY: 400_000,
      TRAFFIC_SHAPE: 'flat',
      VISIT_TIMING: 'compressed',
    };
    const { id } = (await post('/api/v2/runs', { name: 'With a token', settings })).json as { id: number };
    await page.goto(`${scene.service.url}/ui?run=${id}`);
    await page.waitForSelector('text=/accepts what is sent: [1-9]/');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Stop' }).click();
    await state(page, 'Stopped');
    expect(await post(`/api/v2/runs/${id}/restart`, {})).toMatchObject({
      status: 409,
      json: { code: 'token-needed' },
    });
    await page.getByRole('link', { name: 'Open the run' }).click();
    await page.getByRole('heading', { name: 'Hits not accepted, by reason' }).waitFor();
    await page.getByRole('button', { name: 'Start again' }).click();
    const dialog = page.locator('dialog');
    await dialog.getByText('Its token was not kept: enter it again.').waitFor();
    await dialog.getByLabel('Token').fill(TOKEN);
    await dialog.getByRole('button', { name: 'Start again' }).click();
    await page.waitForURL((url) => url.searchParams.get('run') !== String(id));
    await state(page, 'Running');
    expect(new URL(page.url()).searchParams.get('run')).not.toBe(String(id));
    await page.getByRole('button', { name: 'Stop' }).click();
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await state(page, 'Stopped');
    await page.close();
  });
});

describe('two servers', () => {
  it('get the same visits side by side, and the one that loses hits is told apart, with the reason', async () => {
    const [good, bad] = [await startSink(), await startSink(['--fault', 'status=503:40%'])];
    onTestFinished(async () => {
      await good.close();
      await bad.close();
    });
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/targets`);
    await page.getByLabel('Address').fill(good.url);
    await page.getByRole('button', { name: 'Add a target' }).click();
    await page.getByLabel('Address').nth(1).fill(bad.url);
    await page.getByLabel('What each target gets').selectOption('mirror');
    await page.getByRole('link', { name: 'Set up traffic' }).click();
    await page.getByLabel('Target visits per day').fill('400000');
    const start = page.getByRole('button', { name: 'Start', exact: true });
    await start.click();
    const dialog = page.locator('dialog');
    await dialog
      .getByText(
        new RegExp(
          `400,000 visits a day are sent to each of site 1 at ${good.url}\\S* and site 1 at ${bad.url}\\S*, the same ones`,
        ),
      )
      .waitFor();
    await dialog.getByRole('button', { name: 'Start sending' }).click();
    await page.getByText(/Main reason: HTTP 503\b/).waitFor();
    await page.getByRole('row', { name: /target-1 .* Healthy/ }).waitFor();
    await page.getByRole('row', { name: /target-2 .* (Degraded|Failing)/ }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await state(page, 'Stopped');
    await page.close();
  });
});

describe('settings in a file', () => {
  it('are imported, shown as changes, and undone one by one', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/traffic`);
    const buffer = Buffer.from('# a comment\nTARGET_VISITS_PER_DAY=1234\nexport TIMEZONE="Europe/Paris"\n');
    await page.getByLabel('Import').setInputFiles({ name: 'mine.env', mimeType: 'text/plain', buffer });
    await page.getByText('2 changes to the defaults').click();
    const wrong = Buffer.from('TARGET_VISITS_PER_DAY=1234\nTIMEZONE=Europe/Paris\nVISIT_PER_DAYS=1\n');
    await page.getByLabel('Import').setInputFiles({ name: 'bad.env', mimeType: 'text/plain', buffer: wrong });
    await page.getByText('VISIT_PER_DAYS (bad.env line 3) is not a setting.').waitFor();
    await page.getByRole('button', { name: 'Use 2 settings' }).click();
    await expect.poll(() => page.getByLabel('Target visits per day').inputValue()).toBe('1234');
    await expect.poll(() => page.locator('#setting-TIMEZONE').inputValue()).toBe('Europe/Paris');
    await page.getByRole('button', { name: 'Undo the change of TIMEZONE' }).click();
    await page.getByText('1 change to the defaults').waitFor();
    await expect.poll(() => page.locator('#setting-TIMEZONE').inputValue()).toBe('');
    await page.getByLabel('Token').fill('c'.repeat(32));
    await page.reload();
    await page.getByText('1 change to the defaults').waitFor();
    await expect.poll(() => page.getByLabel('Target visits per day').inputValue()).toBe('1234');
    await expect.poll(() => page.getByLabel('Token').inputValue()).toBe('');
    await page.close();
  });
});

describe('a funnel', () => {
  it('is tested, before it is saved, by visits that are really planned', async () => {
    const page = await scene.service.open(scene.browser);
    await page.goto(`${scene.service.url}/ui/funnels/new`);
    await page.getByRole('button', { name: 'Purchase' }).click();
    const share = page.getByLabel('Share that continues').first();
    await share.fill('');
    await share.pressSequentially('600');
    await page.getByText('Step 1: “Share that continues” must be from 0 to 100 %.').waitFor();
    await share.fill('');
    await share.pressSequentially('62.5');
    await expect.poll(() => share.inputValue()).toBe('62.5');
    await page.getByText('63 % reach this step').first().waitFor();
    await page.getByLabel('Share of all visits').fill('100');
    await page.getByRole('button', { name: 'Show planned visits' }).click();
    await page.getByText(/visits of .*, as they will be sent/).waitFor();
    const first = page.locator('.planned > li').first();
    expect(await first.textContent()).toMatch(/funnel Purchase: [1-5] of 5 steps/);
    expect(await first.locator('.log li').first().textContent()).toContain('Shop');
    await page.close();
  });
});

/** What bounds a run, on the overview: countdowns, declared events and thresholds in the curves, and a service that is away. */
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { servePage, setScene } from './page.ts';

const HOUR_MS = 3_600_000;

const scene = setScene();

/** Begins a live run as a script would, and shows it. */
async function watchRun(page: Page, name: string, settings: object): Promise<void> {
  const id = await page.evaluate(
    async ([run, own]) => {
      const body = JSON.stringify({
        name: run,
        preset: 'light',
        sink: true,
        forSeconds: 600,
        settings: {
          TARGET_VISITS_PER_DAY: 400_000,
          TIMEZONE: 'UTC',
          TRAFFIC_SHAPE: 'flat',
          VISIT_TIMING: 'compressed',
          ...own,
        },
      });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch('/api/v2/runs', { method: 'POST', headers, body });
      return ((await answer.json()) as { readonly id: number }).id;
    },
    [name, settings] as const,
  );
  await page.goto(`${new URL(page.url()).origin}/ui?run=${id}`);
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

const newestRun = (page: Page) =>
  page.evaluate(async () => {
    const { runs } = (await (await fetch('/api/v2/runs')).json()) as { readonly runs: { endsAt: string }[] };
    return runs[0] ?? { endsAt: '' };
  });

/** `2 h 5 min`, `9 min 58 s` or `12 s` in seconds. */
function secondsIn(text: string | null): number {
  const part = (unit: string) => Number(new RegExp(`(\\d+) ${unit}\\b`).exec(text ?? '')?.[1] ?? 0);
  return part('h') * 3600 + part('min') * 60 + part('s');
}

/** `HH:00` of the hour in UTC that begins so many hours after the present one. */
const hour = (after: number, nowMs: number) =>
  `${new Date(nowMs + after * HOUR_MS).toISOString().slice(11, 13)}:00`;
const startOfHour = (nowMs: number, after: number) => (Math.floor(nowMs / HOUR_MS) + after) * HOUR_MS;

async function stop(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.locator('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.locator('main .head .state', { hasText: 'Stopped' }).waitFor();
}

const figure = (page: Page, name: string) =>
  page.locator('.figures > div', { has: page.locator('dt', { hasText: name }) });

describe('a run outside of its hours', () => {
  it('counts down to the next visit, to the end of the run and to the day of the next cap', async () => {
    const page = await scene.service.open(scene.browser);
    const asked = Date.now();
    await watchRun(page, 'Asleep', {
      ACTIVE_HOURS: `${hour(2, asked)}-${hour(3, asked)}`,
      MAX_VISITS_PER_DAY: 50,
    });
    const next = figure(page, 'Next visit');
    await next.waitFor();
    const [left = 0] = (/in ((\d+ (h|min|s) ?)+)/.exec((await next.textContent()) ?? '') ?? []).map(
      secondsIn,
    );
    // The first visit comes soon after the hours have begun; hours are shown with whole minutes.
    expect(left).toBeGreaterThan((startOfHour(asked, 2) - Date.now()) / 1000 - 60);
    expect(left).toBeLessThanOrEqual((2 * HOUR_MS) / 1000 + 120);
    const ends = page.getByText(/^ends in /);
    const before = secondsIn(await ends.textContent());
    const { endsAt } = await newestRun(page);
    // What is shown was there a moment before.
    expect(before).toBeGreaterThanOrEqual(Math.floor((Date.parse(endsAt) - Date.now()) / 1000));
    expect(before).toBeLessThanOrEqual(600);
    // By itself, every second.
    await expect.poll(async () => secondsIn(await ends.textContent())).toBeLessThanOrEqual(before - 2);
    const cap = figure(page, 'Daily cap');
    await cap.getByText(/starts in/).waitFor();
    const words = (await cap.textContent())?.split('starts in')[1] ?? '';
    const midnight = 86_400 - (Date.now() % 86_400_000) / 1000;
    // At midnight itself, the one that comes is as far away as a day.
    const off = Math.abs(secondsIn(words) - midnight);
    expect(Math.min(off, 86_400 - off)).toBeLessThanOrEqual(90);
    await expect
      .poll(() => figure(page, 'Active hours').textContent())
      .toContain('outside now: no visit starts');
    await stop(page);
    await page.close();
  });
});

describe('the curves', () => {
  it('have the events that were declared, and the thresholds, drawn in and in words', async () => {
    const page = await scene.service.open(scene.browser);
    const nowMs = Date.now();
    const from = `${new Date(nowMs).toISOString().slice(0, 10)}T${hour(0, nowMs)}`;
    await watchRun(page, 'Sale', {
      DECLARED_EVENTS: `spike ${from} x3 for 6h`,
      THRESHOLDS: 'latency.p95<2s',
    });
    await page.waitForSelector('text=/accepts what is sent: [1-9]/');
    await expect.poll(() => figure(page, 'Declared event').textContent()).toContain('3 times the visits');
    const hits = page.locator('figure', { has: page.getByRole('heading', { name: /^Hits/ }) });
    await hits.locator('.mark', { hasText: '3 times the visits' }).waitFor();
    // It goes on for all of the time that is shown.
    const left = async () => {
      const [mark, plot] = await Promise.all([
        hits.locator('.mark').boundingBox(),
        hits.locator('svg').boundingBox(),
      ]);
      return Math.abs((mark?.width ?? 0) - (plot?.width ?? 1e6));
    };
    await expect.poll(left).toBeLessThan(4);
    const times = page.locator('figure', { has: page.getByRole('heading', { name: /^Response times/ }) });
    await times.locator('.limit-words', { hasText: 'latency.p95<2s' }).waitFor();
    await expect
      .poll(() => times.getByRole('img').getAttribute('aria-label'))
      .toContain('Limit: latency.p95<2s.');
    await stop(page);
    await page.close();
  });
});

describe('a service that is away', () => {
  it('is told, with the time that what is shown is from, and what is shown stays', async () => {
    const own = await servePage();
    onTestFinished(() => own.close());
    const page = await own.open(scene.browser);
    await watchRun(page, 'Lost', {});
    await page.waitForSelector('text=/accepts what is sent: [1-9]/');
    own.child.kill('SIGKILL');
    const banner = page.getByRole('alert');
    await banner.waitFor();
    const [, hours, minutes] =
      /^The service does not respond\. Trying again\. What you see is from (\d\d):(\d\d)\.$/.exec(
        (await banner.textContent())?.trim() ?? '',
      ) ?? [];
    const now = new Date();
    const ago = (now.getHours() - Number(hours)) * 60 + now.getMinutes() - Number(minutes);
    expect((ago + 1440) % 1440).toBeLessThanOrEqual(2);
    await page.getByRole('heading', { level: 1, name: 'Lost' }).waitFor();
    await page.getByText(/accepts what is sent: [1-9]/).waitFor();
    await page.close();
  });
});

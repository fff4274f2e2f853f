/** What the page says of runs that lose hits: no number is wrong, and nothing is called good that is not. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type ServedPage, servePage, startSink } from './page.ts';

const TOKEN = 'b'.repeat(32);

let browser: Browser;
let service: ServedPage;
let matomo: Awaited<ReturnType<typeof startSink>>;
beforeAll(async () => {
  browser = await openBrowser();
  service = await servePage();
  // As a firewall that dislikes orders.
  matomo = await startSink(['--fault', 'forbid=ec_id=']);
});
afterAll(async () => {
  await Promise.all([browser?.close(), service?.close(), matomo?.close()]);
});

async function ask<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${service.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-api-key': service.key, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status, await response.clone().text()).toBeLessThan(300);
  const json: T = JSON.parse(await response.text());
  return json;
}

interface Plan {
  readonly id: number;
  readonly digest: string;
  readonly visits: number;
}
interface Run {
  readonly id: number;
  readonly isEnded: boolean;
  readonly totals: { readonly hits: { readonly accepted: number } } | null;
}

/** Carries out a backfill of three days. @returns its number, when it has ended */
async function fill(settings: Readonly<Record<string, unknown>>): Promise<number> {
  const tokens = { MATOMO_TOKEN_AUTH: TOKEN };
  const { id, digest, visits } = await ask<Plan>('/api/v2/backfill-plans', {
    preset: 'shop',
    settings: {
      MATOMO_URL: matomo.url,
      TARGET_VISITS_PER_DAY: 60,
      TIMEZONE: 'UTC',
      SEED: 'oak',
      ...settings,
      ...tokens,
    },
  });
  const body = { digest, visits, tokens };
  const run = await ask<Run>(`/api/v2/backfill-plans/${id}/confirm`, body);
  await expect
    .poll(async () => (await ask<Run>(`/api/v2/runs/${run.id}`)).isEnded, { interval: 300 })
    .toBe(true);
  return run.id;
}

/** A start that meets a fault is refused, as it should be: another one is tried. @returns a run that has sent something */
async function startSending(body: unknown): Promise<Run> {
  for (let tries = 0; tries < 5; tries++) {
    let run = await ask<Run>('/api/v2/runs', body);
    const isDecided = async () => {
      run = await ask<Run>(`/api/v2/runs/${run.id}`);
      return run.isEnded || (run.totals?.hits.accepted ?? 0) > 0;
    };
    await expect.poll(isDecided, { interval: 300 }).toBe(true);
    if (!run.isEnded) return run;
  }
  throw new Error('Each of five runs was refused');
}

const DAYS = { BACKFILL_START_DATE: '2026-03-02', BACKFILL_END_DATE: '2026-03-04' };

describe('a backfill that a firewall keeps from being complete', () => {
  it('is compared with what was planned, and told as what it is wherever it is shown', async () => {
    const run = await fill(DAYS);
    const { error } = await ask<{ error: string }>(`/api/v2/runs/${run}`);
    expect(error).toMatch(
      /The server answers HTTP 403 to requests with certain content, for example https?:/,
    );
    const page = await service.open(browser);
    await page.goto(`${service.url}/ui/runs/${run}`);
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Compare with Matomo’s reports' }).click();
    const sentence = page.locator('p.warn', { hasText: 'everything that it has accepted' });
    await sentence.waitFor();
    expect(await sentence.textContent()).toMatch(
      /[1-9][\d,]* of [\d,]+ planned hits were not accepted and are not in Matomo: /,
    );
    const orders = await page
      .getByRole('row', { name: /all days orders/ })
      .locator('td')
      .allTextContents();
    // All days: planned, not accepted, accepted, in Matomo, missing.
    expect(orders.slice(2)).toEqual([orders[1], '0', '0', '0']);
    expect(Number(orders[1])).toBeGreaterThan(0);
    expect(await page.getByText('exactly what was sent').count()).toBe(0);
    // What was compared stays, and the backfill goes on from here too.
    await page.getByRole('navigation').getByRole('link', { name: 'Runs' }).click();
    await page.locator(`main a[href$="/runs/${run}"]`).click();
    await page.getByText(/^Compared at \d\d:\d\d:\d\d\./).waitFor();
    await page.getByRole('button', { name: 'Resume where it stopped' }).waitFor();

    await page.goto(`${service.url}/ui/backfill`);
    const past = page.getByRole('row', { name: /2026-03-02 to 2026-03-04/ });
    await expect.poll(() => past.textContent()).toMatch(/Failed \d+ of \d+, run \d+/);
    await page.goto(`${service.url}/ui?run=${run}`);
    const target = page.locator('section', { hasText: 'Health' }).getByRole('row').nth(1);
    await target.waitFor();
    await expect.poll(() => target.textContent()).not.toContain('No response yet');
    await page.close();
  });
});

describe('revenue', () => {
  it('is compared in the currency of the run, to the cent', async () => {
    const sound = await startSink();
    try {
      const run = await fill({ ...DAYS, MATOMO_URL: sound.url });
      const { revenue } = await ask<{ revenue: number }>(`/api/v2/runs/${run}/summary`);
      expect(revenue).toBeGreaterThan(0);
      const page = await service.open(browser);
      await page.goto(`${service.url}/ui/runs/${run}`);
      await page.getByLabel('Token').fill(TOKEN);
      await page.getByRole('button', { name: 'Compare with Matomo’s reports' }).click();
      await page.locator('p.good', { hasText: 'exactly what was sent' }).waitFor();
      const row = page.getByRole('row', { name: /all days revenue \([A-Z]{3}\)/ });
      const shown = revenue.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
      expect((await row.locator('td').allTextContents()).slice(1)).toEqual([
        shown,
        '0.00',
        shown,
        shown,
        '0.00',
      ]);
      await page.close();
    } finally {
      await sound.close();
    }
  });
});

describe('two servers that get the same visits', () => {
  it('are compared in a sentence, each has its line, and what is due is not what is planned', async () => {
    const [fast, slow] = await Promise.all([
      startSink(),
      startSink(['--latency', '0.3s', '--fault', 'status=503:20%']),
    ]);
    try {
      const body = {
        forSeconds: 900,
        settings: {
          TARGET_STRATEGY: 'mirror',
          MATOMO_URL: fast.url,
          MATOMO_URL_2: slow.url,
          MATOMO_TOKEN_AUTH: TOKEN,
          MATOMO_TOKEN_AUTH_2: TOKEN,
          TARGET_VISITS_PER_DAY: 100_000,
          TRAFFIC_SHAPE: 'flat',
          TIMEZONE: 'UTC',
        },
      };
      const run = await startSending(body);
      const page = await service.open(browser);
      await page.goto(`${service.url}/ui?run=${run.id}`);
      await page.getByText(/open visits have/).waitFor();
      await page.getByText(/target-2 takes [\d.]+ times as long as target-1 to respond/).waitFor();
      await page.getByText(/attempts? failed and had to be repeated \(HTTP 503: [1-9]/).waitFor();
      await page.getByText('Response times by target, 95th percentile').waitFor();
      await page.getByText('Some attempts fail').waitFor();
      await ask(`/api/v2/runs/${run.id}/stop`, { timeoutSeconds: 5 });
      await page.close();
    } finally {
      await Promise.all([fast.close(), slow.close()]);
    }
  });
});

describe('a live run to a server that hangs now and then, behind a firewall', () => {
  it('goes on, and says which hits are refused, how many requests wait, and what to do', async () => {
    const server = await startSink(['--fault', 'forbid=e_c=', '--fault', 'hang:8%']);
    try {
      const run = await startSending({
        forSeconds: 900,
        settings: {
          MATOMO_URL: server.url,
          MATOMO_TOKEN_AUTH: TOKEN,
          TARGET_VISITS_PER_DAY: 200_000,
          TRAFFIC_SHAPE: 'flat',
          TIMEZONE: 'UTC',
          // Also the question whether all hits are refused hangs now and then, and is asked again after it.
          RESPONSE_TIMEOUT: 30,
        },
      });
      const page = await service.open(browser);
      await page.goto(`${service.url}/ui?run=${run.id}`);
      await page
        .getByText(
          /requests are waiting for a response, the oldest for \d+ s\.|request has been waiting for \d+ s/,
        )
        .waitFor();
      await page.getByText('Slow to respond').waitFor();
      const row = page.getByRole('row', { name: /The server refuses these hits, while it takes others/ });
      await row.waitFor();
      expect(await row.textContent()).toMatch(
        /firewall.*Example: [\d:]+, https?:\/\/\S+, HTTP 403.*“A firewall refuses hits”/,
      );
      // No green beside a sentence in red, and the refusals before the firewall was known are in the same row.
      await page.locator('main .head .state:not(.good)', { hasText: 'Running' }).waitFor();
      await page.locator('main .head p.bad', { hasText: 'lost' }).waitFor();
      expect(await page.getByRole('row', { name: /http-403/ }).count()).toBe(0);
      await page
        .getByText(/The server answers HTTP 403 to requests with certain content, for example http/)
        .waitFor();
      expect((await ask<Run>(`/api/v2/runs/${run.id}`)).isEnded).toBe(false);
      const metrics = await fetch(`${service.url}/metrics`, { headers: { 'x-api-key': service.key } });
      expect(await metrics.text()).toMatch(
        /trafficinator_failed_attempts_total\{[^}]*reason="http-403"\} [1-9]/,
      );
      await page.close();
    } finally {
      await server.close();
    }
  });
});

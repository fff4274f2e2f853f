/** The place of workers, with a real PostgreSQL, real workers and traffic to the embedded endpoint. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../postgres/server.ts';
import { type Running, Workplace, zoneAtNoon } from '../process/binary.ts';
import {
  accessibilityProblems,
  openBrowser,
  overflow,
  type ServedPage,
  servePage,
  startSink,
} from './page.ts';

const TOKEN = 'a'.repeat(32);
const SHARDS = 6;

let browser: Browser;
let server: PostgresServer;
let sink: Awaited<ReturnType<typeof startSink>>;
let service: ServedPage;
let place: Workplace;
let env: Readonly<Record<string, string>>;
const workers: Running[] = [];

beforeAll(async () => {
  place = new Workplace(900_000);
  [browser, server, sink] = await Promise.all([openBrowser(), startPostgres(), startSink()]);
  env = { LEDGER_URL: await server.createDatabase(), LEDGER_LEASE: '10', MATOMO_TOKEN_AUTH: TOKEN };
  service = await servePage([], undefined, env);
});
afterAll(async () => {
  for (const { child } of workers) child.kill('SIGTERM');
  await Promise.all(workers.map(({ finished }) => finished));
  await Promise.all([browser?.close(), service?.close(), sink?.close()]);
  await server?.remove();
  place?.remove();
});

async function detach(args: string): Promise<string> {
  const { code, stdout, stderr } = await place.run(
    `${args} --detach --force --shards ${SHARDS} --url ${sink.url}`.split(' '),
    env,
  );
  expect(code, stderr).toBe(0);
  return stdout.trim();
}

const live = () => detach(`run --timezone ${zoneAtNoon()} --rate 20/s --timing compressed`);

async function openPlace(options = {}): Promise<Page> {
  const page = await service.open(browser, options);
  await page.goto(`${service.url}/ui/workers`);
  await page.waitForSelector('main h1');
  return page;
}

async function expectFine(page: Page): Promise<void> {
  expect(await accessibilityProblems(page)).toEqual([]);
  await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);
}

describe('the place of workers', () => {
  it('says how to begin where nothing was shared yet, and hides no password', async () => {
    const page = await openPlace();
    await page.getByText('No shared runs yet').waitFor();
    await page.getByText('No worker is there.').waitFor();
    expect(await page.content()).not.toContain('owner-s3cret');
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Workers' }).waitFor();
    await expectFine(page);
    await page.close();
  });

  it('waits with a run that nobody works on, and says how to start a worker', async () => {
    const id = await live();
    const page = await openPlace();
    const card = page.getByRole('region', { name: `Run ${id}` });
    await card.getByText('Waiting for workers').waitFor();
    await card.getByText('No worker is there. Start one').waitFor();
    await expectFine(page);
    await card.getByRole('button', { name: `Stop run ${id}` }).click();
    await page.locator('dialog').getByText('0 workers finish 0 requests in flight').waitFor();
    await page
      .locator('dialog')
      .getByRole('button', { name: `Stop run ${id}` })
      .click();
    await page.getByRole('region', { name: 'Ended runs' }).getByText('Stopped').waitFor();
    await page.close();
  });

  it('shows who has which shard, and pauses, resumes and stops a live run by questions in numbers', async () => {
    const page = await openPlace();
    const list = page.getByRole('region', { name: 'Workers' });
    for (let i = 0; i < 2; i++) workers.push(place.start(['worker'], env));
    await list.getByText('2 workers at work').waitFor();
    const id = await live();
    const card = page.getByRole('region', { name: `Run ${id}` });
    await card.getByText('Running').waitFor();
    await card.getByText(`${SHARDS} shards: ${SHARDS} being sent`).click();
    await card.getByRole('table').getByRole('row').nth(SHARDS).waitFor();
    const taken = async () => {
      const cells = await list.locator('tbody td:last-child').allTextContents();
      return cells.reduce((sum, text) => sum + Number(text), 0);
    };
    await expect.poll(taken).toBe(SHARDS);
    await expectFine(page);

    const dialog = page.locator('dialog');
    await card.getByRole('button', { name: `Pause run ${id}` }).click();
    // How many of the two have some of the shards is not told beforehand.
    await dialog.getByText(/[12] workers? with 6 shards stops? sending/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await card.getByText('Running').waitFor();
    await card.getByRole('button', { name: `Pause run ${id}` }).click();
    await dialog.getByRole('button', { name: `Pause run ${id}` }).click();
    await card.getByText('Paused').waitFor();
    await card.getByRole('button', { name: `Resume run ${id}` }).click();
    await dialog.getByRole('button', { name: `Resume run ${id}` }).click();
    await card.getByText('Running').waitFor();
    await card.getByRole('button', { name: `Stop run ${id}` }).click();
    await dialog.getByText(/in flight, and 6 shards end\. [\d,]+ visits are complete so far\./).waitFor();
    await dialog.getByRole('button', { name: `Stop run ${id}` }).click();
    const ended = page.getByRole('region', { name: 'Ended runs' });
    await ended.getByRole('row', { name: new RegExp(`^${id}: .*Stopped`) }).waitFor();
    await expectFine(page);
    await page.close();
  });

  it('has the days and the planned visits of a backfill, which cannot be paused', async () => {
    const id = await detach(
      'backfill --yes --from 2026-10-01 --to 2026-10-03 --visits-per-day 2000 --max-visits-per-day 0 --rps 30',
    );
    const page = await openPlace({ viewport: { width: 360, height: 800 }, colorScheme: 'dark' });
    const card = page.getByRole('region', { name: `Run ${id}` });
    await card.getByText(/^[\d,]+ of 6,000 visits/).waitFor();
    await card.getByText('of 3, 2026-10-01 to 2026-10-03').waitFor();
    expect(await card.getByRole('button', { name: /Pause/ }).count()).toBe(0);
    await expectFine(page);
    const refused = await fetch(`${service.url}/api/v2/cluster/runs/${id}`, {
      method: 'POST',
      headers: { 'x-api-key': service.key, 'content-type': 'application/json' },
      body: JSON.stringify({ wish: 'pause' }),
    });
    expect(refused.status).toBe(409);
    expect((await place.run(['pause', id], env)).stderr).toContain('is a backfill, which cannot be paused');
    await card.getByRole('button', { name: `Stop run ${id}` }).click();
    await page.locator('dialog').getByText('of 6,000 visits are complete so far').waitFor();
    await page
      .locator('dialog')
      .getByRole('button', { name: `Stop run ${id}` })
      .click();
    await page.getByRole('region', { name: 'Ended runs' }).getByText('2026-10-01 to 2026-10-03').waitFor();
    await page.close();
  });

  it('says that the ledger is away, and of when it is what is shown', async () => {
    const page = await openPlace();
    await page.getByRole('region', { name: 'Ended runs' }).waitFor();
    await server.stop('immediate');
    await page.getByText('What you see is from').waitFor();
    await server.start();
    await page.getByText('What you see is from').waitFor({ state: 'detached' });
    await page.close();
  });
});

describe('a service without a shared ledger', () => {
  it('leaves the place out of the navigation, and says there what it is for', async () => {
    const single = await servePage();
    const page = await single.open(browser);
    await page.waitForSelector('main h1');
    const link = page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Workers' });
    await page.getByRole('link', { name: 'Logs' }).waitFor();
    expect(await link.count()).toBe(0);
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await page.getByText('This service has no workers').waitFor();
    await link.waitFor();
    await expectFine(page);
    await page.close();
    await single.close();
  });
});

/** What people do, in the two engines that are not Chromium's: from the login to a backfill, and each of the newer places. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../postgres/server.ts';
import { Workplace, zoneAtNoon } from '../process/binary.ts';
import { type ServedPage, servePage, startSink } from './page.ts';
import {
  expectFine,
  expectGone,
  expectText,
  logIn,
  OTHER_ENGINES,
  press,
  type Tab,
  tick,
  type,
} from './tab.ts';

const TOKEN = 'a'.repeat(32);

const PLUGIN = `export default {
  name: 'promo', apiVersion: 1, version: '1.0.0',
  options: { type: 'object', properties: { share: { type: 'number', minimum: 0, maximum: 0.5, default: 0.1 } } },
  setup: ({ options: { share } }) => ({
    behaviours: { land: { share, longestMs: 60_000, visit: () => ({ steps: [{ type: 'pageview', url: '/promo', title: 'Promo' }] }) } },
  }),
};
`;

async function serveWithPlugin(): Promise<ServedPage> {
  const folder = mkdtempSync(join(tmpdir(), 'trafficinator-browser-'));
  writeFileSync(join(folder, 'promo.mjs'), PLUGIN);
  return servePage([], folder, { PLUGINS: './promo.mjs' });
}

/** The day before today in the calendar, by clicks on the grid, and then sent. */
async function fillYesterday(tab: Tab, url: string): Promise<void> {
  await tab.goTo(`${url}/ui/backfill`);
  await type(tab, '#setting-TARGET_VISITS_PER_DAY', '20');
  await tick(tab, 'main', /^Send to the embedded endpoint/);
  await expectText(tab, 'main', 'Nothing leaves this machine');
  await press(tab, 'main', /^Yesterday$/);
  const day = `document.querySelector('#first-day').value`;
  await expect.poll(() => tab.run(`return ${day}`)).toMatch(/^\d{4}-\d\d-\d\d$/);
  const yesterday = String(await tab.run(`return ${day}`));
  await press(tab, 'main', /^Last 7 days$/);
  await expect.poll(() => tab.run(`return ${day}`)).not.toBe(yesterday);
  // Two clicks on one day choose it.
  for (let click = 0; click < 2; click++)
    await tab.run(`document.querySelector('[data-day="${yesterday}"]').click()`);
  await expect.poll(() => tab.run(`return ${day}`)).toBe(yesterday);
  await expectFine(tab);
  await press(tab, 'main', /^Count the visits$/);
  await press(tab, 'main', /^Send \d+ visits$/);
  await press(tab, 'dialog', /^Send \d+ visits$/);
  await expectText(tab, 'main', 'These days are locked now');
}

describe.each(OTHER_ENGINES)('%s', (_, open) => {
  let tab: Tab;
  let service: ServedPage;
  beforeAll(async () => {
    [tab, service] = await Promise.all([open(), serveWithPlugin()]);
  });
  afterAll(async () => {
    await tab?.close();
    await service?.close();
  });

  it('goes from the login to the first visit, and fills a day that was chosen in the calendar', async () => {
    await logIn(tab, service);
    await press(tab, 'main', /^Send the first visits$/);
    await expectText(tab, 'main', /accepts what is sent: [1-9]/);
    await expect.poll(() => tab.run('return document.title')).toBe('Overview · trafficinator');
    await expectFine(tab);
    await fillYesterday(tab, service.url);
  });

  it('changes an option of a plugin', async () => {
    await tab.goTo(`${service.url}/ui/plugins`);
    await type(tab, '#option-promo-share', '0.7');
    await expectText(tab, 'main', 'Must be at most 0.5.');
    await type(tab, '#option-promo-share', '0.25');
    await press(tab, 'main', /^Save$/);
    await expectText(tab, '.notices', 'Saved.');
    await tab.resize(400, 800);
    await expectFine(tab);
    await tab.resize(1280, 900);
  });

  it('makes a schedule, and switches it off', async () => {
    await tab.goTo(`${service.url}/ui/schedules`);
    await press(tab, 'main', /^New schedule$/);
    await tick(tab, 'dialog', /^Send to the embedded endpoint/);
    await expectText(tab, 'dialog', 'to the embedded endpoint');
    await type(tab, '#schedule-name', 'nightly');
    await press(tab, 'dialog', /^Save$/);
    await expectGone(tab, 'dialog[open]');
    await expectText(tab, 'main table', 'nightly');
    await tab.resize(400, 800);
    await expectFine(tab);
    await tick(tab, 'main table', /^nightly is on$/);
    await expectText(tab, '.notices', 'nightly is off.');
    await tab.resize(1280, 900);
  });
});

describe.each(OTHER_ENGINES)('%s, with runs that workers share', (_, open) => {
  let postgres: PostgresServer;
  let place: Workplace;
  let tab: Tab;
  let service: ServedPage;
  let sink: Awaited<ReturnType<typeof startSink>>;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    place = new Workplace(900_000);
    [tab, postgres, sink] = await Promise.all([open(), startPostgres(), startSink()]);
    env = { LEDGER_URL: await postgres.createDatabase(), LEDGER_LEASE: '10', MATOMO_TOKEN_AUTH: TOKEN };
    service = await servePage([], undefined, env);
  });
  afterAll(async () => {
    await Promise.all([tab?.close(), service?.close(), sink?.close()]);
    place?.remove();
    await postgres?.remove();
  });

  it('sees a worker take a run, and stops it after a question in numbers', async () => {
    const worker = place.start(['worker'], env);
    await worker.stderrHolds('waits for runs');
    const live = `run --timezone ${zoneAtNoon()} --rate 20/s --timing compressed --shards 4 --detach --force`;
    const { code, stdout, stderr } = await place.run([...live.split(' '), '--url', sink.url], env);
    expect(code, stderr).toBe(0);
    const id = stdout.trim();
    await logIn(tab, service);
    await tab.goTo(`${service.url}/ui/workers`);
    await expectText(tab, 'main', '1 worker at work');
    await expectText(tab, 'main', '4 shards: 4 being sent');
    await expectFine(tab);
    await press(tab, 'main', new RegExp(`^Stop run ${id}$`));
    await expectText(tab, 'dialog', 'and 4 shards end');
    await press(tab, 'dialog', new RegExp(`^Stop run ${id}$`));
    await expectText(tab, 'main', 'Stopped');
    await tab.resize(400, 800);
    await expectFine(tab);
    worker.child.kill('SIGTERM');
    expect((await worker.finished).code).toBe(0);
  });
});

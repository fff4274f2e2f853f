import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSinkConfig } from '../../../src/sink/config.ts';
import { type Env, jsonLines, openTarget, SUPER_TOKEN, type Target, Workplace } from '../binary.ts';

const VIEW_ELSEWHERE = 'e'.repeat(32);
const NEW_YORK = { timezone: 'America/New_York', currency: 'USD' };
const SITES = parseSinkConfig({
  sites: [
    { id: 1, ...NEW_YORK },
    { id: 2, timezone: 'Europe/Stockholm', currency: 'SEK', ecommerce: false, siteSearch: false },
    { id: 3, timezone: 'Europe/Stockholm', currency: 'SEK' },
    {
      id: 4,
      timezone: 'Europe/Stockholm',
      currency: 'SEK',
      createdAt: '2026-02-15',
      excludedIps: ['10.0.0.0/8'],
    },
  ],
  tokens: [
    { token: SUPER_TOKEN, role: 'super' },
    { token: VIEW_ELSEWHERE, role: 'write', sites: [2] },
  ],
});
const WINDOW = '--from 2026-02-01 --to 2026-02-07 --visits-per-day 40';

let target: Target;
const places: Workplace[] = [];
beforeAll(async () => {
  target = await openTarget(SITES);
});
afterAll(async () => {
  await target.close();
  for (const place of places) place.remove();
});

function newPlace(): Workplace {
  const place = new Workplace();
  places.push(place);
  return place;
}

function send(args: string, env: Env = { MATOMO_TOKEN_AUTH: SUPER_TOKEN }, place = newPlace()) {
  return place.run(['backfill', '--url', target.url, '--json', ...args.split(' ')], env);
}

/** Visits that the site has on each day. */
function visitsOn(site: number): Record<string, number> {
  const days = target.sink.recorded().sites[site]?.days ?? {};
  return Object.fromEntries(Object.entries(days).map(([date, { visits }]) => [date, visits]));
}

describe('a timezone and a currency that nobody has set', () => {
  const place = newPlace();

  it("are the site's own, said in one line, so that every visit is on its day", async () => {
    const finished = await send(WINDOW, undefined, place);
    expect(finished.code).toBe(0);
    expect(finished.stderr.split('\n')[0]).toBe(
      'timezone America/New_York and currency USD taken from site 1 in Matomo',
    );
    const { total } = jsonLines(finished);
    expect(total).toMatchObject({ timezone: 'America/New_York', currency: 'USD' });
    const days = [1, 2, 3, 4, 5, 6, 7].map((day) => `2026-02-0${day}`);
    expect(visitsOn(1)).toEqual(Object.fromEntries(days.map((day) => [day, 40])));
  });

  it('are kept, so that a night without the Reporting API plans the same days', async () => {
    target.faults.inject({ kind: 'unavailable' }, 2, 'reporting');
    const finished = await send('--from 2026-02-08 --to 2026-02-08 --visits-per-day 40', undefined, place);
    target.faults.clear();
    expect(finished.stderr).toContain('taken from site 1 in Matomo, as it last said');
    expect(finished.code).toBe(0);
    expect(visitsOn(1)['2026-02-08']).toBe(40);
  });

  it("are taken from the site in place of a built-in preset's, and not of one's own", async () => {
    const own = newPlace();
    own.write('mine.env', 'TIMEZONE=CET\n');
    const builtIn = await send(`--preset light ${WINDOW} --dry-run`, undefined, own);
    expect(jsonLines(builtIn).total.timezone).toBe('America/New_York');
    const mine = await send(`--preset ./mine.env ${WINDOW}`, undefined, own);
    expect(mine.code).toBe(2);
    expect(mine.stderr).toContain('TIMEZONE is CET');
  });

  it('hold as they are where the site shows the same clock', async () => {
    const finished = await send(`--site-id 3 ${WINDOW} --dry-run`);
    expect(finished.stderr).not.toContain('taken from');
    expect(jsonLines(finished).total).toMatchObject({ timezone: 'CET', currency: 'SEK' });
  });

  it.each([
    ['without a token', {}],
    ['where the token may not read the site', { MATOMO_TOKEN_AUTH: VIEW_ELSEWHERE }],
  ])('hold as they are %s, which is said', async (_, env) => {
    const finished = await send(`${WINDOW} --dry-run`, env);
    expect(finished.stderr).toContain('timezone CET and currency SEK');
    expect(jsonLines(finished).total.timezone).toBe('CET');
  });

  it('end the run with 3 where the site can be asked by the token and does not answer', async () => {
    const before = target.sink.recorded().visits;
    target.faults.inject({ kind: 'unavailable' }, Number.POSITIVE_INFINITY, 'reporting');
    const refused = await send(WINDOW);
    const set = await send(`--site-id 3 --timezone Europe/Stockholm --ecommerce-currency SEK ${WINDOW}`);
    target.faults.clear();
    expect(refused.code).toBe(3);
    expect(jsonLines(refused).total).toMatchObject({ error: expect.stringContaining('could not be read') });
    expect(refused.stderr).toContain('Set TIMEZONE (--timezone) and ECOMMERCE_CURRENCY');
    expect(set.code).toBe(0);
    expect(set.stderr).toContain("The site's own settings cannot be compared");
    expect(target.sink.recorded().visits - before).toBe(280);
  });
});

describe('what would make reports wrong', () => {
  const CASES: readonly (readonly [string, string, RegExp])[] = [
    [
      'another timezone',
      '--timezone Europe/Berlin',
      /TIMEZONE is Europe\/Berlin.*\n.*--timezone America\/New_York/,
    ],
    [
      'another currency',
      '--ecommerce-currency EUR',
      /ECOMMERCE_CURRENCY is EUR.*\n.*--ecommerce-currency USD/,
    ],
    ['no ecommerce', '--site-id 2', /Ecommerce is off.*\n.*--ecommerce-probability 0/],
    [
      'dimensions and goals that the site lacks',
      '--custom-dimensions 77 --goal-ids 99',
      /goal 99, which the site does not have[\s\S]*custom dimension 77, which the site does not have/,
    ],
    ['no site search', '--site-id 2', /Site search is off.*\n.*--sitesearch-probability 0/],
  ];

  it('needs a share of 0 alone where the site records no orders and no searches', async () => {
    const off = '--ecommerce-probability 0 --sitesearch-probability 0 --seed off';
    const sent = await send(`--site-id 2 ${WINDOW.replaceAll('2026-02', '2026-01')} ${off}`);
    expect(sent.code).toBe(0);
    const { total } = jsonLines(sent);
    expect(total.kinds).toMatchObject({ search: 0, order: 0, cart: 0 });
    expect(Object.keys(total.funnels)).toEqual(['Lead Generation']);
  });

  it.each(CASES)('stops the run with 2 before the first hit: %s', async (_, args, says) => {
    const before = target.sink.recorded().recorded;
    const { code, stdout, stderr } = await send(`${WINDOW} ${args}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).toContain('--force sends all the same.');
    expect(target.sink.recorded().recorded).toBe(before);
  });

  it('is sent with --force, as a warning', async () => {
    const { code, stderr } = await send(
      `--from 2026-03-01 --to 2026-03-01 --visits-per-day 5 --site-id 2 --force`,
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: Ecommerce is off/m);
    expect(visitsOn(2)['2026-03-01']).toBe(5);
  });

  it('is not a site that is younger than the days, nor one with exclusions: these are warnings', async () => {
    const { code, stderr } = await send('--from 2026-02-01 --to 2026-02-01 --visits-per-day 5 --site-id 4');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: The site was created on 2026-02-15/m);
    expect(stderr).toMatch(/^warning: The site excludes addresses/m);
  });

  it('is found by validate too, which ends with the same exit code', async () => {
    const args = ['validate', '--url', target.url, '--site-id', '2', '--json'];
    const { code, stdout } = await newPlace().run(args, { MATOMO_TOKEN_AUTH: SUPER_TOKEN });
    expect(code).toBe(2);
    const errors = stdout.split('\n').filter((line) => line.includes('"error"'));
    expect(errors.map((line) => JSON.parse(line).code)).toEqual(['site-ecommerce', 'site-search']);
  });
});

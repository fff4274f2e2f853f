import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Endpoint,
  type Gateway,
  openEndpoint,
  openProxy,
  type Passing,
  SUPER_TOKEN,
  VIEW_TOKEN,
} from '../job/endpoint.ts';
import { type Env, type Finished, Workplace } from './binary.ts';

const BACKFILL =
  'backfill --timezone UTC --seed oak --visits-per-day 40 --from 2026-03-01 --to 2026-03-03 --goal-ids 2 --resume';

let endpoint: Endpoint;
let proxy: Gateway;
const place = new Workplace();
/** Lowers the visits that the reports show on the second day. */
let missing = 0;

function lower({ body }: Passing, reply: string): string {
  if (missing === 0 || !body.includes('VisitsSummary.get')) return reply;
  const report = JSON.parse(reply);
  if ('2026-03-02' in report) report['2026-03-02'].nb_visits -= missing;
  return JSON.stringify(report);
}

function run(args: string, env: Env = {}): Promise<Finished> {
  return place.run(args.split(' '), { MATOMO_URL: proxy.url, MATOMO_TOKEN_AUTH: SUPER_TOKEN, ...env });
}

interface Row {
  readonly date: string;
  readonly metric: string;
  readonly sent: number;
  readonly recorded: number;
}

function differencesIn({ stdout }: Finished): Row[] {
  const { rows }: { rows: Row[] } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  return rows.filter(({ sent, recorded }) => sent !== recorded);
}

beforeAll(async () => {
  endpoint = await openEndpoint();
  proxy = await openProxy(endpoint, { onReply: lower });
  expect((await run(BACKFILL)).code).toBe(0);
});
afterAll(async () => {
  await proxy.close();
  await endpoint.sink.close();
  place.remove();
});

describe('verify', () => {
  it('finds all of it with a token that may only look, whether the goals are named or not', async () => {
    const view = { MATOMO_TOKEN_AUTH: VIEW_TOKEN };
    const [named, unnamed, byNumber, atEnd] = await Promise.all([
      run('verify --goal-ids 2', view),
      run('verify --json', view),
      run('verify --run 1 --json', view),
      run(`${BACKFILL} --verify`),
    ]);
    for (const { code, stderr } of [named, unnamed, byNumber])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(atEnd.code).toBe(0);
    expect(named.stdout).toContain("equal: Matomo's reports match what was sent");
    expect(named.stdout).toMatch(/^all days +goals +[1-9]/m);
    expect(unnamed.stdout).not.toContain('"goals"');
    expect(JSON.parse(byNumber.stdout)).toMatchObject({ type: 'verification', run: 1, equal: true });
  });

  it('refuses without a token that may look, a run that is not there and days without a run', async () => {
    const [none, wrong, unknown] = await Promise.all([
      run('verify', { MATOMO_TOKEN_AUTH: '' }),
      run('verify', { MATOMO_TOKEN_AUTH: 'f'.repeat(32) }),
      run('verify --run 99'),
    ]);
    const backwards = await run('verify --from 2026-03-02 --to 2026-03-01');
    expect([none.code, wrong.code, unknown.code, backwards.code]).toEqual([4, 4, 2, 2]);
    expect(backwards.stderr).toContain(
      'no day to verify: the first day (2026-03-02) is after the last (2026-03-01)',
    );
    expect(none.stderr).toContain('view access');
    expect(unknown.stderr).toContain('There is no run');
  });

  it('names the day and what is missing there', async () => {
    missing = 1;
    const [text, json, oneDay, atEnd] = await Promise.all([
      run('verify'),
      run('verify --json'),
      run('verify --from 2026-03-01 --to 2026-03-01'),
      run(`${BACKFILL} --verify`),
    ]);
    const [untilFirst, fromLast, toLast] = await Promise.all([
      run('verify --to 2026-03-01'),
      run('verify --from 2026-03-03'),
      run('verify --from 2026-03-02'),
    ]);
    missing = 0;
    expect([text.code, json.code, oneDay.code, atEnd.code]).toEqual([7, 7, 0, 7]);
    expect([untilFirst.code, fromLast.code, toLast.code]).toEqual([0, 0, 7]);
    expect(text.stdout).toMatch(/^2026-03-02 +visits +40 +39 +-1$/m);
    expect(text.stdout).toContain("different: Matomo's reports do not match");
    expect(differencesIn(json)).toEqual([
      { date: '2026-03-02', metric: 'visits', planned: 40, sent: 40, recorded: 39 },
    ]);
  });

  it('names the day of a visit of somebody else', async () => {
    const id = '00000000000000aa';
    const cdt = Date.UTC(2026, 2, 3, 12) / 1000;
    const hit = `idsite=1&rec=1&url=https%3A%2F%2Fexample.test%2F&action_name=x&_id=${id}&cid=${id}&cdt=${cdt}&token_auth=${SUPER_TOKEN}`;
    await fetch(endpoint.url, { method: 'POST', body: new URLSearchParams(hit) });
    const finished = await run('verify --json');
    expect(finished.code).toBe(7);
    expect(differencesIn(finished).map(({ date, metric }) => `${date} ${metric}`)).toEqual([
      '2026-03-03 visits',
      '2026-03-03 actions',
      '2026-03-03 pageviews',
    ]);
    expect(finished.stdout).toContain('Something else sent traffic');
  });
});

describe('history', () => {
  it('lists runs, shows one with its days and forgets old ones', async () => {
    const [text, list, show, shown] = await Promise.all([
      run('history'),
      run('history --json'),
      run('history show 1 --json'),
      run('history show 1'),
    ]);
    for (const { code } of [text, list, show, shown]) expect(code).toBe(0);
    expect(text.stdout).toMatch(/^ +1 .* backfill +done +site 1 +2026-03-01 to 2026-03-03$/m);
    expect(text.stdout).toMatch(/^ +120 of 120 visits \(100 %\) complete, http/m);
    expect(text.stdout).toMatch(/^ +trafficinator backfill --timezone UTC --seed oak/m);
    expect(shown.stdout).toContain('TARGET_VISITS_PER_DAY=40');
    expect(list.stdout + show.stdout + shown.stdout).not.toContain(SUPER_TOKEN);
    expect(JSON.parse(list.stdout)).toMatchObject({
      schema: 1,
      type: 'run',
      id: 1,
      outcome: 'done',
      plannedVisits: 120,
      visits: { planned: 120, complete: 120 },
      settings: { TARGET_VISITS_PER_DAY: '40', MATOMO_TOKEN_AUTH: '***' },
    });
    const { days } = JSON.parse(show.stdout);
    expect(days).toHaveLength(3);
    expect(days[0]).toMatchObject({ date: '2026-03-01', counts: { visits: { planned: 40, complete: 40 } } });
    expect(shown.stdout).toMatch(/2026-03-03 {2}40 visits complete, (\d+) of \1 hits accepted/);
    expect((await run('history prune --older-than 1d')).stdout).toBe('0 runs deleted\n');
    expect((await run('history prune --older-than 0.001s')).stdout).toBe('1 runs deleted\n');
    expect((await run('history')).stderr).toBe('no runs yet\n');
  });
});

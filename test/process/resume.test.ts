import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSinkConfig } from '../../src/sink/config.ts';
import { jsonLines, openTarget, SUPER_TOKEN, type Target, Workplace } from './binary.ts';

const SITES = parseSinkConfig({
  sites: [1, 2, 3, 4, 5, 6, 7].map((id) => ({ id })),
  tokens: [{ token: SUPER_TOKEN, role: 'super' }],
});
const TOKEN = { MATOMO_TOKEN_AUTH: SUPER_TOKEN };

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

const words = (text: string) => text.split(' ');
const visitsOf = (site: number, date: string) => target.sink.recorded().sites[site]?.days[date]?.visits ?? 0;
const visitsIn = (site: number) =>
  Object.values(target.sink.recorded().sites[site]?.days ?? {}).reduce((sum, { visits }) => sum + visits, 0);

describe('a backfill that is stopped', () => {
  it('says how far it came, and the command that it names goes on with it', async () => {
    const place = newPlace();
    place.write('token.txt', SUPER_TOKEN);
    const window = '--from 2026-03-01 --to 2026-03-04 --visits-per-day 100 --rps 4 --batch-size 20';
    const args = `backfill --url ${target.url} --token-file token.txt ${window}`;
    const running = place.start(words(args));
    await running.until(() => visitsIn(1) >= 20);
    running.child.kill('SIGINT');
    const stopped = await running.finished;
    expect(stopped.code).toBe(130);
    const [, command = ''] =
      /of 400 visits \(\d+ %\)\. Continue: trafficinator (.*)/.exec(stopped.stderr) ?? [];
    expect(command).toBe('backfill --resume 1');
    const cameTo = Number(/of the (\d+) visits that it\s+came\s+to/.exec(stopped.stdout)?.[1]);
    expect((await place.run(['history', 'show', '1'])).stdout).toContain(
      `not begun ${400 - cameTo} of 400 visits`,
    );
    const resumed = await place.run([...words(command), '--rps', '1000', '--json']);
    expect(resumed.code).toBe(0);
    expect(jsonLines(resumed).total.visits).toMatchObject({ planned: 400, complete: 400 });
    expect(visitsIn(1)).toBe(400);
    expect((await place.run(['backfill', '--resume', '77'])).stderr).toContain(
      'no backfill with the number 77',
    );
  });

  it('prints what is known at a second Ctrl-C too, and is marked as stopped', async () => {
    const place = newPlace();
    const slow = await openTarget(SITES);
    slow.faults.afterProbe = { kind: 'hang', isProcessed: true };
    const args = `backfill --url ${slow.url} --from 2026-03-01 --to 2026-03-02 --visits-per-day 50 --json`;
    const running = place.start(words(args), TOKEN);
    await running.until(() => slow.sink.recorded().visits > 0);
    running.child.kill('SIGINT');
    await running.stderrHolds('stopping');
    await new Promise((resolve) => setTimeout(resolve, 700));
    const pressedMs = Date.now();
    running.child.kill('SIGINT');
    const finished = await running.finished;
    await slow.close();
    expect(finished.code).toBe(130);
    // The answer would have taken the response timeout of 30 s.
    expect(Date.now() - pressedMs).toBeLessThan(15_000);
    const { total } = jsonLines(finished);
    expect(total.hits.unknown).toBeGreaterThan(0);
    expect(total.reasons.abandoned).toBe(total.hits.unknown);
    const history = await place.run(['history', '--json']);
    expect(JSON.parse(history.stdout)).toMatchObject({ id: 1, outcome: 'stopped' });
  });
});

describe('days that were sent before', () => {
  const place = newPlace();
  const backfill = (args: string) =>
    place.run(words(`backfill --url ${target.url} --site-id 3 ${args}`), TOKEN);

  it('are skipped and named, and the others sent, so that a nightly job works after a demo', async () => {
    expect((await backfill('--from 2026-03-02 --to 2026-03-03 --visits-per-day 7')).code).toBe(0);
    const days = '--from 2026-03-01 --to 2026-03-04 --visits-per-day 5';
    const refused = await backfill(days);
    expect(refused.code).toBe(2);
    const skipped = await backfill(`${days} --existing skip --json`);
    expect(skipped.code).toBe(0);
    expect(skipped.stderr).toContain('skipped because already sent: 2026-03-02 to 2026-03-03 (run 1)');
    expect(jsonLines(skipped).total.visits).toMatchObject({ planned: 10, complete: 10 });
    const dates = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'];
    expect(dates.map((date) => visitsOf(3, date))).toEqual([5, 7, 7, 5]);
  });

  it('leave nothing to do, which is a success without a word to --quiet', async () => {
    for (const policy of ['--existing skip', '--resume']) {
      const again = await backfill(`--from 2026-03-02 --to 2026-03-02 --visits-per-day 5 ${policy} --quiet`);
      expect(again).toMatchObject({ code: 0, stdout: '', stderr: '' });
    }
    expect(visitsOf(3, '2026-03-02')).toBe(7);
  });

  it('are sent again with --existing again', async () => {
    const again = await backfill(
      '--from 2026-03-04 --to 2026-03-04 --visits-per-day 5 --existing again --seed x',
    );
    expect(again.code).toBe(0);
    expect(visitsOf(3, '2026-03-04')).toBe(10);
    expect(again.stderr).not.toContain('with this seed');
  });
});

describe('days that are sent again with the same seed', () => {
  it('are warned about before anything is sent, because Matomo refuses their orders', async () => {
    const place = newPlace();
    const backfill = (more: string) =>
      place.run(
        words(
          `backfill --url ${target.url} --site-id 5 --from 2026-03-02 --to 2026-03-03 --visits-per-day 100 --seed oak --json ${more}`.trim(),
        ),
        TOKEN,
      );
    expect((await backfill('')).code).toBe(0);
    const again = await backfill('--again');
    expect(again.stderr).toContain(
      '2026-03-02 to 2026-03-03 were sent to site 5 with this seed before (run 1)',
    );
    expect(again.stderr).toContain('--seed second');
    const { total } = jsonLines(again);
    expect([again.code, total.hits.rejected > 0]).toEqual([6, true]);
    const other = await backfill('--again --seed second');
    expect([other.code, other.stderr.includes('with this seed')]).toEqual([0, false]);
  });
});

describe('--catch-up', () => {
  it('sends those of the last days that were not sent, and finishes what was cut off', async () => {
    const place = newPlace();
    const common = `--url ${target.url} --site-id 4 --timezone UTC --visits-per-day 30`;
    const run = (args: string) => place.run(words(`backfill ${common} ${args}`), TOKEN);
    const today = new Date().toISOString().slice(0, 10);
    const day = (back: number) => new Date(Date.parse(today) - back * 86_400_000).toISOString().slice(0, 10);
    expect((await run(`--from ${day(3)} --to ${day(3)}`)).code).toBe(0);
    const slowly = `backfill ${common} --from ${day(2)} --to ${day(2)} --rps 1 --batch-size 5`;
    const cut = place.start(words(slowly), TOKEN);
    await cut.until(() => visitsOf(4, day(2)) > 0);
    cut.child.kill('SIGINT');
    expect((await cut.finished).code).toBe(130);
    expect(visitsOf(4, day(2))).toBeLessThan(30);
    const caught = await run('--catch-up 4 --batch-size 5 --json');
    expect(caught.code).toBe(0);
    expect(caught.stderr).toContain(`skipped because already sent: ${day(3)} (run 1)`);
    expect([4, 3, 2, 1].map((back) => visitsOf(4, day(back)))).toEqual([30, 30, 30, 30]);
    expect(jsonLines(caught).total.visits).toMatchObject({ planned: 90, complete: 90 });
    expect(await run('--catch-up 4 --quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

/** Ends the command once the site has visits. */
async function killOnceSending(place: Workplace, args: string, site: number): Promise<void> {
  const running = place.start(words(args), TOKEN);
  while (visitsIn(site) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  running.child.kill('SIGKILL');
  await running.finished;
}

describe('--catch-up after it was killed', () => {
  it('finishes the run with its own days and settings, then sends the days that are missing', async () => {
    const place = newPlace();
    const common = `backfill --url ${target.url} --site-id 6 --timezone UTC`;
    await killOnceSending(
      place,
      `${common} --catch-up 2 --visits-per-day 30 --rps 10 --batch-size 10 --response-timeout 5`,
      6,
    );
    const caught = await place.run(words(`${common} --catch-up 3 --visits-per-day 10 --json`), TOKEN);
    expect(caught.stderr).toContain('finishing run 1, which was interrupted, with its own days and settings');
    expect(caught.code).toBe(0);
    const totals = caught.stdout.split('\n').filter((line) => line.includes('"type":"total"'));
    expect(totals.map((line) => JSON.parse(line).visits.complete)).toEqual([60, 10]);
    expect(visitsIn(6)).toBe(70);
    expect((await place.run(['history'])).stdout).not.toContain('unfinished');
  });
});

describe('--catch-up at a server that is down', () => {
  it('names the days that are missing, also with --quiet, and who sends them', async () => {
    const args =
      'backfill --url http://127.0.0.1:1 --timezone UTC --ecommerce-currency EUR --stall-timeout 1';
    const { code, stdout, stderr } = await newPlace().run(
      words(`${args} --catch-up 3 --visits-per-day 5 --quiet`),
      TOKEN,
    );
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/Not sent, or not all of it: (\S+) to (\S+)\./);
    expect(stderr).toContain('The next --catch-up sends what is missing.');
  });
});

describe('a backfill that was interrupted, and some days of which another one has sent since', () => {
  it('goes on only where sending them twice is wanted', async () => {
    const place = newPlace();
    const common = `backfill --url ${target.url} --site-id 7 --timezone UTC`;
    const window = '--from 2026-03-02 --to 2026-03-04 --visits-per-day 30';
    const running = place.start(words(`${common} ${window} --rps 5 --batch-size 5`), TOKEN);
    while (visitsIn(7) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill('SIGINT');
    await running.finished;
    const other = await place.run(
      words(`${common} --from 2026-03-04 --to 2026-03-04 --visits-per-day 10 --existing skip`),
      TOKEN,
    );
    expect([other.code, visitsOf(7, '2026-03-04')]).toEqual([0, 10]);
    const refused = await place.run(words('backfill --resume 1'), TOKEN);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('error: 2026-03-04 of run 1');
    expect(refused.stderr).toContain('--resume 1 --again');
    expect(visitsOf(7, '2026-03-04')).toBe(10);
    const wanted = await place.run(words('backfill --resume 1 --again --rps 1000'), TOKEN);
    expect([wanted.code, visitsOf(7, '2026-03-04')]).toEqual([0, 40]);
    const unnamed = await place.run(words(`${common} ${window} --resume --again`), TOKEN);
    expect(unnamed.code).toBe(2);
    expect(unnamed.stderr).toContain(
      'error: --again can be used with --resume only where it names the number of a run',
    );
  });
});

describe('a target that is down when the backfill starts', () => {
  it('is waited for, with a line that says so', async () => {
    const place = newPlace();
    const before = visitsIn(5);
    target.faults.inject({ kind: 'unavailable' }, 2, 'tracking');
    const args = `backfill --url ${target.url} --site-id 5 --from 2026-03-01 --to 2026-03-01 --visits-per-day 5`;
    const { code, stderr } = await place.run(words(args), TOKEN);
    target.faults.clear();
    expect(stderr).toMatch(/^warning: .* HTTP 503\. Waiting up to 30\.0 s for it\./m);
    expect(code).toBe(0);
    expect(visitsIn(5) - before).toBe(5);
  });
});

describe('a live run in which no visit is due', () => {
  const args = `run --sink --visits-per-day 1 --for 1s`;

  it('says so, and fails only where that is wanted', async () => {
    const place = newPlace();
    const [plain, strict] = await Promise.all([
      place.run(words(args)),
      place.run(words(`${args} --fail-if-empty --quiet`)),
    ]);
    expect(plain.code).toBe(0);
    expect(plain.stderr).toMatch(/^warning: No visit was due in .*: 1 visits a day are one every/m);
    expect(strict.code).toBe(5);
    expect(strict.stderr).toMatch(/^error: No visit was due/m);
  });
});

describe('--quiet', () => {
  const quiet = 'backfill --sink --days-back 1 --visits-per-day 5 --quiet';

  it('prints nothing on success, but the lines of --json', async () => {
    const place = newPlace();
    expect(await place.run(words(`${quiet} --verify`))).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const json = await place.run(words(`${quiet} --json`));
    expect(jsonLines(json).total.visits.complete).toBe(5);
    const failed = await place.run(words(`${quiet} --goal-ids 99 --visits-per-day 60`));
    expect(failed.code).toBe(6);
    expect(failed.stdout).toContain('visits');
  });
});

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { type Finished, jsonLines, SUPER_TOKEN, Workplace, withTarget } from './binary.ts';

const place = new Workplace();
afterAll(() => place.remove());

const read = (name: string) => readFileSync(place.file(name), 'utf8');

/** All four files, with a name of their own. */
function filesOf(name: string): string[] {
  return ['report html', 'summary json', 'csv csv', 'junit xml'].flatMap((pair) => {
    const [kind, ending] = pair.split(' ');
    return [`--${kind}`, `${name}.${ending}`];
  });
}

const BACKFILL = 'backfill --sink --days-back 2 --visits-per-day 20'.split(' ');
const problems = ({ stderr }: Finished) => stderr.split('\n').filter((line) => line.startsWith('error'));

describe.concurrent('result files', () => {
  it('of a backfill say what standard output says', async () => {
    const ended = await place.run([...BACKFILL, '--json', ...filesOf('backfill')]);
    expect(ended.code).toBe(0);
    const { days, total } = jsonLines(ended);
    expect(JSON.parse(read('backfill.json'))).toEqual(total);
    expect(read('backfill.json')).toMatch(/^\{\n {2}"schema": 1,\n/);
    const rows = read('backfill.csv').split('\r\n').slice(1, -1);
    expect(rows.map((row) => row.split(',')[0])).toEqual(days.map(({ date }) => date));
    expect(read('backfill.xml')).toContain('tests="1" failures="0"');
    const page = read('backfill.html');
    expect(page).toContain(`All ${total.hits.planned} hits were accepted.`);
    expect(page).toContain(total.digest);
    // Without what would write over these files.
    expect(page).toContain('<code>trafficinator backfill --sink --days-back 2 --visits-per-day 20</code>');
    expect(page).toContain('BACKFILL_BATCH_SIZE');
    expect(readdirSync(place.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('of a run have its thresholds, and its exit code stays what it is', async () => {
    const run = 'run --sink --rate 50/s --for 2s --timing compressed --json'.split(' ');
    const thresholds = ['--threshold', 'requests>1000000', '--threshold', 'hits.failed<1%'];
    const { code } = await place.run([...run, ...thresholds, ...filesOf('run')]);
    expect(code).toBe(5);
    expect(read('run.xml')).toContain('tests="3" failures="1"');
    expect(read('run.xml')).toContain('name="requests&gt;1000000"><failure');
    expect(read('run.html')).toMatch(/<h1 class="bad">[^<]*1 of 2 thresholds was missed;[^<]*accepted\.</);
    expect(read('run.html').match(/<svg /g)).toHaveLength(5);
  });

  it("have what Matomo's reports say, where they are asked", async () => {
    await withTarget(async ({ url }) => {
      const window = ['--days-back', '1', '--visits-per-day', '5', '--timezone', 'UTC', '--json'];
      const args = ['backfill', '--url', url, ...window, '--verify'];
      const env = { MATOMO_TOKEN_AUTH: SUPER_TOKEN };
      const equal = await place.run([...args, ...filesOf('equal')], env);
      expect(equal.code).toBe(0);
      expect(read('equal.xml')).toMatch(
        /classname="trafficinator\.verification\.default" name="reports"><system-out>/,
      );
      expect(read('equal.html')).toContain("Matomo's reports match what was sent.");
      expect(JSON.parse(read('equal.json')).verifications).toEqual([
        expect.objectContaining({ equal: true }),
      ]);

      // Whoever has another ledger knows nothing of what was sent before.
      const other = { ...env, TRAFFICINATOR_STATE_DIR: place.file('other') };
      const different = await place.run([...args, '--seed', 'other', ...filesOf('different')], other);
      expect(different.code).toBe(7);
      expect(read('different.xml')).toContain('tests="2" failures="1"');
      expect(read('different.html')).toContain('<h1 class="bad">');
      const [{ rows }] = JSON.parse(read('different.json')).verifications;
      expect(rows).toContainEqual(expect.objectContaining({ metric: 'visits', sent: 5, recorded: 10 }));
    });
  });

  it('of a dry run have what was planned', async () => {
    const { code } = await place.run([...BACKFILL, '--dry-run', '--json', ...filesOf('dry')]);
    expect(code).toBe(0);
    expect(JSON.parse(read('dry.json'))).toMatchObject({ dryRun: true, visits: { planned: 40 } });
    expect(read('dry.html')).toContain('40 visits with');
    expect(read('dry.csv').split('\r\n')).toHaveLength(4);
  });

  it('of a search for a capacity have its steps', async () => {
    const search = 'capacity --sink --from 5/s --to 5/s --step 3s --hold 3s --json'.split(' ');
    const ended = await place.run([...search, ...filesOf('capacity')]);
    const { days: steps, total } = jsonLines(ended);
    expect(JSON.parse(read('capacity.json'))).toEqual(total);
    expect(read('capacity.csv').split('\r\n')).toHaveLength(steps.length + 2);
    expect(read('capacity.xml')).toContain('classname="trafficinator.capacity" name="held"');
    expect(read('capacity.html')).toContain('Accepted hits and those that were due');
  });

  it('never hold the token', async () => {
    await withTarget(async ({ url }) => {
      const args = ['backfill', '--url', url, '--days-back', '1', '--visits-per-day', '5', '--yes'];
      const env = { MATOMO_TOKEN_AUTH: SUPER_TOKEN };
      const ended = await place.run([...args, '--batch-size', '1', ...filesOf('token')], env);
      expect(ended.code).toBe(0);
      for (const ending of ['html', 'json', 'csv', 'xml']) {
        expect(read(`token.${ending}`)).not.toContain(SUPER_TOKEN);
      }
      expect(read('token.html')).toMatch(/MATOMO_TOKEN_AUTH<\/code><\/th><td>\*\*\*/);
    });
  });

  it.each([
    ['--report', 'in-the-way'],
    ['--summary', '/proc/none/such.json'],
    ['--csv', 'a-file/below.csv'],
  ])('that cannot be written keep everything from being sent: %s %s', async (flag, path) => {
    mkdirSync(place.file('in-the-way'), { recursive: true });
    place.write('a-file', '');
    await withTarget(async ({ url, faults }) => {
      const args = ['run', '--url', url, '--rate', '5/s', '--for', '1s'];
      const ended = await place.run([...args, flag, path]);
      expect(ended.code).toBe(2);
      expect(problems(ended)).toEqual([
        expect.stringMatching(
          `^error: ${flag}(: ${path} cannot be written \\(E[A-Z]+\\)| must name a file in a folder that exists, but .*)\\.`,
        ),
      ]);
      expect(faults.requests).toBe(0);
    });
  });

  it('must not be one and the same', async () => {
    const ended = await place.run([...BACKFILL, '--csv', 'same', '--junit', 'same']);
    expect(ended.code).toBe(2);
    expect(problems(ended)).toEqual(['error: --junit and --csv must be different files, but both are same.']);
    expect(existsSync(place.file('same'))).toBe(false);
  });

  it('tell of a target that cannot be reached, and keep nothing of yesterday', async () => {
    place.write('old.html', 'yesterday');
    const args = ['run', '--url', 'http://127.0.0.1:9', '--rate', '5/s', '--for', '1s', '--json'];
    const { code, stdout } = await place.run([...args, '--report', 'old.html', '--junit', 'new.xml']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'total',
      error: expect.stringContaining('127.0.0.1:9'),
      hits: { planned: 0 },
    });
    expect(read('old.html')).toContain('http://127.0.0.1:9');
    expect(read('old.html')).not.toContain('yesterday');
    expect(read('new.xml')).toContain('tests="1" failures="1"');
    expect(read('new.xml')).toMatch(/<failure message="[^"]*127\.0\.0\.1:9/);
  });

  it('are refused in a folder that does not exist, which is not created', async () => {
    const finished = await place.run([...BACKFILL, '--report', 'no/such/report.html']);
    expect({ code: finished.code, stdout: finished.stdout }).toEqual({ code: 2, stdout: '' });
    expect(problems(finished)).toEqual([
      'error: --report must name a file in a folder that exists, but there is no folder no/such.',
    ]);
    expect(existsSync(place.file('no'))).toBe(false);
  });

  it('keep what they held when the command was wrong', async () => {
    place.write('kept.html', 'yesterday');
    const { code } = await place.run([...BACKFILL, '--visits-per-day', 'many', '--report', 'kept.html']);
    expect(code).toBe(2);
    expect(read('kept.html')).toBe('yesterday');
  });

  it.skipIf(!existsSync('/dev/full'))(
    'that fail at the end are told, and the results are not lost',
    async () => {
      const ended = await place.run([...BACKFILL, '--json', '--csv', '/dev/full', '--summary', 'other.json']);
      expect(ended.code).toBe(1);
      expect(problems(ended)).toEqual(['error: --csv: /dev/full cannot be written (ENOSPC).']);
      const { total } = jsonLines(ended);
      expect(total.visits.complete).toBe(40);
      expect(JSON.parse(read('other.json'))).toEqual(total);
    },
  );

  it.skipIf(!existsSync('/dev/full'))('are told when a recording is not whole', async () => {
    const ended = await place.run([...BACKFILL, '--quiet', '--record', '/dev/full']);
    expect(ended.code).toBe(1);
    expect(problems(ended)).toEqual([
      'error: --record: /dev/full cannot be written (ENOSPC). The recording stops here.',
    ]);
  });
});

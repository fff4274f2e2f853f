import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { countsOf, hitsRecordedBy, openEndpoint, recordedBy, SUPER_TOKEN } from '../job/endpoint.ts';
import { BALANCED, balanceOf, type Finished, jsonLines, STACK, Workplace } from '../process/binary.ts';

const BINARY = fileURLToPath(new URL('../../bin/trafficinator.js', import.meta.url));
const workplaces: Workplace[] = [];
afterAll(() => {
  for (const place of workplaces) place.remove();
});

/** Runs the command with a limit on the size of the files that it writes, which they meet as a full disk. */
function runWithin(
  kilobytes: number,
  place: Workplace,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Finished> {
  const command = [
    '-c',
    'ulimit -f "$0" && exec "$@"',
    String(kilobytes * 2),
    process.execPath,
    BINARY,
    ...args,
  ];
  const child = spawn('sh', command, {
    cwd: place.path,
    env: { PATH: process.env.PATH, HOME: place.path, TRAFFICINATOR_STATE_DIR: place.path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
    killSignal: 'SIGKILL',
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...texts })));
}

// Windows has no such limit.
describe.skipIf(process.platform === 'win32')('a disk that is full', () => {
  it.each([120, 200, 300, 400])(
    'after %i kB stops the backfill with a summary; it is resumed without loss',
    async (kilobytes) => {
      const place = new Workplace();
      workplaces.push(place);
      const endpoint = await openEndpoint();
      const args =
        'backfill --timezone UTC --json --from 2026-03-01 --to 2026-03-10 --visits-per-day 400 --seed disk --batch-size 20 --concurrency 8';
      const env = { MATOMO_URL: endpoint.url, MATOMO_TOKEN_AUTH: SUPER_TOKEN, RESPONSE_TIMEOUT: '5' };
      const finished = await runWithin(kilobytes, place, args.split(' '), env);
      // Not 2, which means that nothing was sent.
      expect(finished.code).toBe(1);
      expect(finished.stderr).toContain('There is no space left to write');
      expect(finished.stderr).toContain('Free some disk space');
      expect(finished.stderr).not.toMatch(STACK);
      const { total } = jsonLines(finished);
      expect(balanceOf(total)).toEqual(BALANCED);
      expect(hitsRecordedBy(endpoint)).toBe(total.hits.accepted);
      expect(total.hits.accepted).toBeGreaterThan(0);

      const resumed = await place.run([...args.split(' '), '--resume'], env);
      expect(resumed.code).toBe(0);
      const lines = jsonLines(resumed);
      expect(recordedBy(endpoint)).toEqual(countsOf(lines.days));
      expect(lines.total.visits).toMatchObject({ planned: 4000, complete: 4000 });
      await endpoint.sink.close();
    },
  );

  it('from the start sends nothing', async () => {
    const place = new Workplace();
    workplaces.push(place);
    const endpoint = await openEndpoint();
    const args = 'backfill --timezone UTC --days-back 1 --visits-per-day 10'.split(' ');
    const env = { MATOMO_URL: endpoint.url, MATOMO_TOKEN_AUTH: SUPER_TOKEN };
    const finished = await runWithin(8, place, args, env);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toMatch(/no space left|cannot be written/);
    expect(endpoint.faults.tracking).toBe(0);
    await endpoint.sink.close();
  });
});

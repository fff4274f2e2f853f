/** The command under a system clock that is set meanwhile: by libfaketime (`apt-get install faketime`), where it is. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonLines, recordedHits, Workplace } from './binary.ts';

const LIBRARY = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((path) => existsSync(path));
const place = new Workplace();
afterAll(() => place.remove());

const RUN = 'run --sink --rate 20/s --for 12s --graceful-stop 0s --json --record hits.jsonl'.split(' ');

describe.skipIf(LIBRARY === undefined)('a run whose system clock is set', () => {
  it.each([
    ['+31m', 'forward by 31 min 0 s', 31 * 60],
    ['-2h', 'back by 2 h 0 min', -7200],
  ])('by %s keeps its pace and its sums, and says so once', async (step, words, seconds) => {
    place.write('hits.jsonl', '');
    const shift = place.write('shift', '+0');
    const run = place.start(RUN, {
      LD_PRELOAD: LIBRARY ?? '',
      FAKETIME_TIMESTAMP_FILE: shift,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    // It has been sending for a while, however long it took to start.
    await run.until(() => place.read('hits.jsonl').split('\n').length >= 60);
    place.write('shift', step);
    const finished = await run.finished;
    const { total } = jsonLines(finished);
    expect(finished.stderr.match(/system clock/g)).toHaveLength(1);
    expect(finished.stderr).toContain(`the system clock was set ${words}`);
    expect([total.hits.failed, total.hits.rejected, total.hits.unknown]).toEqual([0, 0, 0]);
    expect(total.reasons.behind ?? 0).toBe(0);
    expect(total.hits.accepted).toBeGreaterThan(80);
    expect(total.durationMs).toBeGreaterThan(11_500);
    expect(total.durationMs).toBeLessThan(60_000);
    expect(total.recorded?.visits).toBeGreaterThanOrEqual(total.visits.planned);
    const times = recordedHits(readFileSync(place.file('hits.jsonl'), 'utf8')).map(({ hit }) =>
      Number(hit.get('cdt')),
    );
    const leap = Math.max(...times) - Math.min(...times);
    expect(Math.abs(leap - Math.abs(seconds))).toBeLessThan(60);
  });
});

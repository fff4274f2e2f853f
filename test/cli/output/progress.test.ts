import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog, type LogFlags } from '../../../src/cli/output/log.ts';
import { showProgress } from '../../../src/cli/output/progress.ts';
import type { LiveJob } from '../../../src/job/job.ts';
import { createActivity } from '../../../src/job/monitor/activity.ts';
import { createTotals } from '../../../src/ledger/totals.ts';
import { createFakeHost, type FakeHostOptions } from '../../doubles/fake-host.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';
import { type Overrides, trafficSettings, WHOLE } from '../../plan/fixtures.ts';

const NOON_MS = Date.UTC(2026, 9, 14, 12);
const ESCAPE = '\u001B';
const CLEARED = `${ESCAPE}[2K`;
const SEQUENCE = new RegExp(`${ESCAPE}(?:\\[[0-9;?]*[A-Za-z]|[78])`);

function jobOf(traffic: Overrides): LiveJob {
  return {
    name: 'default',
    command: 'run',
    traffic: trafficSettings(traffic),
    target: {
      url: 'http://127.0.0.1/matomo.php',
      token: undefined,
      concurrency: 5,
      connectTimeoutMs: 1000,
      responseTimeoutMs: 1000,
      retryAttempts: 0,
    },
    shard: WHOLE,
    profile: undefined,
    timing: 'realtime',
    pauseSeconds: { min: 0, max: 1 },
    maxLatenessMs: 1000,
    dailyCap: 0,
    stopAfter: 0,
    durationMs: 60_000,
    gracefulStopMs: 0,
  };
}

/** A terminal of which all that is written is kept. */
function terminal(columns: number) {
  const texts: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns });
  stream.on('data', (chunk: Buffer) => texts.push(chunk.toString()));
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => texts.join('') };
}

function watch(options: FakeHostOptions, flags: LogFlags = {}) {
  const shown = terminal(options.columns ?? 80);
  const fake = createFakeHost(options);
  const host = { ...fake, stderr: { ...fake.stderr, stream: shown.stream } };
  const clock = new VirtualClock(NOON_MS);
  const log = createLog(host, clock, () => flags);
  const context = { args: [], host, clock, log, finish: () => {} };
  const progress = showProgress(context, {});
  const pass = async (ms: number) => {
    clock.advance(ms);
    await vi.advanceTimersByTimeAsync(ms);
  };
  return { progress, log, pass, bar: shown.text, lines: fake.stderrText };
}

// Only the timers of run/clock: the bar and the line a minute are drawn by them.
beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => vi.useRealTimers());

const BUSY = { visitsPerDay: 10_000, shape: 'flat' } as const;

describe('progress on a terminal', () => {
  it.each([80, 120])('is one line that fits into %i columns', async (columns) => {
    const { progress, pass, bar } = watch({ isTty: true, columns });
    const totals = createTotals();
    progress.start(jobOf(BUSY), totals, createActivity());
    totals.visits.planned = 99_999;
    totals.hits.accepted = 1_234_567;
    totals.acceptedNow = 1_234_567;
    await pass(1000);
    progress.end();
    const drawn = bar()
      .split(SEQUENCE)
      .filter((text) => text.includes('target'));
    expect(drawn.length).toBeGreaterThan(0);
    for (const text of drawn) expect(text.length).toBeLessThan(columns);
    expect(drawn.at(-1)).toMatch(/^█*░* +\d+% {2}target 10,000\/day {2}due [\d,]+ visits\/s/);
  });

  it('leaves no trace, and the cursor where it was', async () => {
    const { progress, pass, bar } = watch({ isTty: true });
    progress.start(jobOf(BUSY), createTotals(), createActivity());
    await pass(1000);
    progress.end();
    expect(bar()).not.toContain('\n');
    expect(bar().lastIndexOf(`${ESCAPE}[?25h`)).toBeGreaterThan(bar().lastIndexOf(`${ESCAPE}[?25l`));
    expect(bar().lastIndexOf(CLEARED)).toBeGreaterThan(bar().lastIndexOf('target'));
    const { length } = bar();
    await pass(5000);
    expect(bar()).toHaveLength(length);
  });

  it('makes room for what is told meanwhile', async () => {
    const { progress, pass, log, lines, bar } = watch({ isTty: true });
    progress.start(jobOf(BUSY), createTotals(), createActivity());
    await pass(500);
    log.info('the target is back');
    expect(lines()).toBe('the target is back\n');
    expect(bar()).toContain(CLEARED);
    progress.end();
  });

  it.each([
    ['--quiet', { quiet: true }, {}],
    ['--log-format json', { logFormat: 'json' }, {}],
    ['a dumb terminal', {}, { TERM: 'dumb' }],
  ] as const)('is not shown with %s', async (_, flags, env) => {
    const { progress, pass, bar } = watch({ isTty: true, env }, flags);
    progress.start(jobOf(BUSY), createTotals(), createActivity());
    await pass(1000);
    progress.end();
    expect(bar()).toBe('');
  });
});

describe('progress without a terminal', () => {
  it('is a line a minute', async () => {
    const { progress, pass, lines, bar } = watch({});
    const totals = createTotals();
    progress.start({ ...jobOf(BUSY), durationMs: undefined }, totals, createActivity());
    totals.visits.planned = 3;
    totals.hits.accepted = 120;
    totals.acceptedNow = 120;
    for (let minute = 0; minute < 2; minute++) await pass(60_000);
    progress.end();
    expect(bar()).toBe('');
    expect(lines()).toBe(
      'target 10,000/day, due 0.1 visits/s, accepted 2.0 hits/s, 0 lost, 1 min 0 s, 0 in flight, 3 open\n' +
        'target 10,000/day, due 0 visits/s, accepted 0 hits/s, 0 lost, 2 min 0 s, 0 in flight, 3 open\n',
    );
  });

  it('says once when the next visit is due and why, where nothing is to be sent yet', async () => {
    const { progress, pass, lines } = watch({});
    const traffic = { ...BUSY, activeMinutes: { from: 18 * 60, to: 20 * 60 } };
    progress.start({ ...jobOf(traffic), durationMs: undefined }, createTotals(), createActivity());
    for (let second = 0; second < 10; second++) await pass(1000);
    progress.end();
    expect(lines()).toBe('next visit is due at 2026-10-14 18:00 UTC: outside the active hours 18:00-20:00\n');
  });

  it('names no next visit that is due after the end of the run', async () => {
    const { progress, pass, lines } = watch({});
    const traffic = { ...BUSY, activeMinutes: { from: 18 * 60, to: 20 * 60 } };
    progress.start({ ...jobOf(traffic), durationMs: 14_000 }, createTotals(), createActivity());
    for (let second = 0; second < 10; second++) await pass(1000);
    progress.end();
    expect(lines()).toBe('no visit is due before the run ends: outside the active hours 18:00-20:00\n');
  });

  it('tells what was lost and why, each time that more is, when asked for more', async () => {
    const { progress, pass, lines } = watch({}, { verbose: true });
    const totals = createTotals();
    totals.visits.planned = 1;
    progress.start(jobOf(BUSY), totals, createActivity());
    totals.reasons.unreachable = 2;
    totals.retries = 1;
    await pass(1000);
    await pass(1000);
    totals.reasons.unreachable = 5;
    progress.end();
    expect(
      lines()
        .split('\n')
        .filter((line) => !line.startsWith('  ')),
    ).toEqual([
      'warning: hits were not accepted: no connection',
      'warning: since the line before, hits not accepted: 3 no connection',
      '',
    ]);
  });
});

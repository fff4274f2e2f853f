import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { BALANCED, balanceOf, jsonLines, recordedHits, STACK, Workplace, withTarget } from './binary.ts';

const place = new Workplace();
const PATIENT = { timeout: 120_000 };
afterAll(() => place.remove());

const BUSY = ['--visits-per-day', '1000000', '--shape', 'flat', '--json'];
/** Short visits, so that few are under way when the run begins; their hits leave one right after the other. */
const QUICK = {
  FUNNEL_CONFIG_PATH: place.write('no-funnels.json', '[]'),
  VISIT_DURATION_MIN: '0.1',
  VISIT_DURATION_MAX: '0.1',
  PAUSE_BETWEEN_PVS_MIN: '0',
  PAUSE_BETWEEN_PVS_MAX: '0.05',
};
const LOCAL = { ...QUICK, RANDOMIZE_VISITOR_COUNTRIES: 'false' };

/** Hours of the day in UTC, some hours from now. */
function hours(fromNow: number, count: number): string {
  const hour = (offset: number) => String((new Date().getUTCHours() + offset) % 24).padStart(2, '0');
  return `${hour(fromNow)}:00-${hour(fromNow + count)}:00`;
}

describe.concurrent('a live run', () => {
  it('ends by itself after the number of visits asked for, all complete', async () => {
    const args = ['run', '--sink', '--stop-after', '6', '--timing', 'compressed', ...BUSY];
    const finished = await place.run(args, QUICK);
    expect(finished.code).toBe(0);
    const { total } = jsonLines(finished);
    expect(total.visits).toEqual({ planned: 6, complete: 6, partial: 0, failed: 0, skipped: 0 });
    expect(total.hits.accepted).toBe(total.hits.planned);
    expect(total.recorded?.visits).toBe(6);
  });

  it('skips the visits above the daily cap and counts them', async () => {
    const args = ['run', '--sink', '--daily-cap', '3', '--for', '6s', '--timing', 'compressed', ...BUSY];
    const finished = await place.run(args, QUICK);
    expect(finished.code).toBe(0);
    const { days, total } = jsonLines(finished);
    expect(total.visits.complete).toBe(3 * days.length);
    expect(total.visits.skipped).toBeGreaterThan(3);
    expect(total.reasons.capped).toBeGreaterThan(3);
    expect(total.recorded?.visits).toBe(3 * days.length);
    for (const line of [...days, total]) expect(balanceOf(line)).toEqual(BALANCED);
  });

  it('sends each hit when it is due, and says so in it', async () => {
    const args = ['run', '--sink', '--for', '3s', '--record', 'live.jsonl', ...BUSY];
    const finished = await place.run(args, QUICK);
    expect(finished.code).toBe(0);
    const { total } = jsonLines(finished);
    const sent = recordedHits(readFileSync(place.file('live.jsonl'), 'utf8'));
    expect(sent.length).toBeGreaterThan(10);
    expect(sent).toHaveLength(total.hits.accepted);
    for (const { time, hit } of sent) {
      const lateMs = Date.parse(time) - Number(hit.get('cdt')) * 1000;
      expect(lateMs).toBeGreaterThanOrEqual(0);
      // It left before its response came, which is timed from the same instant, in steps of a hundredth.
      expect(lateMs).toBeLessThanOrEqual(1000 + total.latencyMs.max * 1.02);
    }
  });

  it('starts no visit outside the active hours', async () => {
    const idle = ['run', '--sink', '--for', '1s', '--timezone', 'UTC', ...BUSY];
    const [outside, within] = await Promise.all([
      place.run([...idle, '--active-hours', hours(3, 2)], QUICK),
      place.run([...idle, '--active-hours', hours(23, 3)], QUICK),
    ]);
    expect(outside.code).toBe(0);
    expect(jsonLines(outside).total.visits.planned).toBe(0);
    expect(jsonLines(within).total.visits.planned).toBeGreaterThan(0);
  });
});

describe.concurrent('a live run against a server', () => {
  const live = (url: string, ...more: readonly string[]) => [
    'run',
    '--url',
    url,
    '--timing',
    'compressed',
    ...BUSY,
    ...more,
  ];

  it('lets visits arrive though the server is slow, skips what is late and ends with 5', () =>
    withTarget(async ({ url, faults }) => {
      faults.latencyMs = 1000;
      const env = { ...LOCAL, MAX_LATENESS: '0.2', CONCURRENCY: '1' };
      const finished = await place.run(live(url, '--for', '4s', '--graceful-stop', '0s'), env);
      expect(finished.code).toBe(5);
      const { total } = jsonLines(finished);
      expect(total.visits.planned).toBeGreaterThan(10);
      expect(total.hits.accepted).toBeLessThan(6);
      expect(total.reasons.late).toBeGreaterThan(5);
      expect(balanceOf(total)).toEqual(BALANCED);
    }));

  it('lets visits under way finish when its time is over, or cuts them off where told', () =>
    withTarget(async ({ url }) => {
      const load = ['run', '--url', url, '--json', '--rate', '20/s', '--for', '2s', '--timing', 'compressed'];
      const finished = await place.run(load, LOCAL);
      expect(finished.code).toBe(0);
      const whole = jsonLines(finished).total;
      expect(whole.cutOffVisits).toBe(0);
      expect(whole.hits.accepted).toBe(whole.hits.planned);
      const cut = await place.run([...load, '--graceful-stop', '0s'], LOCAL);
      expect(cut.code).toBe(0);
      const { total } = jsonLines(cut);
      expect(total.cutOffVisits).toBeGreaterThan(0);
      expect(total.cutOffVisits).toBe(total.visits.partial + total.visits.skipped);
      expect(total.endedBy).toBe('time');
      expect(cut.stderr).toContain('use a longer --graceful-stop');
      expect(balanceOf(total)).toEqual(BALANCED);
    }));

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('drains on %s: hits in flight count, the summary follows, the code is %i', (signal, code) =>
    withTarget(async ({ url, faults, sink }) => {
      faults.latencyMs = 50;
      const running = place.start(live(url), LOCAL);
      await vi.waitFor(() => expect(sink.recorded().visits).toBeGreaterThan(2), PATIENT);
      running.child.kill(signal);
      const finished = await running.finished;
      expect(finished.code).toBe(code);
      expect(finished.stderr).toContain('stopping');
      const { total } = jsonLines(finished);
      const days = Object.values(sink.recorded().sites['1']?.days ?? {});
      expect(total.kinds.pageview).toBe(days.reduce((sum, { kinds }) => sum + kinds.pageview, 0));
      expect(total.hits.unknown).toBe(0);
      expect(balanceOf(total)).toEqual(BALANCED);
    }),
  );

  it('takes two signals at once for one, as npx and timeout send them', () =>
    withTarget(async ({ url, faults }) => {
      faults.latencyMs = 100;
      const running = place.start(live(url), LOCAL);
      await vi.waitFor(() => expect(faults.requests).toBeGreaterThan(3), PATIENT);
      running.child.kill('SIGINT');
      running.child.kill('SIGINT');
      const finished = await running.finished;
      expect(finished.code).toBe(130);
      expect(jsonLines(finished).total.type).toBe('total');
    }));

  it('leaves at once on the second signal', () =>
    withTarget(async ({ url, faults }) => {
      faults.afterProbe = { kind: 'hang', isProcessed: false };
      const running = place.start(live(url), LOCAL);
      await vi.waitFor(() => expect(faults.requests).toBeGreaterThan(2), PATIENT);
      running.child.kill('SIGINT');
      await running.stderrHolds('stopping');
      await new Promise((resolve) => setTimeout(resolve, 600));
      running.child.kill('SIGINT');
      const { code, stdout, stderr } = await running.finished;
      expect(code).toBe(130);
      // What is known is printed, with the hits that nobody waited for.
      expect(jsonLines({ code, stdout, stderr }).total.reasons.abandoned).toBeGreaterThan(0);
      expect(stderr).not.toMatch(STACK);
    }));

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('says that nothing was sent on %s before the command is loaded', async (signal, expected) => {
    const early = `process.on('newListener', function first(name) {
      if (name !== '${signal}') return;
      process.off('newListener', first);
      setImmediate(() => process.kill(process.pid, '${signal}'));
    });`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(early)}`;
    const { code, stdout, stderr } = await place.run(['run', '--sink', '--for', '60s'], { NODE_OPTIONS });
    expect({ code, stdout, stderr }).toEqual({
      code: expected,
      stdout: '',
      stderr: 'stopped before anything was sent\n',
    });
  });

  it('has an answer to signals from its start to the end of the run', async () => {
    const watch = `process.on('removeListener', (name) => {
      if (/^SIG(INT|TERM)$/.test(name) && process.listenerCount(name) === 0) process.stderr.write('nobody listens for ' + name + ' ');
    });`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(watch)}`;
    const { stderr } = await place.run(['run', '--sink', '--rate', '5/s', '--for', '1s'], { NODE_OPTIONS });
    const [run, after] = stderr.split('no more visits start');
    expect(run).not.toContain('nobody listens');
    expect(after).toContain('nobody listens for SIGTERM');
  });

  it('leaves on the first signal while the target has not answered yet', () =>
    withTarget(async ({ url, faults }) => {
      faults.inject({ kind: 'hang', isProcessed: false });
      const running = place.start(live(url), LOCAL);
      await vi.waitFor(() => expect(faults.requests).toBe(1), PATIENT);
      running.child.kill('SIGTERM');
      const { code, stderr } = await running.finished;
      expect(code).toBe(143);
      expect(stderr).toContain('stopped before anything was sent');
    }));
});

import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { TotalSummary } from '../../src/report/summary.ts';
import {
  BALANCED,
  balanceOf,
  type Finished,
  jsonLines,
  type Running,
  STACK,
  SUPER_TOKEN,
  Workplace,
  withTarget,
  zoneAtNoon,
} from '../process/binary.ts';

const place = new Workplace();
afterAll(() => place.remove());

const TOKEN = { MATOMO_TOKEN_AUTH: SUPER_TOKEN };
const BACKFILL = 'backfill --from 2026-10-01 --to 2026-10-03 --visits-per-day 400 --seed shards --json'.split(
  ' ',
);
const LIVE = 'run --visits-per-day 1000000 --shape flat --timing compressed --json'.split(' ');
/** Short visits, so that few are under way when the run begins. */
const QUICK = {
  ...TOKEN,
  FUNNEL_CONFIG_PATH: place.write('no-funnels.json', '[]'),
  VISIT_DURATION_MIN: '0.1',
  VISIT_DURATION_MAX: '0.1',
  PAUSE_BETWEEN_PVS_MIN: '0',
  PAUSE_BETWEEN_PVS_MAX: '0.05',
};
const PATIENT = { timeout: 120_000, interval: 10 };

/** Processes that a process has started. */
function childrenOf({ child }: Running): { pid: number; args: string }[] {
  const lines = execFileSync('ps', ['-eo', 'ppid=,pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [ppid, pid, ...args] = line.trim().split(/\s+/);
    return Number(ppid) === child.pid ? [{ pid: Number(pid), args: args.join(' ') }] : [];
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function workersOf(running: Running, count: number) {
  await vi.waitFor(() => expect(childrenOf(running)).toHaveLength(count), PATIENT);
  return childrenOf(running);
}

/** What does not depend on how fast things went, nor on who sent what together. */
function lasting({ stdout }: Finished) {
  const { days, total } = jsonLines({ stdout, stderr: '', code: 0 });
  return [...days, total].map((summary) => ({
    ...summary,
    ...{ requests: 0, durationMs: 0, latencyMs: 0, lagMs: 0, inFlight: 0, acceptedNow: 0 },
  }));
}

function acceptedVisits({ visits }: TotalSummary): number {
  return visits.complete + visits.partial;
}

describe.concurrent('a run in several processes', () => {
  it('tells, sends and writes down what one process would', () =>
    withTarget((one) =>
      withTarget(async (two) => {
        const [whole, shards] = await Promise.all([
          place.run([...BACKFILL, '--url', one.url], TOKEN),
          place.run([...BACKFILL, '--url', two.url, '--shards', '2', '--record', 'both.jsonl'], TOKEN),
        ]);
        expect(shards.stderr).toBe(whole.stderr);
        expect([whole.code, shards.code]).toEqual([0, 0]);
        expect(lasting(shards)).toEqual(lasting(whole));
        expect(two.sink.recorded().sites).toEqual(one.sink.recorded().sites);
        expect(jsonLines(shards).total.latencyMs.max).toBeGreaterThan(0);
        const again = await place.run([...BACKFILL, '--url', two.url, '--shards', '2', '--resume'], TOKEN);
        expect(again.stderr).toContain('nothing to do');
        expect(lasting(again)).toEqual(lasting(whole));
        expect(two.sink.recorded().sites).toEqual(one.sink.recorded().sites);
      }),
    ));

  it('keeps to one daily cap, also over restarts', () =>
    withTarget(async ({ url, sink }) => {
      const args = [
        ...LIVE,
        '--url',
        url,
        '--daily-cap',
        '11',
        '--force',
        '--timezone',
        zoneAtNoon(),
        '--shards',
        '3',
      ];
      const { code, stdout } = await place.run([...args, '--for', '10s'], QUICK);
      expect(code).toBe(0);
      expect(sink.recorded().visits).toBe(11);
      const { total } = jsonLines({ code, stdout, stderr: '' });
      expect(total.visits.complete).toBe(11);
      expect(total.reasons.capped).toBeGreaterThan(0);
      expect(balanceOf(total)).toEqual(BALANCED);
      await place.run([...args, '--for', '2s'], QUICK);
      await place.run([...args, '--for', '2s', '--shards', '1'], QUICK);
      expect(sink.recorded().visits).toBe(11);
    }));

  it('ends after the number of visits that all shards share', () =>
    withTarget(async ({ url, sink }) => {
      const finished = await place.run([...LIVE, '--url', url, '--stop-after', '7', '--shards', '2'], QUICK);
      expect(finished.code).toBe(0);
      expect(jsonLines(finished).total.visits.complete).toBe(7);
      expect(sink.recorded().visits).toBe(7);
    }));

  it('is held to its thresholds as a whole', () =>
    withTarget(async ({ url }) => {
      const limits = ['hits.accepted<6', 'requests>0 over 1s'];
      const args = [...LIVE, '--url', url, '--stop-after', '40', '--shards', '2', '--threshold', ...limits];
      const finished = await place.run(args, QUICK);
      expect(finished.code).toBe(5);
      const { total } = jsonLines(finished);
      expect(total.thresholds).toEqual([
        expect.objectContaining({ threshold: limits[0], value: total.hits.accepted, isMet: false }),
        expect.objectContaining({ threshold: limits[1], isMet: true }),
      ]);
    }));

  it('drains in all of them on one Ctrl-C, and leaves none behind', () =>
    withTarget(async ({ url, faults, sink }) => {
      faults.latencyMs = 50;
      const running = place.start([...LIVE, '--url', url, '--shards', '2'], QUICK);
      const workers = await workersOf(running, 2);
      await vi.waitFor(() => expect(sink.recorded().visits).toBeGreaterThan(4), PATIENT);
      running.child.kill('SIGINT');
      const finished = await running.finished;
      expect(finished.code).toBe(130);
      expect(workers.map(({ pid }) => isRunning(pid))).toEqual([false, false]);
      for (const { args } of workers) expect(args).toMatch(/trafficinator\.js shard-worker$/);
      const { total } = jsonLines(finished);
      expect(total.hits.unknown).toBe(0);
      expect(acceptedVisits(total)).toBe(sink.recorded().visits);
      expect(balanceOf(total)).toEqual(BALANCED);
    }));

  it('leaves at once on the second Ctrl-C, with all of them', () =>
    withTarget(async ({ url, faults }) => {
      const running = place.start([...LIVE, '--url', url, '--shards', '2'], {
        ...QUICK,
        RESPONSE_TIMEOUT: '200',
      });
      const workers = await workersOf(running, 2);
      // Both have asked whether the target is ready, and have begun.
      await vi.waitFor(() => expect(faults.requests).toBeGreaterThan(10), PATIENT);
      faults.latencyMs = 180_000;
      const answered = faults.requests;
      await vi.waitFor(() => expect(faults.requests).toBeGreaterThan(answered + 4), PATIENT);
      running.child.kill('SIGINT');
      await running.stderrHolds('stopping');
      // What comes sooner is taken for the same Ctrl-C.
      await new Promise((resolve) => setTimeout(resolve, 600));
      const pressedMs = Date.now();
      running.child.kill('SIGINT');
      expect((await running.finished).code).toBe(130);
      await vi.waitFor(() => expect(workers.some(({ pid }) => isRunning(pid))).toBe(false), PATIENT);
      // Long before any answer comes.
      expect(Date.now() - pressedMs).toBeLessThan(60_000);
    }));

  it('ends with an error when one is killed, and what is left is sent by a resume', () =>
    withTarget(async ({ url, faults, sink }) => {
      faults.latencyMs = 60;
      const args = [...BACKFILL, '--url', url, '--shards', '2', '--batch-size', '20', '--concurrency', '4'];
      const env = { ...TOKEN, RESPONSE_TIMEOUT: '2' };
      const running = place.start(args, env);
      const workers = await workersOf(running, 2);
      await vi.waitFor(() => expect(sink.recorded().visits).toBeGreaterThan(100), PATIENT);
      process.kill(workers[0]?.pid ?? Number.NaN, 'SIGKILL');
      const killed = await running.finished;
      expect(killed.code).toBe(6);
      expect(killed.stderr).toMatch(/worker of shard [12]\/2 \(process \d+\) ended unexpectedly: SIGKILL/);
      expect(killed.stderr).not.toMatch(STACK);
      expect(balanceOf(jsonLines(killed).total)).toEqual(BALANCED);
      expect(workers.map(({ pid }) => isRunning(pid))).toEqual([false, false]);

      faults.latencyMs = 0;
      const resumed = await place.run([...args, '--resume'], env);
      expect(resumed.code).toBe(0);
      expect(jsonLines(resumed).total.visits.complete).toBe(1200);
      expect(sink.recorded().visits).toBe(1200);
    }));

  it('leaves no process behind when the first one is killed', () =>
    withTarget(async ({ url, sink }) => {
      const running = place.start([...LIVE, '--url', url, '--shards', '2'], QUICK);
      const workers = await workersOf(running, 2);
      await vi.waitFor(() => expect(sink.recorded().visits).toBeGreaterThan(4), PATIENT);
      running.child.kill('SIGKILL');
      await vi.waitFor(() => expect(workers.some(({ pid }) => isRunning(pid))).toBe(false), PATIENT);
    }));

  it('does not start where an earlier backfill has sent the window', () =>
    withTarget(async ({ url, sink }) => {
      const args = [...BACKFILL, '--url', url];
      await place.run(args, TOKEN);
      const second = await place.run([...args, '--shards', '2'], TOKEN);
      expect(second.code).toBe(2);
      expect(second.stdout).toBe('');
      expect(second.stderr).toMatch(/error: Some of these days were already sent .*\n {2}hint: .+/);
      expect(sink.recorded().visits).toBe(1200);
    }));
});

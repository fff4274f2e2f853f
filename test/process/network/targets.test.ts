import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { TargetSummary, TotalSummary } from '../../../src/report/summary.ts';
import { BALANCED, balanceOf, type Finished, openTarget, STACK, SUPER_TOKEN, Workplace } from '../binary.ts';

const place = new Workplace();
afterAll(() => place.remove());

/** Hits of a visit leave one right after the other. */
const QUICK = { PAUSE_BETWEEN_PVS_MIN: '0', PAUSE_BETWEEN_PVS_MAX: '0.05', VISIT_TIMING: 'compressed' };

interface Wanted {
  readonly url: string;
  readonly more?: string;
  readonly token?: string;
}

/** A settings file with a list of targets, called a, b, c … */
function listOf(name: string, strategy: string, targets: readonly Wanted[]): string {
  const items = targets.map(
    ({ url, more = '', token = SUPER_TOKEN }, i) =>
      `  - { name: ${'abc'[i]}, url: "${url}", tokenAuth: ${token}${more} }\n`,
  );
  return place.write(`${name}.yaml`, `strategy: ${strategy}\ntargets:\n${items.join('')}`);
}

function linesOf({ stdout }: Finished) {
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const targets: TargetSummary[] = lines.filter(({ type }) => type === 'target');
  const total: TotalSummary = lines.at(-1);
  const byName = (name: string) => targets.find(({ target }) => target === name) as TargetSummary;
  return { targets, total, byName };
}

describe.concurrent('several targets', () => {
  it('get the same visits from a mirror, byte for byte but for site and token', async () => {
    const [one, other] = [await openTarget(), await openTarget()];
    const config = listOf('mirror', 'mirror', [{ url: one.url }, { url: other.url, more: ', siteId: 2' }]);
    // The other site is in another timezone.
    const zone = ['--timezone', 'UTC', '--force'];
    const args = ['run', '--config', config, ...zone, '--rate', '20/s', '--stop-after', '15'];
    const finished = await place.run([...args, '--record', 'mirror.jsonl', '--json'], QUICK);
    await Promise.all([one.close(), other.close()]);
    expect(finished.code).toBe(0);
    const { byName, total } = linesOf(finished);
    for (const name of ['a', 'b']) {
      expect(byName(name)).toMatchObject({ health: 'healthy', visits: { planned: 15, complete: 15 } });
    }
    expect(total.visits).toMatchObject({ planned: 30, complete: 30 });
    expect(total.comparison?.[0]).toMatchObject({ target: 'b', against: 'a' });
    const requests = readFileSync(place.file('mirror.jsonl'), 'utf8').trimEnd().split('\n');
    const bodies = (url: string) =>
      requests
        .map((line) => JSON.parse(line))
        .filter((request) => request.url.startsWith(url))
        .map(({ body }) => String(body).replace(/^idsite=\d+/, ''))
        .sort();
    expect(bodies(one.url).length).toBeGreaterThan(30);
    expect(bodies(other.url)).toEqual(bodies(one.url));
  });

  it('divide one number of visits by weight, and a backfill verifies each', async () => {
    const [one, other] = [await openTarget(), await openTarget()];
    const config = listOf('weighted', 'weighted', [
      { url: one.url, more: ', weight: 3' },
      { url: other.url, more: ', timezone: Europe/Stockholm, siteId: 2' },
    ]);
    const args = [
      'backfill',
      '--config',
      config,
      '--timezone',
      'UTC',
      '--days-back',
      '2',
      '--visits-per-day',
      '200',
    ];
    const finished = await place.run([...args, '--verify', '--json'], {});
    await Promise.all([one.close(), other.close()]);
    expect(finished.stderr).not.toMatch(STACK);
    expect(finished.code).toBe(0);
    const lines = finished.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const planned = (target: string) =>
      lines
        .filter((line) => line.type === 'day' && line.target === target)
        .map(({ visits }) => visits.planned);
    expect(planned('a')).toEqual([150, 150]);
    expect(planned('b')).toEqual([50, 50]);
    const verified = lines.filter(({ type }) => type === 'verification');
    expect(verified.map(({ target, equal }) => [target, equal])).toEqual([
      ['a', true],
      ['b', true],
    ]);
  });

  it('do not wait for one that is slow and then gone', async () => {
    const [fast, slow] = [await openTarget(), await openTarget()];
    const config = listOf('slow', 'independent', [{ url: fast.url }, { url: slow.url }]);
    const args = [
      'run',
      '--config',
      config,
      '--rate',
      '25/s',
      '--for',
      '12s',
      '--graceful-stop',
      '0s',
      '--concurrency',
      '10',
      '--json',
    ];
    const running = place.start(args, { ...QUICK, MAX_LATENESS: '5', RETRY_ATTEMPTS: '0' });
    slow.faults.latencyMs = 400;
    await running.until(() => slow.sink.recorded().visits >= 5);
    await slow.close();
    const finished = await running.finished;
    await fast.close();
    expect(finished.stderr).not.toMatch(STACK);
    const { byName, targets, total } = linesOf(finished);
    for (const summary of [...targets, total]) expect(balanceOf(summary)).toEqual(BALANCED);
    const [a, b] = [byName('a'), byName('b')];
    expect(a.health).toBe('healthy');
    // A busy machine may make some late; nothing of what is sent is lost.
    const { rejected, failed, unknown, accepted, planned } = a.hits;
    expect(rejected + failed + unknown).toBe(0);
    expect(accepted).toBeGreaterThan(0.5 * (planned - (a.reasons.stopped ?? 0)));
    expect(a.latencyMs.p50).toBeLessThan(b.latencyMs.p50);
    expect(['degraded', 'failing']).toContain(b.health);
    expect(b.hits.failed + b.hits.skipped).toBeGreaterThan(20);
    expect(finished.code).toBe(6);
  });

  it('go on when one of them refuses the token', async () => {
    const [one, other] = [await openTarget(), await openTarget()];
    const config = listOf('refused', 'weighted', [
      { url: one.url },
      { url: other.url, token: 'f'.repeat(32) },
    ]);
    const args = ['run', '--config', config, '--rate', '20/s', '--for', '2s', '--json'];
    const finished = await place.run(args, QUICK);
    await Promise.all([one.close(), other.close()]);
    expect(finished.code).toBe(4);
    expect(finished.stderr).toContain('error: b: ');
    expect(finished.stderr + finished.stdout).not.toContain('f'.repeat(32));
    const { byName, total } = linesOf(finished);
    expect(byName('a').visits.complete).toBeGreaterThan(3);
    expect(byName('b').hits.accepted).toBe(0);
    expect(total.targets?.[1]?.error).toMatch(/token/);
  });

  it('of which none can be reached are told one by one, and there is no summary', async () => {
    const config = listOf('nobody', 'mirror', [
      { url: 'http://127.0.0.1:9/a/' },
      { url: 'http://127.0.0.1:9/b/' },
    ]);
    const finished = await place.run(['run', '--config', config, '--for', '1s']);
    expect(finished.code).toBe(3);
    expect(finished.stdout).toBe('');
    expect(finished.stderr).toMatch(/^error: a: .*\n.*\nerror: b: /m);
  });

  it('are all looked at by validate, told by name', async () => {
    const one = await openTarget();
    const config = listOf('validated', 'weighted', [{ url: one.url }, { url: 'http://127.0.0.1:9/' }]);
    const finished = await place.run(['validate', '--config', config, '--timezone', 'UTC', '--json']);
    await one.close();
    expect(finished.code).toBe(3);
    const findings = finished.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(findings.filter(({ target }) => target === 'a').map(({ code }) => code)).toContain('tracking');
    const refused = findings.find(({ target, severity }) => target === 'b' && severity === 'error');
    expect(refused.message).toMatch(/^b: .*refused the connection/);
  });
});

describe.concurrent('a load profile', () => {
  it('brings visits at its rates, stage by stage, and ends the run', async () => {
    const stages = ['--stages', '2s=20/s,1s:60/s,1s!100/s', '--threshold', 'rate>=0.5', 'hits.lost<1'];
    const soon = ['--graceful-stop', '2s', '--json'];
    const finished = await place.run(['run', '--sink', ...stages, ...soon], QUICK);
    expect(finished.code).toBe(0);
    const { total } = linesOf(finished);
    // 40 + 40 + 100 visits, of a standard deviation of 13; those that come at the very end have sent nothing.
    expect(total.visits.planned).toBeGreaterThan(120);
    expect(total.visits.planned).toBeLessThan(235);
    expect(total.durationMs).toBeGreaterThan(3900);
    expect(total.thresholds?.map(({ isMet }) => isMet)).toEqual([true, true]);
  });

  it('is paused and goes on by SIGUSR1, which counts in no rate', async () => {
    const target = await openTarget();
    const args = ['run', '--url', target.url, '--rate', '30/s', '--for', '8s', '--json'];
    const running = place.start(args, { ...QUICK, MATOMO_TOKEN_AUTH: SUPER_TOKEN });
    await running.until(() => target.sink.recorded().visits > 0);
    running.child.kill('SIGUSR1');
    await running.stderrHolds('paused');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    running.child.kill('SIGUSR1');
    const finished = await running.finished;
    await target.close();
    expect(finished.code).toBe(0);
    expect(finished.stderr).toContain('continuing');
    const { total } = linesOf(finished);
    expect(total.pausedMs).toBeGreaterThan(1000);
    expect(total.reasons.paused).toBeGreaterThan(10);
    expect(total.hits.accepted).toBeGreaterThan(30);
    expect(balanceOf(total)).toEqual(BALANCED);
  });
});

describe.concurrent('thresholds', () => {
  it('end a run with 5 when one is missed, and say by how much', async () => {
    const args = [
      'run',
      '--sink',
      '--rate',
      '20/s',
      '--for',
      '2s',
      '--threshold',
      'throughput>1000/s',
      'hits.lost<1',
    ];
    const finished = await place.run(args, QUICK);
    expect(finished.code).toBe(5);
    expect(finished.stdout).toMatch(/^missed +throughput>1000\/s: [\d.]+\/s, \d+ % below$/m);
    expect(finished.stdout).toMatch(/^met +hits.lost<1: 0$/m);
  });

  it('stop a run that is told to, soon after the breach', async () => {
    const target = await openTarget();
    target.faults.inject({ kind: 'unavailable' });
    const args = ['run', '--url', target.url, '--rate', '20/s', '--for', '40s', '--json'];
    const more = ['--threshold', 'hits.accepted>90% abort after 2s'];
    const env = { ...QUICK, RETRY_ATTEMPTS: '0', RANDOMIZE_VISITOR_COUNTRIES: 'false' };
    const startMs = Date.now();
    setTimeout(() => target.faults.inject({ kind: 'error' }), 0);
    const running = place.start([...args, ...more], env);
    const finished = await running.finished;
    await target.close();
    expect(Date.now() - startMs).toBeLessThan(38_000);
    expect([3, 5]).toContain(finished.code);
  });

  it('that are none are refused before anything is sent', async () => {
    const finished = await place.run(['run', '--sink', '--threshold', 'latency.p95<fast']);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain('THRESHOLDS');
    expect(finished.stderr).toContain('latency.p95<fast');
  });
});

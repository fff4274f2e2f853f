import { afterAll, describe, expect, it } from 'vitest';
import type { TotalSummary } from '../../src/report/summary.ts';
import type { Fault } from '../../src/sink/faults.ts';
import {
  countsOf,
  type Endpoint,
  eventually,
  type FaultScript,
  hitsRecordedBy,
  openEndpoint,
  openProxy,
  recordedBy,
  SUPER_TOKEN,
} from '../job/endpoint.ts';
import {
  BALANCED,
  balanceOf,
  type Env,
  type Finished,
  jsonLines,
  type Running,
  Workplace,
} from '../process/binary.ts';

const workplaces: Workplace[] = [];
afterAll(() => {
  for (const place of workplaces) place.remove();
});

const ARGS =
  'backfill --timezone UTC --json --from 2026-03-01 --to 2026-03-05 --visits-per-day 100 --seed faults --batch-size 50 --concurrency 8';

interface Backfill {
  readonly endpoint: Endpoint;
  start(more?: string, env?: Env): Running;
  run(more?: string, env?: Env): Promise<Finished>;
}

/** Requests that meet no fault at first: the question whether the target is ready, and some batches. */
const SPARED = 10;

async function prepare(script: FaultScript): Promise<Backfill> {
  const place = new Workplace();
  workplaces.push(place);
  const endpoint = await openEndpoint();
  endpoint.faults.script = (rank) => (rank < SPARED ? null : script(rank));
  const base = {
    MATOMO_URL: endpoint.url,
    MATOMO_TOKEN_AUTH: SUPER_TOKEN,
    RESPONSE_TIMEOUT: '2',
    STALL_TIMEOUT: '4',
    RETRY_ATTEMPTS: '1',
  };
  const start = (more = '', env: Env = {}) =>
    place.start(
      `${ARGS} ${more}`.split(' ').filter((arg) => arg !== ''),
      { ...base, ...env },
    );
  return { endpoint, start, run: (more, env) => start(more, env).finished };
}

/** Every hit that is told as accepted is there, and no other. */
function expectTruth(total: TotalSummary, endpoint: Endpoint): void {
  expect(balanceOf(total)).toEqual(BALANCED);
  expect(hitsRecordedBy(endpoint)).toBe(total.hits.accepted);
}

/** Resumes until nothing is left, and compares what is there with what was planned. */
async function expectWhole({ run, endpoint }: Backfill): Promise<TotalSummary> {
  const plan = countsOf(jsonLines(await run('--dry-run')).days);
  const finished = await run('--resume', { RESPONSE_TIMEOUT: '30', STALL_TIMEOUT: '60' });
  expect(finished.code).toBe(0);
  const { total } = jsonLines(finished);
  expect(recordedBy(endpoint)).toEqual(plan);
  expect(total.hits.accepted).toBe(total.hits.planned);
  expect(balanceOf(total)).toEqual(BALANCED);
  return total;
}

interface Case {
  readonly name: string;
  readonly fault: Fault;
  readonly reason: string;
}

const LASTING: readonly Case[] = [
  { name: 'answers 503', fault: { kind: 'unavailable' }, reason: 'http-503' },
  {
    name: 'answers 429 with Retry-After',
    fault: { kind: 'too-many-requests', retryAfterSeconds: 1 },
    reason: 'rate-limited',
  },
  { name: 'answers 502 with HTML', fault: { kind: 'bad-gateway' }, reason: 'http-502' },
  { name: 'answers 200 with HTML', fault: { kind: 'html' }, reason: 'not-matomo' },
  { name: 'has recording turned off', fault: { kind: 'recording-off' }, reason: 'recording-off' },
  {
    name: 'accepts, hangs and records nothing',
    fault: { kind: 'hang', isProcessed: false },
    reason: 'no-answer',
  },
  {
    name: 'closes the connection in place of recording',
    fault: { kind: 'close', isProcessed: false },
    reason: 'connection-lost',
  },
];

describe('a target that from some moment on', () => {
  it.each(LASTING)('$name stops the backfill, which is resumed without loss', async (given) => {
    const { fault, reason } = given;
    const backfill = await prepare(() => fault);
    const { endpoint, run } = backfill;
    // Where the fault is another one, a slow machine must not make it a timeout.
    const finished = await run('', fault.kind === 'hang' ? {} : { RESPONSE_TIMEOUT: '30' });
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(3);
    expect(finished.stderr).toContain('no hit was accepted for 4 s');
    expect(finished.stderr).toContain('--resume');
    expect(total.hits.accepted).toBeGreaterThan(0);
    expect(total.reasons[reason]).toBe(total.hits.failed + total.hits.unknown);
    expectTruth(total, endpoint);
    endpoint.faults.script = () => null;
    const whole = await expectWhole(backfill);
    if (total.hits.unknown > 0) expect(whole.inDoubt?.resent).toBeGreaterThan(0);
    await endpoint.sink.close();
  });

  it.each([
    ['hangs', { kind: 'hang', isProcessed: true }],
    ['closes the connection', { kind: 'close', isProcessed: true }],
    ['lets a proxy answer 524', { kind: 'status', status: 524, isProcessed: true }],
    ['answers nothing', { kind: 'empty' }],
  ] as const)('records, and then %s, gets everything once: it is asked', async (_name, fault) => {
    const { endpoint, run } = await prepare((rank) => (rank < SPARED + 20 ? fault : null));
    const plan = countsOf(jsonLines(await run('--dry-run')).days);
    const finished = await run('', { RESPONSE_TIMEOUT: '0.5', STALL_TIMEOUT: '60' });
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(0);
    expect(total.inDoubt?.recorded).toBeGreaterThan(10);
    expect(total.hits.accepted).toBe(total.hits.planned);
    expect(recordedBy(endpoint)).toEqual(plan);
    await endpoint.sink.close();
  });

  it('rolls back every request is asked what is wrong with it, and waited for', async () => {
    const backfill = await prepare(() => ({ kind: 'error', tracked: 7 }));
    const { endpoint, run } = backfill;
    const finished = await run('', { RETRY_ATTEMPTS: '0' });
    const { total } = jsonLines(finished);
    // Even the question whether the target is well gets a 500.
    expect(finished.code).toBe(3);
    expect(total.reasons).toEqual({ 'target-failing': total.hits.failed, ...skippedIn(total) });
    expectTruth(total, endpoint);
    endpoint.faults.script = () => null;
    await expectWhole(backfill);
    await endpoint.sink.close();
  });

  it('locks the address out ends the backfill, as refused access', async () => {
    const backfill = await prepare(() => ({ kind: 'locked-out' }));
    const { endpoint, run } = backfill;
    const finished = await run('', { RETRY_ATTEMPTS: '0' });
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(4);
    expect(finished.stderr).toContain('no permission to send');
    expectTruth(total, endpoint);
    endpoint.faults.script = () => null;
    await expectWhole(backfill);
    await endpoint.sink.close();
  });

  it('locks the address out ends a backfill of single requests, too', async () => {
    const backfill = await prepare(() => ({ kind: 'locked-out' }));
    const { endpoint, run } = backfill;
    const finished = await run('--batch-size 1');
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(4);
    expect(total.hits.rejected).toBe(0);
    expect(endpoint.faults.tracking).toBeLessThan(SPARED + 30);
    expectTruth(total, endpoint);
    endpoint.faults.script = () => null;
    const resumed = await run('--batch-size 1 --resume', { RESPONSE_TIMEOUT: '5', STALL_TIMEOUT: '60' });
    expect(resumed.code).toBe(0);
    expect(recordedBy(endpoint)).toEqual(countsOf(jsonLines(resumed).days));
    await endpoint.sink.close();
  });
});

function skippedIn({ reasons }: TotalSummary): Record<string, number> {
  return Object.fromEntries(Object.entries(reasons).filter(([name]) => /^(stopped|target-down)$/.test(name)));
}

describe('a target with a passing weakness', () => {
  it.each([
    ['rolls back some requests', { kind: 'error', tracked: 3 }],
    ['answers 503 for a while', { kind: 'unavailable' }],
    ['answers 429 with Retry-After', { kind: 'too-many-requests', retryAfterSeconds: 1 }],
    ['answers 502 with HTML', { kind: 'bad-gateway' }],
  ] as const)('that %s gets everything in the end', async (_name, fault) => {
    const { endpoint, run } = await prepare((rank) => (rank < SPARED + 12 ? fault : null));
    const plan = countsOf(jsonLines(await run('--dry-run')).days);
    const finished = await run('', { RETRY_ATTEMPTS: '5', STALL_TIMEOUT: '60' });
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(0);
    expect(total.retries).toBeGreaterThan(0);
    expect(total.hits.accepted).toBe(total.hits.planned);
    expect(recordedBy(endpoint)).toEqual(plan);
    await endpoint.sink.close();
  });

  it('that leaves a few requests without an answer is asked about them, and gets what it has not', async () => {
    const { endpoint, run } = await prepare((rank) =>
      rank < SPARED + 4 ? { kind: 'close', isProcessed: rank % 2 === 0 } : null,
    );
    const plan = countsOf(jsonLines(await run('--dry-run')).days);
    const finished = await run('', { STALL_TIMEOUT: '60' });
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(0);
    expect(total.inDoubt).toEqual({ recorded: 2, resent: 2, unknown: 0 });
    expect(total.hits.accepted).toBe(total.hits.planned);
    expect(recordedBy(endpoint)).toEqual(plan);
    await endpoint.sink.close();
  });

  it('that leaves requests without an answer, and cannot be asked, ends with 6 and says what is left', async () => {
    const backfill = await prepare((rank) =>
      rank < SPARED + 4 ? { kind: 'close', isProcessed: rank % 2 === 0 } : null,
    );
    const { endpoint, run } = backfill;
    const proxy = await openProxy(endpoint, {
      onRequest: ({ path }) => (path.includes('index.php') ? 403 : undefined),
    });
    const finished = await run('', { MATOMO_URL: proxy.url });
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(6);
    expect(total.hits.unknown).toBeGreaterThan(0);
    expect(total.inDoubt).toEqual({ recorded: 0, resent: 0, unknown: 4 });
    expect(total.hits.accepted).toBe(total.hits.planned - total.hits.unknown);
    expect(finished.stderr).toContain('4 batches are not complete');
    expect(finished.stderr).toContain('--resume');
    await proxy.close();
    await endpoint.sink.close();
  });

  it('that is away for a while and back gets everything', async () => {
    const backfill = await prepare(() => null);
    const { endpoint, start } = backfill;
    endpoint.faults.hitsPerSecond = 1000;
    const running = start('', { STALL_TIMEOUT: '60', RESPONSE_TIMEOUT: '5', RETRY_ATTEMPTS: '0' });
    await eventually(() => endpoint.faults.tracking > 15, 'some batches');
    await endpoint.sink.close();
    // Longer than the response timeout: what was under way is asked for once the target is back.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    await endpoint.sink.listen(endpoint.port);
    endpoint.faults.clear();
    const finished = await running.finished;
    const { total } = jsonLines(finished);
    expect([0, 6]).toContain(finished.code);
    expect(total.hits.accepted).toBeGreaterThan(0);
    expect(balanceOf(total)).toEqual(BALANCED);
    await expectWhole(backfill);
    await endpoint.sink.close();
  });
});

describe('access that is refused', () => {
  it('from the start: nothing is sent', async () => {
    const { endpoint, run } = await prepare(() => null);
    const proxy = await openProxy(endpoint, { onRequest: () => 401 });
    const finished = await run('', { MATOMO_URL: proxy.url });
    expect(finished.code).toBe(4);
    expect(endpoint.faults.tracking).toBe(0);
    await proxy.close();
    await endpoint.sink.close();
  });

  it('while it runs: it stops when nothing was accepted for a while, with advice, and is resumed without loss', async () => {
    const backfill = await prepare(() => null);
    const { endpoint, run } = backfill;
    let refused = 0;
    let isRefusing = true;
    const proxy = await openProxy(endpoint, {
      onRequest: (_request, rank) => {
        if (!isRefusing || rank < SPARED) return undefined;
        refused++;
        return 403;
      },
    });
    const env = { MATOMO_URL: proxy.url };
    // Hits were accepted with the same token: it may be a limit of requests, which passes.
    const finished = await run('', { ...env, RETRY_ATTEMPTS: '0', STALL_TIMEOUT: '5' });
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(3);
    expect(finished.stderr).toMatch(/no hit was accepted for 5 s \(HTTP 403\)[\s\S]*ask for an exception/);
    // Up to 8 in a row and those under way, then one at a time, each with a question whether all are refused.
    expect(refused).toBeLessThanOrEqual(60);
    expectTruth(total, endpoint);
    isRefusing = false;
    const plan = countsOf(jsonLines(await run('--dry-run', env)).days);
    const resumed = await run('--resume', env);
    expect(resumed.code).toBe(0);
    expect(recordedBy(endpoint)).toEqual(plan);
    await proxy.close();
    await endpoint.sink.close();
  });

  it('by a token that is withdrawn: it stops with 4, and what was refused is sent once there is a good one', async () => {
    const { endpoint, run } = await prepare(() => null);
    let isWithdrawn = true;
    const proxy = await openProxy(endpoint, {
      onRequest: ({ body }, rank) =>
        isWithdrawn && rank >= SPARED ? body.replaceAll(SUPER_TOKEN, 'd'.repeat(32)) : undefined,
    });
    const env = { MATOMO_URL: proxy.url };
    const finished = await run('', env);
    const { total } = jsonLines(finished);
    expect(finished.code).toBe(4);
    expect(finished.stderr).toContain('no permission to send');
    expect(total.hits.rejected).toBe(0);
    expect(total.hits.failed).toBeGreaterThan(0);
    isWithdrawn = false;
    const resumed = await run('--resume', env);
    expect(resumed.code).toBe(0);
    expect(recordedBy(endpoint)).toEqual(countsOf(jsonLines(resumed).days));
    await proxy.close();
    await endpoint.sink.close();
  });
});

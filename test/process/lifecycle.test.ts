import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Endpoint, eventually, openEndpoint, SUPER_TOKEN } from '../job/endpoint.ts';
import { type Finished, jsonLines, Workplace } from './binary.ts';

const BASE = 'backfill --timezone UTC --json --seed oak --visits-per-day 20 --batch-size 20';
const WINDOW = '--from 2026-03-01 --to 2026-03-02';

let endpoint: Endpoint;
const workplaces: Workplace[] = [];
beforeAll(async () => {
  endpoint = await openEndpoint();
});
afterAll(async () => {
  await endpoint.sink.close();
  for (const place of workplaces) place.remove();
});

function createWorkplace(): Workplace {
  const place = new Workplace();
  workplaces.push(place);
  return place;
}

function start(place: Workplace, more: string, site = 1, responseTimeout = '1') {
  const args = `${BASE} --site-id ${site} ${more}`.split(' ');
  const env = { MATOMO_URL: endpoint.url, MATOMO_TOKEN_AUTH: SUPER_TOKEN, RESPONSE_TIMEOUT: responseTimeout };
  return place.start(args, env);
}

function backfill(place: Workplace, more: string, site?: number): Promise<Finished> {
  return start(place, more, site).finished;
}

describe('a window that has been sent', () => {
  const place = createWorkplace();
  beforeAll(async () => {
    expect((await backfill(place, WINDOW)).code).toBe(0);
  });

  it('is not sent a second time by accident, nor is a part of it', async () => {
    const requests = endpoint.faults.tracking;
    // One after the other: at the same time one would find another at work.
    const replay = await backfill(place, WINDOW);
    const part = await backfill(place, '--from 2026-03-02 --to 2026-03-03');
    const changed = await backfill(place, `${WINDOW} --visits-per-day 21 --resume`);
    for (const { code, stdout } of [replay, part, changed])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(replay.stderr).toContain('run 1 (2026-03-01 to 2026-03-02');
    expect(replay.stderr).toContain('--again');
    expect(part.stderr).toContain('were already sent to site 1');
    expect(changed.stderr).toContain('Nothing can be resumed: run 1');
    expect(changed.stderr).toContain(
      'different settings, another seed or other days: TARGET_VISITS_PER_DAY was 20 and is 21.',
    );
    expect(endpoint.faults.tracking).toBe(requests);
  });

  it('has nothing to resume, which is a success', async () => {
    const requests = endpoint.faults.tracking;
    const finished = await backfill(place, `${WINDOW} --resume`);
    expect(finished.code).toBe(0);
    expect(finished.stderr).toContain('nothing to do: run 1 sent these days already');
    expect(jsonLines(finished).total.visits).toMatchObject({ planned: 40, complete: 40 });
    expect(endpoint.faults.tracking).toBe(requests);
  });

  it('is sent again when asked for', async () => {
    const finished = await backfill(place, `${WINDOW} --again --seed elm`);
    expect(finished.code).toBe(0);
    expect(endpoint.sink.recorded().visits).toBe(80);
  });
});

/** Leaves the requests of the next command without an answer, but for the first; until released. */
function holdNext(): { isHeld: () => boolean; release: () => void } {
  const first = endpoint.faults.tracking;
  endpoint.faults.script = (rank) => (rank > first ? { kind: 'hang', isProcessed: true } : null);
  const release = () => {
    endpoint.faults.script = () => null;
  };
  return { isHeld: () => endpoint.faults.tracking > first + 1, release };
}

describe('a backfill that is at work', () => {
  it('keeps others off its site, but for another part; when it dies it is told from one that is done', async () => {
    const place = createWorkplace();
    const { isHeld, release } = holdNext();
    // The site is in another timezone.
    const part = (shard: string) => `${WINDOW} --force --shard ${shard}`;
    const first = start(place, part('1/2'), 2, '250');
    await eventually(isHeld, 'a batch of the first');
    release();
    const [second, other] = await Promise.all([
      backfill(place, part('1/2'), 2),
      backfill(place, part('2/2'), 2),
    ]);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain('Another backfill is sending to site 2');
    expect(second.stderr).toContain(`process ${first.child.pid} on ${hostname()}`);
    expect(other.code).toBe(0);

    first.child.kill('SIGKILL');
    await first.finished;
    const plain = await backfill(place, part('1/2'), 2);
    expect(plain.code).toBe(2);
    expect(plain.stderr).toContain('A backfill of these days is not finished: run 1');
    expect(plain.stderr).toContain('Continue it with --resume');
    const resumed = await backfill(place, `${part('1/2')} --resume`, 2);
    expect(resumed.code).toBe(0);
    expect(jsonLines(resumed).total.inDoubt).toMatchObject({ unknown: 0 });
    const days = Object.values(endpoint.sink.recorded().sites['2']?.days ?? {});
    expect(days.reduce((sum, { visits }) => sum + visits, 0)).toBe(40);
  });
});

describe('the token', () => {
  it('is in no file of the state folder, in no output and not in the name of the process', async () => {
    const place = createWorkplace();
    const { isHeld, release } = holdNext();
    const token = place.write('secret.txt', SUPER_TOKEN);
    const state = place.file('state');
    const args = `${BASE} --from 2026-02-01 --to 2026-02-01 --url ${endpoint.url} --token-file ${token}`;
    const env = { TRAFFICINATOR_STATE_DIR: state, LOG_LEVEL: 'debug', RESPONSE_TIMEOUT: '1' };
    const running = place.start(args.split(' '), env);
    await eventually(isHeld, 'a batch');
    if (process.platform === 'linux') {
      const { pid } = running.child;
      const told = ['cmdline', 'comm'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8')).join();
      expect(told).not.toContain(SUPER_TOKEN);
    }
    expect(readdirSync(state)).toContain('ledger.db');
    const files = () => readdirSync(state).map((name) => readFileSync(`${state}/${name}`, 'latin1'));
    expect(files().join()).not.toContain(SUPER_TOKEN);
    const { stdout, stderr, code } = await running.finished;
    release();
    // What got no response was recorded, as Matomo said when it was asked.
    expect(code).toBe(0);
    expect(jsonLines({ stdout, stderr, code }).total.inDoubt?.recorded).toBeGreaterThan(0);
    expect(stdout + stderr + files().join()).not.toContain(SUPER_TOKEN);
  });
});

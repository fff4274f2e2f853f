import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { openTarget, type Running, SUPER_TOKEN, type Target, Workplace } from '../binary.ts';
import { type ContainerOf, composeService, manifestContainers, startContainer } from './containers.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

/** On ports of its own, so that tests can run side by side. */
function onFreePort({ args, ...rest }: ContainerOf): ContainerOf {
  const ports: Readonly<Record<string, string>> = { '8000': '0', '0.0.0.0:9464': '127.0.0.1:0' };
  return { ...rest, args: args.map((arg) => ports[arg] ?? arg) };
}

/** The address of a service that has started, and its key. */
async function serviceOf(running: Running, place: Workplace): Promise<{ url: string; key: string }> {
  const url = await new Promise<string>((resolve, reject) => {
    running.child.stdout?.on('data', (text: string) => {
      const port = /Listening at http:\/\/[^:]+:(\d+)/.exec(text)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    });
    void running.finished.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { url, key: readFileSync(place.file('state/control.key'), 'utf8').trim() };
}

const FILES = { '/secrets/token': `${SUPER_TOKEN}\n` };
/** Small days, each sent in a moment. */
const SMALL = { BACKFILL_MAX_VISITS_PER_DAY: '40', TARGET_VISITS_PER_DAY: '40' };

function found(containers: ReadonlyMap<string, ContainerOf>, kind: string): ContainerOf {
  const container = containers.get(kind);
  if (!container) throw new Error(`there is no ${kind}`);
  return container;
}

describe('deploy/manifests/serve.yaml', () => {
  const place = new Workplace();
  afterAll(() => place.remove());

  it('starts a service with live traffic, which its probes find', async () => {
    const container = found(manifestContainers('serve.yaml'), 'StatefulSet');
    const running = startContainer(place, onFreePort(container), FILES, { MATOMO_URL: target.url });
    const { url, key } = await serviceOf(running, place);
    expect(container.probes).toEqual(['/ready', '/ready', '/health']);
    for (const path of container.probes) expect((await fetch(url + path)).status).toBe(200);
    let runs: readonly { readonly state: string; readonly command: string }[] = [];
    while (runs[0]?.state !== 'running') {
      // The service limits how often it is asked.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const answer = await fetch(`${url}/api/v2/runs`, { headers: { 'x-api-key': key } });
      expect(answer.status).toBe(200);
      runs = ((await answer.json()) as { runs: typeof runs }).runs;
    }
    expect(runs).toMatchObject([{ command: 'run', state: 'running' }]);
    running.child.kill('SIGTERM');
    expect((await running.finished).code).toBe(0);
  });
});

describe('a ledger in PostgreSQL', () => {
  const places: Workplace[] = [];
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    for (const place of places) place.remove();
    await postgres?.remove();
  });

  function started(container: ContainerOf, ledger: string, url: string, place = new Workplace()) {
    places.push(place);
    const address = `${ledger}\n`;
    const files = { ...FILES, '/ledger/url': address, '/config/ledger-url': address };
    // Compose has both from the user's .env file.
    const own = { MATOMO_URL: url, MATOMO_TOKEN_AUTH_FILE: '/secrets/token' };
    return startContainer(place, onFreePort(container), files, { ...SMALL, ...own });
  }

  it.each([
    ['deploy/manifests/cluster.yaml', () => found(manifestContainers('cluster.yaml'), 'Deployment')],
    ['deploy/compose.cluster.yaml', () => composeService('compose.cluster.yaml', 'worker')],
  ])('has three workers of %s share the backfill of a night', async (_, worker) => {
    const ledger = await postgres.createDatabase();
    const own = await openTarget();
    // The first command makes the tables, which workers that start at the same time wait for.
    const workers = [1, 2, 3].map(() => started(worker(), ledger, own.url));
    await Promise.all(workers.map((each) => each.stderrHolds('waits for runs')));
    const night = started(found(manifestContainers('cluster.yaml'), 'CronJob'), ledger, own.url);
    const { code, stderr, stdout } = await night.finished;
    expect(code, stderr).toBe(0);
    // Seven days of forty visits, each recorded once.
    expect(stdout).toContain('280 planned: 280 complete');
    expect(own.sink.recorded().visits).toBe(280);
    for (const each of workers) each.child.kill('SIGTERM');
    const ends = await Promise.all(workers.map(({ finished }) => finished));
    expect(ends.map((end) => end.code)).toEqual([0, 0, 0]);
    expect(ends.filter((end) => end.stderr.includes('taken')).length).toBeGreaterThan(0);
    await own.close();
  });

  it('has a worker of the cluster share what its service starts', async () => {
    const ledger = await postgres.createDatabase();
    const containers = manifestContainers('cluster.yaml');
    const place = new Workplace();
    const service = started(found(containers, 'StatefulSet'), ledger, target.url, place);
    const { url, key } = await serviceOf(service, place);
    const worker = started(found(containers, 'Deployment'), ledger, target.url);
    await worker.stderrHolds('waits for runs');
    const headers = { 'x-api-key': key, 'content-type': 'application/json' };
    const body = JSON.stringify({ settings: { VISIT_RATE: '20/s' } });
    expect((await fetch(`${url}/api/v2/runs`, { method: 'POST', headers, body })).status).toBe(201);
    await worker.stderrHolds('taken');
    const stop = await fetch(`${url}/api/v2/runs/1/stop`, { method: 'POST', headers });
    expect(stop.status).toBeLessThan(300);
    for (const each of [service, worker]) each.child.kill('SIGTERM');
    expect((await service.finished).code).toBe(0);
    expect((await worker.finished).code).toBe(0);
  });
});

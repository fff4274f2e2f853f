/** Plugins in shared runs: whoever takes a live shard over plans the same visits, and another version takes no part. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandomSource } from '../../../src/plan/random.ts';
import type { Hooks } from '../../../src/types/plugin-api.ts';
import { eventually, openEndpoint, SUPER_TOKEN } from '../../job/endpoint.ts';
import { type PostgresServer, startPostgres } from '../../postgres/server.ts';
import { STACK, Workplace, zoneAtNoon } from '../../process/binary.ts';
import { serve } from '../../process/service/served.ts';
import { doubledHits, watchLedger } from './doubled-hits.ts';
import { openHitRecorder } from './hit-recorder.ts';
import { openTcpLink } from './tcp-link.ts';
import { LEASE_MS, Workers } from './workers.ts';

const SHARDS = 6;
const LONGEST_MS = 900_000;

let server: PostgresServer;
const place = new Workplace(3_600_000);
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  place.remove();
  await server?.remove();
});

const acme = (version: string) =>
  `export default { name: 'acme', apiVersion: 1, version: '${version}', setup: () => ({
    behaviours: { odd: { share: 0.5, longestMs: 60_000, visit: ({ random }) => [
      { type: 'pageview', url: '/acme/' + random.integer(1, 9), title: 'Acme' },
      { type: 'event', category: 'acme', action: 'odd', name: '${version}', afterSeconds: random.integer(1, 50) },
    ] } },
  }) };`;

/** The same, for a test that plans what workers have planned. */
const hooks: Hooks = {
  behaviours: {
    odd: {
      share: 0.5,
      longestMs: 60_000,
      visit: ({ random }) => [
        { type: 'pageview', url: `/acme/${random.integer(1, 9)}`, title: 'Acme' },
        {
          type: 'event',
          category: 'acme',
          action: 'odd',
          name: '1.0.0',
          afterSeconds: random.integer(1, 50),
        },
      ],
    },
  },
};

interface View {
  readonly workers: readonly { readonly isAlive: boolean; readonly shards: number }[];
  readonly runs: readonly {
    readonly endedAt: string | null;
    readonly hits: Readonly<Record<string, number>>;
    readonly shards: readonly { readonly state: string }[];
  }[];
}

describe('a live run with a plugin that workers share', () => {
  it(
    'goes on when one of them is killed, and is refused by a worker with another version',
    async () => {
      const url = await server.createDatabase();
      const link = await openTcpLink(server.port);
      const endpoint = await openEndpoint();
      const recorder = await openHitRecorder(endpoint, 20);
      const env = {
        MATOMO_TOKEN_AUTH: SUPER_TOKEN,
        LEDGER_LEASE: String(LEASE_MS / 1000),
        LEDGER_TIMEOUT: '120',
      };
      const cluster = { place, server, link, url, env };
      const workers = new Workers(cluster, createRandomSource('plugins').stream(1, 0, 0));
      const own = { ...env, LEDGER_URL: url };
      place.write('acme.mjs', acme('1.0.0'));
      const [first, second] = [workers.start(), workers.start()];
      await Promise.all([first, second].map((worker) => worker.stderrHolds('waits for runs')));
      const served = await serve(place, own);
      const view = async (): Promise<View> => JSON.parse((await served.ask('/api/v2/cluster')).text);
      const shardsOfWorkers = async () =>
        (await view()).workers.filter(({ isAlive }) => isAlive).map(({ shards }) => shards);

      const args =
        `run --detach --force --timezone ${zoneAtNoon()} --rate 20/s --shards ${SHARDS} --timing compressed
        --seed shared --plugin ./acme.mjs --url ${recorder.url}`.split(/\s+/);
      const created = await place.run(args, own);
      expect(created.code, created.stderr).toBe(0);
      const acmeHits = () => [...recorder.hits.keys()].filter((hit) => hit.includes('acme')).length;
      await eventually(() => acmeHits() > 20, 'hits of the plugin');
      const divided = await shardsOfWorkers();
      expect(divided).toHaveLength(2);
      expect(Math.min(...divided)).toBeGreaterThan(0);

      place.write('acme.mjs', acme('2.0.0'));
      const other = workers.start();
      await other.stderrHolds('no part in run');

      const ledger = watchLedger(server, url);
      const killedMs = Date.now();
      first.child.kill('SIGKILL');
      await first.finished;
      while (Math.max(...(await shardsOfWorkers())) < SHARDS) await delay(200);
      const before = acmeHits();
      await eventually(() => acmeHits() > before + 40, 'hits of the plugin after the takeover');
      expect((await shardsOfWorkers()).toSorted()).toEqual([0, SHARDS]);

      await place.run(['stop', created.stdout.trim()], own);
      while ((await view()).runs[0]?.endedAt === null) await delay(200);
      const [run] = (await view()).runs;
      await workers.close();
      served.running.child.kill('SIGTERM');
      await served.running.finished;
      const ends = await Promise.all(workers.running.map(({ finished }) => finished));

      const { stderr } = ends[2] ?? { stderr: '' };
      expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
        /no part in run 1: Plugin acme: it is version 2\.0\.0 \([0-9a-f]{12}\) here, and 1\.0\.0 \([0-9a-f]{12}\) where the run was planned\./,
      );
      for (const end of ends) expect(end.stderr).not.toMatch(STACK);
      expect(ends[1]?.stderr).not.toContain('error');
      const takeover = `taken over from process ${first.child.pid} on`;
      expect(ends[1]?.stderr.replaceAll(/\s+/g, ' ')).toContain(takeover);
      await ledger.close();
      const { snapshots } = ledger;
      expect(await doubledHits({ server, url, recorder, snapshots, hooks, killedMs })).toBe('');
      expect([...recorder.hits.keys()].filter((hit) => hit.includes('e_n=2.0.0'))).toEqual([]);
      expect(run?.shards.map(({ state }) => state)).toEqual(new Array(SHARDS).fill('done'));
      const { accepted = 0, unknown = 0 } = run?.hits ?? {};
      expect(recorder.hits.size).toBeGreaterThanOrEqual(accepted);
      expect(recorder.hits.size).toBeLessThanOrEqual(accepted + unknown);
      await recorder.close();
      await link.close();
      await endpoint.sink.close();
    },
    LONGEST_MS,
  );
});

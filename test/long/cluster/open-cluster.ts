/** A PostgreSQL of its own, an endpoint that keeps every hit, and workers that tests may do anything to. */
import { createRandomSource } from '../../../src/plan/random.ts';
import { openEndpoint, SUPER_TOKEN } from '../../job/endpoint.ts';
import type { PostgresServer } from '../../postgres/server.ts';
import { type Running, Workplace } from '../../process/binary.ts';
import { openHitRecorder } from './hit-recorder.ts';
import { openTcpLink } from './tcp-link.ts';
import { LEASE_MS, Workers } from './workers.ts';

const LATENCY_MS = 40;

/** @param seed of what is done to whom */
export async function openCluster(server: PostgresServer, seed: string, more: Record<string, string> = {}) {
  const place = new Workplace(3_600_000);
  const url = await server.createDatabase();
  const link = await openTcpLink(server.port);
  const endpoint = await openEndpoint();
  const recorder = await openHitRecorder(endpoint, LATENCY_MS);
  const env = {
    MATOMO_TOKEN_AUTH: SUPER_TOKEN,
    LEDGER_LEASE: String(LEASE_MS / 1000),
    LEDGER_TIMEOUT: '120',
    RESPONSE_TIMEOUT: '4',
    STALL_TIMEOUT: '120',
    ...more,
  };
  const workers = new Workers({ place, server, link, url, env }, createRandomSource(seed).stream(1, 0, 0));
  return {
    place,
    url,
    recorder,
    endpoint,
    workers,
    env: { ...env, LEDGER_URL: url },
    async close() {
      await recorder.close();
      await link.close();
      await endpoint.sink.close();
      place.remove();
    },
  };
}

/** Resolves when the command has created its run. */
export async function started(run: Running): Promise<void> {
  const early = run.finished.then(({ stderr }) => {
    throw new Error(stderr);
  });
  early.catch(() => {});
  await Promise.race([run.stderrHolds('shared with all workers'), early]);
}

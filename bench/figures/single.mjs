// Single hits: a backfill of one hit a request, against other load generators with bodies of the same average size.
import { peersOf } from '../peers/peers.mjs';
import { workerBackfill } from './sides.mjs';

export const CONNECTIONS = 50;
export const SINGLE_ENVIRONMENT = { BACKFILL_BATCH_SIZE: '1', CONCURRENCY: String(CONNECTIONS) };

export const title = 'single hits';
export const unit = 'hits/s';

export function plan(laboratory, { seconds, withArtillery }) {
  const { server, bodies, earlier } = laboratory;
  const { absent, sides } = peersOf(laboratory, { connections: CONNECTIONS, seconds, withArtillery });
  const worker = (of) => workerBackfill(laboratory, seconds, 'sqlite', SINGLE_ENVIRONMENT, of);
  return {
    conditions: [
      server.kind,
      `${CONNECTIONS} connections`,
      `${bodies.single.bytes} bytes`,
      `${seconds} s`,
      ...absent.map((name) => `without ${name}`),
    ],
    sides: [
      ...sides,
      ...(earlier ? [{ name: earlier.ref, measure: worker(earlier) }] : []),
      { name: 'ours', measure: worker(), against: 'autocannon', wanted: { atLeast: 0.45 } },
    ],
  };
}

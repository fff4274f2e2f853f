// Single hits: a backfill of one hit a request, against autocannon with one body of the same average size.
import { fileURLToPath } from 'node:url';
import { lastJson } from '../children.mjs';
import { workerBackfill } from './sides.mjs';

const CONNECTIONS = 50;
const ENVIRONMENT = { BACKFILL_BATCH_SIZE: '1', CONCURRENCY: String(CONNECTIONS) };
const AUTOCANNON = fileURLToPath(import.meta.resolve('autocannon'));

export const title = 'single hits';
export const unit = 'hits/s';

export function plan(laboratory, { seconds }) {
  const { server, bodies, node, backfill, timeoutFor } = laboratory;
  const options = `-j -c ${CONNECTIONS} -d ${seconds} -m POST -H content-type=application/x-www-form-urlencoded`;
  async function autocannon() {
    const args = [AUTOCANNON, ...options.split(' '), '-i', bodies.single.path, server.url];
    const result = lastJson(await node(args, {}, { timeoutMs: timeoutFor(seconds) }));
    if (result.errors + result.non2xx > 0) throw new Error(`autocannon had ${result.errors} errors`);
    return { value: result.requests.total / result.duration };
  }
  async function ours() {
    const args = ['--batch-size', '1', '--concurrency', String(CONNECTIONS)];
    const { hits, seconds: taken } = await backfill(args, seconds);
    return { value: hits.accepted / taken };
  }
  const inMemory = () => workerBackfill(laboratory, seconds, 'memory', ENVIRONMENT);
  return {
    conditions: [server.kind, `${CONNECTIONS} connections`, `${bodies.single.bytes} bytes`, `${seconds} s`],
    sides: [
      { name: 'autocannon', measure: autocannon },
      { name: 'ours', measure: ours, against: 'autocannon', wanted: { atLeast: 0.75 } },
      { name: 'ours, ledger in memory', measure: inMemory, against: 'autocannon' },
    ],
  };
}

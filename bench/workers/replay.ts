/** The peer of sending: a bare undici loop that posts the same bytes again and again. */
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { cpuSeconds, meterSecondHalf, report } from './report.ts';

const [url = '', path = '', connections = '', seconds = '', type = 'application/json'] =
  process.argv.slice(2);
const { origin, pathname } = new URL(url);
const body = readFileSync(path);
const pool = new Pool(origin, { connections: Number(connections), pipelining: 1 });
const headers = { 'content-type': type, 'user-agent': 'replay' };
const startMs = performance.now();
const endMs = startMs + Number(seconds) * 1000;

function post(): Promise<void> {
  return new Promise((resolve, reject) => {
    let status = 0;
    pool.dispatch(
      { method: 'POST', path: pathname, headers, body },
      {
        // Its presence tells undici that these are handlers of the newer kind.
        onRequestStart() {},
        onResponseStart(_controller, code) {
          status = code;
        },
        onResponseData() {},
        onResponseEnd: () => (status === 200 ? resolve() : reject(new Error(`HTTP ${status}`))),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

let requests = 0;
const secondHalf = meterSecondHalf(() => requests, Number(seconds));
async function loop(): Promise<void> {
  while (performance.now() < endMs) {
    await post();
    requests++;
  }
}

await Promise.all(Array.from({ length: Number(connections) }, loop));
report({
  requests,
  seconds: (performance.now() - startMs) / 1000,
  cpuSeconds: cpuSeconds(),
  secondHalfMicros: secondHalf(),
});
await pool.destroy();

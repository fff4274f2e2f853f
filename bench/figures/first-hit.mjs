// From the command to its first hit: against the embedded endpoint in another process, which answers like a Matomo.
import { once } from 'node:events';
import { start } from '../children.mjs';
import { openDoorway } from '../doorway.mjs';

const RUN = 'run --preset medium --rate 500/s --for 10s --no-progress'.split(' ');
const SUPER_TOKEN = 'a'.repeat(32);
const TIMEOUT_MS = 60_000;

export const title = 'command typed to first hit accepted';
export const unit = 'ms';

/** Both are ended, by their ids, when the benchmark ends. */
async function startSink({ bin, dir }) {
  const sink = start(process.execPath, [bin, 'sink', '--port', '0'], { cwd: dir, env: { HOME: dir } });
  let told = '';
  for await (const chunk of sink.stderr) {
    told += chunk;
    const [, port] = /127\.0\.0\.1:(\d+)/.exec(told) ?? [];
    if (port !== undefined) return { port: Number(port), stop: () => sink.kill('SIGKILL') };
  }
  throw new Error(`the endpoint did not start: ${told}`);
}

/** Milliseconds until the doorway has seen the first hit accepted. */
async function timeFirstHit({ startCommand }, of, port) {
  const doorway = await openDoorway(port);
  const accepted = doorway.next();
  const startMs = performance.now();
  const { child, remove } = startCommand(
    of,
    [...RUN, '--url', `http://127.0.0.1:${doorway.port}/matomo.php`],
    {
      MATOMO_TOKEN_AUTH: SUPER_TOKEN,
    },
  );
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const ended = once(child, 'exit');
  const limit = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  const answeredMs = await Promise.race([accepted, ended.then(() => undefined)]);
  clearTimeout(limit);
  child.kill('SIGKILL');
  await ended;
  await doorway.close();
  remove();
  if (answeredMs === undefined) throw new Error(`no hit was accepted: ${complaint}`);
  return { value: answeredMs - startMs };
}

/** Milliseconds until the control service says that it listens. */
async function timeService({ startCommand }, of) {
  const startMs = performance.now();
  const { child, remove } = startCommand(of, ['serve', '--port', '0'], {});
  const ended = once(child, 'exit');
  const limit = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  let told = '';
  const listening = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        told += chunk;
        if (/http:\/\/127\.0\.0\.1:\d+/.test(told)) resolve(performance.now());
      });
    }
  });
  const listeningMs = await Promise.race([listening, ended.then(() => undefined)]);
  clearTimeout(limit);
  child.kill('SIGKILL');
  await ended;
  remove();
  if (listeningMs === undefined) throw new Error(`the service did not start: ${told}`);
  return { value: listeningMs - startMs };
}

export async function plan(laboratory) {
  const { built, earlier } = laboratory;
  const { port, stop } = await startSink(laboratory);
  const sidesOf = (name, measure, wanted) => [
    ...(earlier ? [{ name: `${name}, ${earlier.ref}`, measure: () => measure(earlier) }] : []),
    {
      name,
      measure: () => measure(built),
      ...(earlier ? { against: `${name}, ${earlier.ref}` } : {}),
      ...(wanted ? { wanted } : {}),
    },
  ];
  return {
    conditions: ['preset medium, 500 visits a second', 'embedded endpoint in another process'],
    sides: [
      ...sidesOf('run, first hit', (of) => timeFirstHit(laboratory, of, port), { of: 'value', atMost: 250 }),
      ...sidesOf('serve, listening', (of) => timeService(laboratory, of)),
    ],
    close: stop,
  };
}

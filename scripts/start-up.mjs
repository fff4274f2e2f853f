/**
 * How long the built command takes to start, against `node -e 0`, in runs that take turns: the median on the wall and
 * the mean of processor time, which the system counts in steps of 10 ms. `node scripts/start-up.mjs [NODE]` takes another
 * Node.js.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROUNDS = 21;
const [node = process.execPath] = process.argv.slice(2);
const command = fileURLToPath(new URL('../bin/trafficinator.js', import.meta.url));
const cases = [
  ['-e', '0'],
  [command, '--version'],
  [command, '--help'],
  [command, 'run', '--help'],
].map((args) => ({ args, wallMs: [], cpuMs: [] }));

/** The shell's `times` tells what its children took: its last line, user and system. */
function measure(args) {
  const before = performance.now();
  const { stdout } = spawnSync('/bin/sh', ['-c', '"$0" "$@" >/dev/null; times', node, ...args], {
    encoding: 'utf8',
  });
  const wallMs = performance.now() - before;
  const seconds = [...(stdout.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  return { wallMs, cpuMs: seconds.reduce((sum, [, m, s]) => sum + (Number(m) * 60 + Number(s)) * 1000, 0) };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

for (let round = 0; round < ROUNDS; round += 1) {
  for (const one of cases) {
    const { wallMs, cpuMs } = measure(one.args);
    one.wallMs.push(wallMs);
    one.cpuMs.push(cpuMs);
  }
}
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const [base] = cases;
for (const { args, wallMs, cpuMs } of cases) {
  const name = args
    .filter((arg) => arg !== command)
    .join(' ')
    .padEnd(12);
  const of = (ms, baseMs) => `${ms.toFixed(0)} ms (${(ms / baseMs).toFixed(2)} ×)`;
  const wall = of(median(wallMs), median(base.wallMs));
  console.log(`${name} wall ${wall}, processor ${of(mean(cpuMs), mean(base.cpuMs))}`);
}

// Runs the benchmarks, each beside its peer, and shows how far the goals are reached. Options: README.md.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import * as bulk from './figures/bulk.mjs';
import * as cluster from './figures/cluster.mjs';
import * as cost from './figures/cost.mjs';
import * as firstHit from './figures/first-hit.mjs';
import * as lag from './figures/lag.mjs';
import * as ledger from './figures/ledger.mjs';
import * as memory from './figures/memory.mjs';
import * as planning from './figures/plan.mjs';
import * as plugin from './figures/plugin.mjs';
import * as resume from './figures/resume.mjs';
import * as service from './figures/service.mjs';
import * as shards from './figures/shards.mjs';
import * as single from './figures/single.mjs';
import * as startup from './figures/startup.mjs';
import { goalTable } from './goals.mjs';
import { openLaboratory } from './laboratory.mjs';
import { alternate } from './measure.mjs';
import { table } from './table.mjs';

const BENCHMARKS = {
  cost,
  single,
  bulk,
  plan: planning,
  plugin,
  firstHit,
  resume,
  startup,
  lag,
  memory,
  ledger,
  shards,
  cluster,
  service,
};
const RESULTS = new URL('results/', import.meta.url);

function machine() {
  return {
    cpu: cpus()[0]?.model.trim(),
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    loadBefore: loadavg()[0],
  };
}

function commit() {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: new URL('..', import.meta.url),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      full: { type: 'boolean', default: false },
      against: { type: 'string' },
      artillery: { type: 'boolean', default: false },
    },
  });
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  const named = positionals.map((name) => name.replace('first-hit', 'firstHit'));
  const unknown = named.find((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown !== undefined || !(rounds >= 1 && seconds >= 1)) {
    const names = Object.keys(BENCHMARKS).join(', ');
    throw new Error(`expected names of ${names}, and rounds and seconds of at least 1`);
  }
  const names = named.length > 0 ? named : Object.keys(BENCHMARKS);
  const { full: isFull, against, artillery: withArtillery } = values;
  return { names, rounds, seconds, isFull, against, withArtillery };
}

async function measure(laboratory, name, options) {
  const { title, unit, plan, fewestRounds = 1, mostRounds = Infinity } = BENCHMARKS[name];
  const rounds = Math.max(fewestRounds, Math.min(mostRounds, options.rounds));
  const before = machine();
  const { conditions, sides, close } = await plan(laboratory, options);
  const onSample = (round, side, { value }) => {
    if (process.stderr.isTTY) process.stderr.write(`round ${round + 1}: ${side}: ${value.toFixed(1)}\n`);
  };
  const result = { title, unit, conditions, rounds };
  try {
    Object.assign(result, { sides: await alternate(sides, rounds, onSample) });
  } finally {
    await close?.();
  }
  process.stdout.write(table(result));
  const record = {
    name,
    at: new Date().toISOString(),
    commit: commit(),
    machine: before,
    seconds: options.seconds,
    ...result,
  };
  writeFileSync(new URL(`${name}.json`, RESULTS), `${JSON.stringify(record, undefined, 2)}\n`);
  return result;
}

const options = readOptions();
mkdirSync(RESULTS, { recursive: true });
const laboratory = await openLaboratory(options);
try {
  const results = new Map();
  for (const name of options.names) results.set(name, await measure(laboratory, name, options));
  process.stdout.write(goalTable(results, options.against));
} finally {
  await laboratory.close();
}

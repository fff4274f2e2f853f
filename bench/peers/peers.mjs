// Other load generators, sending single hits to the same server: how many a second, and at what processor time.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastJson } from '../children.mjs';

const AUTOCANNON = fileURLToPath(import.meta.resolve('autocannon'));
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const INSTALL_TIMEOUT_MS = 300_000;
const ARTILLERY_USERS = 50;
const ARTILLERY_REQUESTS_EACH = 120;

function rateOf(requests, seconds, cpuSeconds) {
  return { value: requests / seconds, 'µs CPU/hit': (cpuSeconds / requests) * 1e6 };
}

function isInstalled(program) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => spawnSync(join(folder, program), ['-v']).error === undefined);
}

/** The same bytes again and again. */
function autocannonReplay({ server, bodies, timed, timeoutFor }, connections, seconds) {
  const options = `-j -c ${connections} -d ${seconds} -m POST -H content-type=application/x-www-form-urlencoded`;
  return async () => {
    const args = [AUTOCANNON, ...options.split(' '), '-i', bodies.single.path, server.url];
    const result = await timed(process.execPath, args, {}, { timeoutMs: timeoutFor(seconds) });
    const { requests, duration, errors, non2xx } = lastJson(result);
    if (errors + non2xx > 0) throw new Error(`autocannon had ${errors + non2xx} errors`);
    return rateOf(requests.total, duration, result.cpuSeconds);
  };
}

function autocannonByFunction({ server, bodies, timed, timeoutFor }, connections, seconds) {
  return async () => {
    const args = [here('autocannon.mjs'), server.url, bodies.single.path, connections, seconds];
    const result = await timed(process.execPath, args.map(String), {}, { timeoutMs: timeoutFor(seconds) });
    const { requests, duration, errors } = lastJson(result);
    if (errors > 0) throw new Error(`autocannon had ${errors} errors`);
    return rateOf(requests, duration, result.cpuSeconds);
  };
}

function wrkWithLua({ server, bodies, timed, timeoutFor }, connections, seconds) {
  return async () => {
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', here('wrk.lua'), server.url];
    const limits = { timeoutMs: timeoutFor(seconds) };
    const { stdout, cpuSeconds } = await timed('wrk', args, { BODY: bodies.single.path }, limits);
    const [, requests, taken] = /(\d+) requests in ([\d.]+)s/.exec(stdout) ?? [];
    if (requests === undefined || /Non-2xx|Socket errors/.test(stdout))
      throw new Error(`wrk failed: ${stdout}`);
    return rateOf(Number(requests), Number(taken), cpuSeconds);
  };
}

/** Installed into the benchmark's own folder, from the registry that npm has: hundreds of packages. */
function installArtillery(dir) {
  writeFileSync(join(dir, 'package.json'), '{"private":true}');
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', 'artillery@2'];
  const { status, stderr } = spawnSync('npm', args, {
    cwd: dir,
    encoding: 'utf8',
    timeout: INSTALL_TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(`Artillery could not be installed: ${stderr}`);
  return join(dir, 'node_modules/artillery/bin/run');
}

function artilleryWithProcessor({ server, bodies, timed, timeoutFor, dir }) {
  const program = installArtillery(dir);
  const { origin, pathname } = new URL(server.url);
  const script = join(dir, 'artillery.json');
  const report = join(dir, 'artillery-report.json');
  const post = {
    url: pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    beforeRequest: 'makeHit',
  };
  writeFileSync(
    script,
    JSON.stringify({
      config: {
        target: origin,
        processor: here('artillery.cjs'),
        http: { pool: ARTILLERY_USERS },
        phases: [{ duration: 1, arrivalCount: ARTILLERY_USERS }],
      },
      scenarios: [{ flow: [{ loop: [{ post }], count: ARTILLERY_REQUESTS_EACH }] }],
    }),
  );
  return async () => {
    const env = { BODY: bodies.single.path, ARTILLERY_DISABLE_TELEMETRY: 'true' };
    const args = [program, 'run', '--quiet', '--output', report, script];
    const { cpuSeconds } = await timed(process.execPath, args, env, { timeoutMs: timeoutFor(60) });
    const { counters, firstMetricAt, lastMetricAt } = JSON.parse(readFileSync(report, 'utf8')).aggregate;
    const requests = counters['http.codes.200'] ?? 0;
    if (requests !== counters['http.requests']) throw new Error(`Artillery had ${JSON.stringify(counters)}`);
    return rateOf(requests, (lastMetricAt - firstMetricAt) / 1000, cpuSeconds);
  };
}

/** Each as `{ name, measure }`; those that are not there are named in `absent`. */
export function peersOf(laboratory, { connections, seconds, withArtillery }) {
  const hasWrk = isInstalled('wrk');
  return {
    absent: [...(hasWrk ? [] : ['wrk']), ...(withArtillery ? [] : ['Artillery (--artillery)'])],
    sides: [
      { name: 'autocannon', measure: autocannonReplay(laboratory, connections, seconds) },
      { name: 'autocannon, function', measure: autocannonByFunction(laboratory, connections, seconds) },
      ...(hasWrk ? [{ name: 'wrk, Lua', measure: wrkWithLua(laboratory, connections, seconds) }] : []),
      ...(withArtillery
        ? [{ name: 'Artillery, processor', measure: artilleryWithProcessor(laboratory) }]
        : []),
    ],
  };
}

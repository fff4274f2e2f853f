// What all benchmarks share: the server, the command and the workers, and the environment that they run in.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, prepareEarlier } from './bundle.mjs';
import { lastJson, run, runTimed, start } from './children.mjs';
import { startServer } from './server.mjs';

/** What a process may take besides the seconds that it was given, to start and to end. */
const SLACK_MS = 60_000;
/** About what the command needs until its first hit. */
const START_UP_MS = 500;
const TOKEN = '0123456789abcdef0123456789abcdef';

/** A backfill that is longer than any round: each run is stopped by time. */
const BACKFILL = {
  BACKFILL_START_DATE: '2025-01-01',
  BACKFILL_END_DATE: '2025-06-29',
  BACKFILL_MAX_VISITS_PER_DAY: '0',
  BACKFILL_MAX_VISITS_TOTAL: '0',
};

/** @param options `against`: an earlier commit to measure beside the present tree */
export async function openLaboratory({ against } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'trafficinator-bench-'));
  const built = await prepare();
  const earlier = against === undefined ? undefined : await prepareEarlier(against);
  const server = await startServer(dir);
  const base = {
    PATH: process.env.PATH,
    HOME: dir,
    MATOMO_URL: server.url,
    MATOMO_TOKEN_AUTH: TOKEN,
    SEED: 'bench',
    // The server knows no site to ask about.
    TIMEZONE: 'UTC',
    ECOMMERCE_CURRENCY: 'EUR',
  };
  let runs = 0;

  /** Each process has a state folder of its own. */
  async function node(args, env, limits) {
    const state = join(dir, `state-${runs++}`);
    mkdirSync(state);
    try {
      return await run(process.execPath, args, {
        env: { ...base, ...env, TRAFFICINATOR_STATE_DIR: state },
        cwd: dir,
        ...limits,
      });
    } finally {
      rmSync(state, { recursive: true, force: true });
    }
  }

  /** Starts the command in a state folder of its own, or one that is there; `remove` takes it away. */
  function startCommand(of, args, env, state = join(dir, `state-${runs++}`)) {
    mkdirSync(state, { recursive: true });
    const child = start(process.execPath, [of.command, ...args], {
      env: { ...base, ...env, TRAFFICINATOR_STATE_DIR: state },
      cwd: dir,
    });
    return { child, remove: () => rmSync(state, { recursive: true, force: true }) };
  }

  /** Another program, with its processor time. */
  const timed = (file, args, env, limits) =>
    runTimed(file, args, { env: { ...base, ...env }, cwd: dir, ...limits });

  const timeoutFor = (seconds) => seconds * 1000 + SLACK_MS;

  async function command(args, { env = {}, limits = {}, of = built }) {
    const result = await node([of.command, ...args], env, limits);
    const { type, hits, ...summary } = lastJson(result);
    if (type !== 'total') throw new Error(`no summary: ${result.stderr}`);
    const lost = hits.rejected + hits.failed + hits.unknown;
    if (lost > 0) throw new Error(`${lost} hits were lost: ${JSON.stringify(summary.reasons)}`);
    return { hits, ...summary, seconds: summary.durationMs / 1000, peakMb: result.peakMb };
  }

  /** Runs a bundled worker; `seconds` is how long it means to work. */
  async function work(name, args, seconds, env = {}, of = built) {
    const limits = { timeoutMs: timeoutFor(seconds) };
    return lastJson(await node([of.worker(name), ...args.map(String)], { ...BACKFILL, ...env }, limits));
  }

  return {
    server,
    /** Bodies of the average size: `{ single, bulk, hitsPerVisit }`. */
    bodies: await work('bodies', [], 0),
    dir,
    bin: built.command,
    /** What is measured, and the earlier commit where one was asked for: `{ command, worker }`. */
    built,
    earlier,
    node,
    startCommand,
    timed,
    work,
    /** The command itself, with what its last JSON line says and its peak memory. */
    command,
    /** A backfill by the command, stopped by a signal after the given seconds. */
    backfill: (args, seconds, of = built) =>
      command(['backfill', '--preset', 'medium', '--json', '--no-progress', '--yes', ...args], {
        of,
        env: BACKFILL,
        limits: { stopAfterMs: START_UP_MS + seconds * 1000, timeoutMs: timeoutFor(seconds) },
      }),
    timeoutFor,
    async close() {
      await server.stop();
      built.remove();
      earlier?.remove();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

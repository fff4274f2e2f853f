/**
 * Tries out one built program as a stranger has it, with no Node.js on the PATH and a home that cannot be written to:
 *
 *   node scripts/smoke.mjs dist-binary/trafficinator
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const TOKEN = 'a'.repeat(32);
const VISITS = 60;
const LONGEST_MS = 60_000;

function check(isTrue, what, { stdout, stderr }) {
  if (!isTrue) throw new Error(`${what}\n${stdout}\n${stderr}`);
}

/** The program in a folder of its own; nothing can be written below a home that is a file, by nobody. */
function install(program, args) {
  const folder = mkdtempSync(join(tmpdir(), 'trafficinator-smoke-'));
  const home = join(folder, 'home');
  const state = join(folder, 'state');
  const cwd = join(folder, 'work');
  mkdirSync(cwd);
  writeFileSync(home, '');
  const env = { PATH: '', HOME: home, TMPDIR: folder, NODE_NO_WARNINGS: '1' };
  const options = { cwd, encoding: 'utf8', timeout: LONGEST_MS };
  return {
    run: (command, extra = {}) =>
      spawnSync(program, [...args, ...command], { ...options, env: { ...env, ...extra } }),
    start: (command) =>
      spawn(program, [...args, ...command], { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] }),
    state,
    token: () => {
      writeFileSync(join(cwd, 'token.txt'), TOKEN);
      return 'token.txt';
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function checkVersion({ run }) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const finished = run(['--version']);
  check(
    finished.status === 0 && finished.stdout === `${version}\n`,
    `--version must print ${version}`,
    finished,
  );
}

function checkFiles({ run }) {
  const presets = run(['preset', 'list']);
  check(presets.status === 0 && /^light\b/m.test(presets.stdout), 'preset list must name light', presets);
  const funnels = run(['export-funnels']);
  check(
    funnels.status === 0 && JSON.parse(funnels.stdout).length > 0,
    'export-funnels must write funnels',
    funnels,
  );
}

function totalOf(finished, what) {
  check(finished.status === 0, `${what} must end with 0, but ended with ${finished.status}`, finished);
  return JSON.parse(finished.stdout.trimEnd().split('\n').at(-1));
}

function checkRun({ run }) {
  const command = 'run --sink --preset light --shape flat --for 3s --visits-per-day 400000 --json';
  const finished = run(command.split(' '));
  const { visits, recorded } = totalOf(finished, command);
  check(
    visits.planned > 0 && recorded.visits === visits.planned,
    `${command} must record what it plans`,
    finished,
  );
}

function checkDryRun({ run }) {
  const finished = run(
    'backfill --dry-run --preset light --days-back 1 --visits-per-day 10 --json'.split(' '),
  );
  check(totalOf(finished, 'a dry run').visits.planned === 10, 'a dry run must plan 10 visits', finished);
}

async function urlOf(sink) {
  sink.stdout.setEncoding('utf8');
  for await (const text of sink.stdout) {
    const [url] = /http:\S+/.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the sink ended without telling its address');
}

async function checkBackfill({ run, start, state, token }) {
  const sink = start(['sink', '--port', '0']);
  try {
    const command = ['backfill', '--url', await urlOf(sink), '--token-file', token(), '--timezone', 'UTC'];
    command.push('--preset', 'light', '--days-back', '1', '--visits-per-day', String(VISITS), '--json');
    const homeless = run(command);
    check(
      homeless.status === 2 && homeless.stderr.includes('TRAFFICINATOR_STATE_DIR'),
      'a ledger that cannot be written must end with 2 and name TRAFFICINATOR_STATE_DIR',
      homeless,
    );
    const finished = run(command, { TRAFFICINATOR_STATE_DIR: state });
    const { visits } = totalOf(finished, 'a backfill');
    check(visits.complete === VISITS, `a backfill must complete ${VISITS} visits`, finished);
    const again = run(command, { TRAFFICINATOR_STATE_DIR: state });
    check(
      again.status === 2 && again.stderr.includes('already sent'),
      'the ledger must remember the backfill',
      again,
    );
  } finally {
    sink.kill('SIGTERM');
  }
}

const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  console.error('usage: node scripts/smoke.mjs PROGRAM [ARG…]');
  process.exit(2);
}
const installed = install(resolve(program), args);
try {
  checkVersion(installed);
  checkFiles(installed);
  checkRun(installed);
  checkDryRun(installed);
  await checkBackfill(installed);
  console.log(`ok: ${[program, ...args].join(' ')}`);
} catch (error) {
  console.error(`FAILED: ${[program, ...args].join(' ')}: ${error.message}`);
  process.exitCode = 1;
} finally {
  installed.remove();
}

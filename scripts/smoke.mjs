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
    write: (name, text) => {
      writeFileSync(join(cwd, name), text);
      return `./${name}`;
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

/** A module as a file beside the settings, with an import of its own; what it may not do is refused. */
function checkPlugins({ run, write }) {
  const created = run(['plugin', 'new', 'rating']);
  check(created.status === 0, 'plugin new must write a plugin', created);
  const checked = run(['plugin', 'check', './rating.mjs', '--json']);
  const { plannedTwice, visits } = totalOf(checked, 'plugin check');
  const isUsed = plannedTwice === 200 && visits.byBehaviour['rating/rating'] > 0;
  check(isUsed, 'plugin check must plan visits of the plugin, twice', checked);

  write('share.mjs', "import { sep } from 'node:path';\nexport const share = sep === '' ? 0 : 1;");
  const plugin = (visit, before = '') =>
    `${before}import { share } from './share.mjs';
     export default { name: 'acme', apiVersion: 1, setup: () => ({ behaviours: { odd: { share, longestMs: 0, visit() { ${visit} } } } }) };`;
  const refusals = [
    [plugin('return [];', 'await 1;'), 'it must not use await outside of a function.'],
    [plugin('for (;;);'), 'behaviour "odd", visit 0 of 2026-03-03: did not return within 1 s.'],
    [plugin('return [Math.random()];'), 'called Math.random, which does not work in a hook.'],
  ];
  const days = 'backfill --sink --from 2026-03-03 --to 2026-03-03 --visits-per-day 10'.split(' ');
  for (const [i, [text, message]] of refusals.entries()) {
    const refused = run([...days, '--plugin', write(`odd${i}.mjs`, text)]);
    check(
      refused.status === 2 && refused.stderr.includes(message),
      `a plugin must be refused: ${message}`,
      refused,
    );
  }
}

async function urlOf(sink) {
  sink.stdout.setEncoding('utf8');
  for await (const text of sink.stdout) {
    const [url] = /http:\S+/.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the sink ended without telling its address');
}

async function checkBackfill({ run, start, state, write }) {
  const sink = start(['sink', '--port', '0']);
  try {
    const command = ['backfill', '--url', await urlOf(sink), '--token-file', write('token.txt', TOKEN)];
    command.push('--timezone', 'UTC');
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

/** The address and the one-time code that the service prints. */
function linkOf(service) {
  let text = '';
  return new Promise((resolve, reject) => {
    // Read to the end: a service whose output nobody takes ends early.
    service.stdout.setEncoding('utf8').on('data', (more) => {
      text += more;
      const [, url, code] = /Log in [^\n]*?(http:\S+)\/login#code=(\S+)\n/.exec(text) ?? [];
      if (code !== undefined) resolve({ url, code });
    });
    service.on('exit', (code) => reject(new Error(`the service ended with ${code} and told no login link`)));
  });
}

/** A browser's way in: the link's code for a cookie, then everything with that. */
async function logIn({ url, code }) {
  const post = (path, body, cookie = '') =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, cookie },
      body: JSON.stringify(body),
    });
  const session = await post('/api/v2/session', { code });
  const [cookie = ''] = (session.headers.get('set-cookie') ?? '').split(';');
  const get = (path) => fetch(url + path, { headers: { cookie } });
  return { get, post: (path, body) => post(path, body, cookie) };
}

async function checkPage({ get }) {
  const page = await get('/ui');
  const html = await page.text();
  const assets = [...html.matchAll(/(?:src|href)="(\/[^"#]+)"/g)].map(([, path]) => path);
  const statuses = await Promise.all(assets.map(async (path) => (await get(path)).status));
  const isThere = page.status === 200 && assets.length > 1 && statuses.every((status) => status === 200);
  check(isThere, `the page must load: ${assets} ${statuses}`, { stdout: html, stderr: '' });
}

async function checkServe({ start, state }) {
  const service = start(['serve', '--port', '0', '--data', state]);
  const ended = new Promise((resolve) => service.on('exit', resolve));
  try {
    const { get, post } = await logIn(await linkOf(service));
    await checkPage({ get });
    const settings = { TARGET_VISITS_PER_DAY: 400_000, VISIT_TIMING: 'compressed' };
    const preview = await post('/api/v2/previews', { settings });
    const day = await preview.text();
    check(JSON.parse(day).visits === 400_000, 'a preview must have all visits', { stdout: day, stderr: '' });
    const run = await (await post('/api/v2/runs', { preset: 'light', sink: true, settings })).json();
    const endMs = Date.now() + LONGEST_MS;
    for (;;) {
      const text = await (await get(`/api/v2/runs/${run.id}`)).text();
      if (JSON.parse(text).totals?.hits.accepted > 0) break;
      check(Date.now() < endMs, 'a run of the service must send hits', { stdout: text, stderr: '' });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    service.kill('SIGINT');
  }
  const code = await ended;
  check(code === 130, `Ctrl-C must end the service with 130, not ${code}`, { stdout: '', stderr: '' });
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
  checkPlugins(installed);
  await checkBackfill(installed);
  await checkServe(installed);
  console.log(`ok: ${[program, ...args].join(' ')}`);
} catch (error) {
  console.error(`FAILED: ${[program, ...args].join(' ')}: ${error.message}`);
  process.exitCode = 1;
} finally {
  installed.remove();
}

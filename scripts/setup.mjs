// Makes a checkout ready: installs when node_modules is missing or older than the lock file, builds when dist is.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST = [20, 19];
const SOURCES = [
  'src',
  'package-lock.json',
  'scripts/build.mjs',
  'scripts/bundle.mjs',
  'scripts/shared-files.mjs',
];
const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => join(root, path);

function fail(message, hint) {
  console.error(`error: ${message}\n  hint: ${hint}`);
  process.exit(1);
}

/** Carries out a step whose output is shown where it goes wrong. */
function step(what, command, args) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (error?.code === 'ENOENT') {
    fail(
      `${command} was not found, and ${what} needs it.`,
      'Install Node.js with npm, and see that both are on the PATH.',
    );
  }
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  fail(
    `${what} failed (${error?.message ?? signal ?? `exit code ${status}`}).`,
    `See above, or run: ${command} ${args.join(' ')}`,
  );
}

/** When a file, or the newest thing in a folder, was changed; a removed file shows in its folder. */
function changedMs(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => changedMs(join(path, name))));
}

function isNewer(product, sources) {
  return (
    existsSync(at(product)) &&
    changedMs(at(product)) >= Math.max(...sources.map((path) => changedMs(at(path))))
  );
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  fail(
    `Node.js ${OLDEST.join('.')} or newer is needed, but this is ${process.versions.node}.`,
    'Install a newer Node.js.',
  );
}
if (!isNewer('node_modules/.package-lock.json', ['package-lock.json'])) {
  console.error('installing dependencies …');
  step('installing', 'npm', ['install', '--no-fund', '--no-audit', '--loglevel=error']);
}
// The entry is written last: it is as new as the whole build.
if (!isNewer('dist/start.js', SOURCES)) step('building', process.execPath, [at('scripts/build.mjs')]);

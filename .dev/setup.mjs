// Makes a checkout ready: installs when node_modules is missing or older than the lock file, then builds.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => join(root, path);

function step(command, args) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const installed = at('node_modules/.package-lock.json');
const isFresh =
  existsSync(installed) && statSync(installed).mtimeMs >= statSync(at('package-lock.json')).mtimeMs;
if (!isFresh) {
  console.error('installing dependencies …');
  step('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
}
step(process.execPath, [at('.dev/build.mjs')]);

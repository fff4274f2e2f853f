import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SMOKE = join(ROOT, 'scripts/smoke.mjs');

function run(command: string, args: readonly string[], cwd = ROOT) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** What a smoke check says where all is well, so that anything else is shown in full. */
function ok(...program: string[]) {
  return { status: 0, stdout: `ok: ${program.join(' ')}\n`, stderr: '' };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trafficinator-package-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('works where it is installed, from any folder and with a home that cannot be written to', () => {
    const packing = run('npm', ['pack', '--silent', '--pack-destination', folder]);
    expect(packing).toMatchObject({ status: 0 });
    const tarball = join(folder, packing.stdout.trim().split('\n').at(-1) ?? '');
    const place = join(folder, 'place');
    mkdirSync(place);
    writeFileSync(join(place, 'package.json'), '{}');
    expect(run('npm', ['install', '--silent', '--prefer-offline', tarball], place)).toMatchObject({
      status: 0,
    });
    const command = join(place, 'node_modules/trafficinator/bin/trafficinator.js');
    expect(run(process.execPath, [SMOKE, process.execPath, command])).toEqual(ok(process.execPath, command));
    const typed = `import { definePlugin } from 'trafficinator/plugin';
      export default definePlugin({ name: 'acme', apiVersion: 1, setup: () => ({}) });`;
    writeFileSync(join(place, 'acme.mjs'), typed);
    const listed = run(process.execPath, [command, 'plugin', 'list', '--plugin', './acme.mjs'], place);
    expect(listed).toEqual({ status: 0, stdout: 'acme 0.0.0  ./acme.mjs\n', stderr: '' });
  });

  it('works on each version of Node.js that it is made for, and plans the same traffic to the byte', () => {
    const { status, stdout, stderr } = run(process.execPath, [join(ROOT, 'scripts/smoke-nodes.mjs')]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^ok: Node\.js 18 is refused\nok: Node\.js v20\..+\nok: Node\.js v22\..+\nok: Node\.js v24\..+\n$/,
    );
  });
});

describe('the self-contained executable', () => {
  it('works in another folder, with no Node.js on the path', () => {
    expect(run('npm', ['run', '--silent', 'build:binary'])).toMatchObject({ status: 0 });
    const binary = join(ROOT, 'dist-binary/trafficinator');
    expect(run(process.execPath, [SMOKE, binary])).toEqual(ok(binary));
  });
});

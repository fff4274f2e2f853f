import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../bin/trafficinator.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'trafficinator-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The command in a Node.js that calls itself by another version. */
function runAs(version: string) {
  const preload = join(folder, `${version}.cjs`);
  const versions = `{ ...process.versions, node: '${version}' }`;
  writeFileSync(preload, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  return spawnSync(process.execPath, ['--require', preload, COMMAND, '--version'], { encoding: 'utf8' });
}

describe('the version of Node.js', () => {
  it.each(['20.18.3', '18.20.8', '8.17.0'])('%s is refused in one sentence', (version) => {
    const { status, stdout, stderr } = runAs(version);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(
      `error: Requires Node.js 20.19 or newer, but this is ${version} (${process.execPath}).\n`,
    );
  });

  it.each(['20.19.0', '22.0.0', '26.1.0'])('%s is taken', (version) => {
    expect(runAs(version)).toMatchObject({ status: 0, stderr: '' });
  });
});

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Workplace } from './binary.ts';

const COMMAND = fileURLToPath(new URL('../../bin/trafficinator.js', import.meta.url));
const place = new Workplace();
afterAll(() => place.remove());

/** The command with standard input that comes in pieces. */
async function run(args: readonly string[], pieces: readonly string[]) {
  const env = { PATH: process.env.PATH, HOME: place.path, TRAFFICINATOR_STATE_DIR: place.path };
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: place.path, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => {});
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  for (const piece of pieces) {
    child.stdin.write(piece);
    await new Promise((resolve) => child.stdin.write('', resolve));
  }
  child.stdin.end();
  return { code: await closed, stdout, stderr };
}

const DRY = 'backfill --sink --dry-run --days-back 1 --visits-per-day 5 --json'.split(' ');

describe('standard input of the command', () => {
  it('is read to its end, however it comes', async () => {
    const pages = Array.from(
      { length: 20_000 },
      (_, i) => `https://shop.test/products/item-${i}\tItem ${i}\n`,
    );
    const { code, stdout } = await run(
      [...DRY, '--urls-file', '-', '--record', 'x'],
      [pages.slice(0, 9_999).join(''), 'https://shop.test/last', '-one\n', pages.slice(9_999).join('')],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ visits: { planned: 5 } });
    const wrong = await run([...DRY, '--urls-file', '-'], ['https://shop.test/a\n', 'non', 'sense\n']);
    expect(wrong.stderr).toMatch(/standard input line 2 must be an http\(s\) URL/);
  });

  it('is for one reader, and may be empty', async () => {
    const { code, stderr } = await run([...DRY, '--urls-file', '-', '--config', '-'], ['']);
    expect(code).toBe(2);
    expect(stderr).toContain('Only one file can be standard input (-), but --config and URLS_FILE both are.');
    expect((await run([...DRY, '--urls-file', '-'], [])).stderr).toContain(
      'standard input must contain at least one URL',
    );
  });
});

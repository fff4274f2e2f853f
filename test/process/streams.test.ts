import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Finished, STACK, Workplace } from './binary.ts';

const BINARY = fileURLToPath(new URL('../../bin/trafficinator.js', import.meta.url));
const place = new Workplace();
afterAll(() => place.remove());

const QUICK = 'backfill --sink --days-back 1 --visits-per-day 20 --json';

/** Runs a line of shell, in which `trafficinator` is the built command. */
function shell(line: string, cwd = place.path): Promise<Finished> {
  const script = `trafficinator() { "${process.execPath}" "${BINARY}" "$@"; }; set -o pipefail; ${line}`;
  const env = { PATH: process.env.PATH, HOME: place.path, TRAFFICINATOR_STATE_DIR: place.path };
  const child = spawn('bash', ['-c', script], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 300_000,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

const hasFullDevice = existsSync('/dev/full');

describe.concurrent('the command', () => {
  it.skipIf(!hasFullDevice)('says so when standard output is full, and ends with 1', async () => {
    const { code, stderr } = await shell(`trafficinator ${QUICK} >/dev/full`);
    expect(code).toBe(1);
    expect(stderr).toBe('error: standard output cannot be written (ENOSPC).\n');
  });

  it.each([
    ['standard error goes nowhere', '2>/dev/null'],
    ['standard error is closed', '2>&-'],
    ['standard input is closed', '<&-'],
    ...(hasFullDevice ? [['standard error is full', '2>/dev/full']] : []),
  ])('does its work where %s', async (_, redirection) => {
    const { code, stdout, stderr } = await shell(`trafficinator ${QUICK} ${redirection}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '').visits.complete).toBe(20);
  });

  it('shows neither colour nor bar on a dumb terminal', async () => {
    const { code, stdout, stderr } = await shell(`TERM=dumb trafficinator ${QUICK} --concurrency 201`);
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain('\u001B');
    expect(stderr).toMatch(/^warning: More than 200 requests/);
  });

  it('wraps at 80 columns on a terminal that does not say how wide it is', async () => {
    const command = `'${process.execPath}' '${BINARY}' demonstrate`;
    const { stdout } = await shell(`SHELL=/bin/sh NO_COLOR=1 script -qec "${command}" /dev/null </dev/null`);
    expect(stdout.split('\r\n')[0]).toBe("error: unknown command 'demonstrate'");
  });

  it('names the folder that it was started in when that is gone', async () => {
    mkdirSync(place.file('gone'), { recursive: true });
    const line = 'rmdir "$PWD"; trafficinator --version && trafficinator history';
    const { code, stdout, stderr } = await shell(line, place.file('gone'));
    expect(code).toBe(2);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(stderr).toMatch(/^error: The current folder no longer exists\.\n {2}hint: /);
    expect(stderr).not.toMatch(STACK);
  });

  it.skipIf(!existsSync('/proc/self'))('refuses a state folder that cannot be made', async () => {
    const { code, stderr } = await shell('TRAFFICINATOR_STATE_DIR=/proc/none/such trafficinator history');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: The ledger \/proc\/none\/such\/ledger\.db cannot be written \(ENOENT/);
    expect(stderr).not.toMatch(STACK);
  });

  it('makes a state folder with all that is above it', async () => {
    rmSync(place.file('deep'), { recursive: true, force: true });
    const { code } = await shell('TRAFFICINATOR_STATE_DIR=deep/er/est trafficinator history');
    expect(code).toBe(0);
    expect(existsSync(place.file('deep/er/est/ledger.db'))).toBe(true);
  });
});

it('text in a pipe is as wide as COLUMNS says, else 80', async () => {
  const longest = async (line: string) => {
    const { code, stdout } = await shell(line);
    expect(code).toBe(0);
    return Math.max(...stdout.split('\n').map(({ length }) => length));
  };
  expect(await longest('trafficinator run --help | cat')).toBeLessThanOrEqual(80);
  expect(await longest('COLUMNS=100 trafficinator run --help | cat')).toBeGreaterThan(80);
  expect(await longest('COLUMNS=x trafficinator run --help | cat')).toBeLessThanOrEqual(80);
});

describe('a command that waits for what never comes', () => {
  it('says so and ends with 1, not as if all were done', async () => {
    const deaf = 'import net from "node:net"; net.Server.prototype.listen = function () { return this; };';
    const { code, stderr } = await shell(
      `'${process.execPath}' --import 'data:text/javascript,${deaf}' '${BINARY}' sink --port 0`,
    );
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'error: the command stopped before it was finished, because nothing was left that it could wait for.\n',
    });
  });
});

import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import {
  BALANCED,
  balanceOf,
  type Env,
  jsonLines,
  openTarget,
  STACK,
  SUPER_TOKEN,
  Workplace,
  withTarget,
} from '../binary.ts';

const WRONG_TOKEN = 'd'.repeat(32);
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  run: ['run', '--stop-after', '5'],
  backfill: ['backfill', '--days-back', '2', '--visits-per-day', '50'],
  validate: ['validate'],
};
const PLAIN = { RANDOMIZE_VISITOR_COUNTRIES: 'false' };

const place = new Workplace();
afterAll(() => place.remove());

/**
 * Runs the command against the address; it must fail in words and with a remedy, and print no summary. What validate
 * finds is its result, on standard output.
 */
async function failure(command: string, url: string, env: Env = PLAIN, more: readonly string[] = []) {
  const { code, stdout, stderr } = await place.run(
    [...(COMMANDS[command] ?? []), '--url', url, ...more],
    env,
  );
  const told = command === 'validate' ? stdout + stderr : stderr;
  expect(told).not.toMatch(STACK);
  expect(told).toMatch(/^error:? .+\n +hint:? .+/m);
  if (command !== 'validate') expect(stdout).toBe('');
  return { code, told, all: stdout + stderr };
}

describe.concurrent('a target that cannot take hits', () => {
  it.each(Object.keys(COMMANDS))('that refuses the connection ends %s with 3', async (command) => {
    const { url, close } = await openTarget();
    await close();
    const { code, told } = await failure(command, url);
    expect(told).toContain(`${new URL(url).host} refused the connection`);
    expect(code).toBe(3);
  });

  it('that has a certificate of its own making ends the run with 3', async () => {
    const pem = (ending: string) => readFileSync(new URL(`fixtures/self-signed.${ending}`, import.meta.url));
    let requests = 0;
    const server = createServer({ key: pem('key'), cert: pem('crt') }, () => requests++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address: AddressInfo | string | null = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, told } = await failure('run', `https://127.0.0.1:${port}`);
    server.close();
    expect(told).toMatch(/The certificate of 127\.0\.0\.1:\d+ is not trusted/);
    expect(code).toBe(3);
    expect(requests).toBe(0);
  });

  it.each(Object.keys(COMMANDS))('that answers with a web page ends %s with 3', (command) =>
    withTarget(async ({ url, faults }) => {
      faults.inject({ kind: 'html' });
      const { code, told } = await failure(command, url);
      expect(told).toMatch(/does not look like a Matomo: it responded with HTTP 200/);
      expect(code).toBe(3);
    }),
  );

  it('that never answers ends the run with 3 once the time is up', () =>
    withTarget(async ({ url, faults }) => {
      faults.inject({ kind: 'hang', isProcessed: false });
      const { code, told } = await failure('run', url, { ...PLAIN, RESPONSE_TIMEOUT: '0.5' });
      expect(told).toMatch(/accepted the request but did not answer within 0\.5 s/);
      expect(code).toBe(3);
    }));

  it('that does not record ends the run with 3', () =>
    withTarget(async ({ url, faults }) => {
      faults.inject({ kind: 'recording-off' });
      const { code, told } = await failure('run', url);
      expect(told).toMatch(/recording turned off/);
      expect(code).toBe(3);
    }));

  it('that goes down ends a backfill with 3 once nothing was taken for too long', () =>
    withTarget(async ({ url, faults }) => {
      faults.afterProbe = { kind: 'unavailable' };
      const volume = '--days-back 2 --visits-per-day 1000 --concurrency 2 --json'.split(' ');
      const env = { MATOMO_TOKEN_AUTH: SUPER_TOKEN, RETRY_ATTEMPTS: '0', STALL_TIMEOUT: '4' };
      const finished = await place.run(['backfill', ...volume, '--url', url], env);
      expect(finished.code).toBe(3);
      expect(finished.stderr).toMatch(/^error: .+\n {2}hint: .+/m);
      expect(finished.stderr).not.toMatch(STACK);
      const { total } = jsonLines(finished);
      expect(total.hits.unknown).toBeGreaterThan(0);
      expect(total.hits.accepted).toBe(0);
      expect(balanceOf(total)).toEqual(BALANCED);
    }));

  it.each(Object.keys(COMMANDS))('that refuses the token ends %s with 4', (command) =>
    withTarget(async ({ url, sink }) => {
      const record = command === 'validate' ? [] : ['--record', `${command}.jsonl`];
      const { code, told, all } = await failure(command, url, { MATOMO_TOKEN_AUTH: WRONG_TOKEN }, record);
      expect(told).toMatch(/^error.* token /im);
      expect(all).not.toContain(WRONG_TOKEN);
      expect(code).toBe(4);
      expect(sink.recorded().recorded).toBe(0);
      if (record[1] !== undefined) expect(readFileSync(place.file(record[1]), 'utf8')).toBe('');
    }),
  );
});

describe.concurrent('a token', () => {
  const SOURCES: readonly (readonly [string, readonly string[], Env])[] = [
    ['a file', ['--token-file', 'token.txt', '--json'], {}],
    ['a configuration file', ['--config', 'shop.yaml', '--batch-size', '1'], { LOG_LEVEL: 'debug' }],
    ['the environment', [], { MATOMO_TOKEN_AUTH: SUPER_TOKEN }],
  ];
  // Before any of the commands reads them, which run at the same time.
  place.write('token.txt', `${SUPER_TOKEN}\n`);
  place.write('shop.yaml', `matomo:\n  tokenAuth: ${SUPER_TOKEN}\n`);

  it.each(SOURCES)('from %s appears in no output and in no record', (source, args, env) =>
    withTarget(async ({ url, sink }) => {
      const record = `${source}.jsonl`;
      const common = ['--timezone', 'UTC', '--url', url, '--record', record];
      const all = [...(COMMANDS.backfill ?? []), ...common, ...args];
      const { code, stdout, stderr } = await place.run(all, env);
      expect(code).toBe(0);
      expect(sink.recorded().visits).toBe(100);
      const text = readFileSync(place.file(record), 'utf8');
      expect(text.split('\n').length).toBeGreaterThan(2);
      expect(`${stdout}${stderr}${text}`).not.toContain(SUPER_TOKEN);
    }),
  );
});

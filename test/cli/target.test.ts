import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BALANCED,
  balanceOf,
  jsonLines,
  openTarget,
  STACK,
  SUPER_TOKEN,
  type Target,
  Workplace,
} from './binary.ts';

const WRONG_TOKEN = 'd'.repeat(32);
const COMMANDS = {
  run: ['run', '--stop-after', '5'],
  backfill: ['backfill', '--days-back', '2', '--visits-per-day', '50'],
  validate: ['validate'],
};
const PLAIN = { RANDOMIZE_VISITOR_COUNTRIES: 'false' };

describe('a target that cannot take hits', () => {
  const place = new Workplace();
  let target: Target;
  beforeEach(async () => {
    target = await openTarget();
  });
  afterEach(() => target.close());
  afterAll(() => place.remove());

  async function ends(args: readonly string[], env = {}): Promise<{ code: number | null; stderr: string }> {
    const { code, stdout, stderr } = await place.run(args, env);
    expect(stderr).not.toMatch(STACK);
    expect(stderr).toMatch(/^ {2}hint: /m);
    if (args[0] !== 'validate') expect(stdout).toBe('');
    return { code, stderr };
  }

  it.each(Object.values(COMMANDS))('that refuses the connection ends %s with 3', async (...command) => {
    await target.close();
    const { code, stderr } = await ends([...command, '--url', target.url]);
    expect(stderr).toContain(`${new URL(target.url).host} refused the connection`);
    expect(code).toBe(3);
  });

  it('that has a certificate of its own making ends the run with 3', async () => {
    const pem = (ending: string) => readFileSync(new URL(`fixtures/self-signed.${ending}`, import.meta.url));
    let requests = 0;
    const server = createServer({ key: pem('key'), cert: pem('crt') }, () => requests++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address: AddressInfo | string | null = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, stderr } = await ends([...COMMANDS.run, '--url', `https://127.0.0.1:${port}`]);
    server.close();
    expect(stderr).toMatch(/The certificate of 127\.0\.0\.1:\d+ cannot be trusted/);
    expect(code).toBe(3);
    expect(requests).toBe(0);
  });

  it.each(Object.values(COMMANDS))('that answers with a web page ends %s with 3', async (...command) => {
    target.faults.inject({ kind: 'html' });
    const { code, stderr } = await ends([...command, '--url', target.url], PLAIN);
    expect(stderr).toMatch(/does not answer as Matomo does: HTTP 200/);
    expect(code).toBe(3);
  });

  it('that never answers ends the run with 3 once the time is up', async () => {
    target.faults.inject({ kind: 'hang', isProcessed: false });
    const env = { ...PLAIN, RESPONSE_TIMEOUT: '0.5' };
    const { code, stderr } = await ends([...COMMANDS.run, '--url', target.url], env);
    expect(stderr).toMatch(/accepted the request but did not answer within 0\.5 s/);
    expect(code).toBe(3);
  });

  it('that does not record ends the run with 3', async () => {
    target.faults.inject({ kind: 'recording-off' });
    const { code, stderr } = await ends([...COMMANDS.run, '--url', target.url], PLAIN);
    expect(stderr).toMatch(/recording switched off/);
    expect(code).toBe(3);
  });

  it('that goes down ends a backfill with 3 and a summary of what is known', async () => {
    target.faults.afterProbe = { kind: 'unavailable' };
    const token = place.write('token.txt', `${SUPER_TOKEN}\n`);
    const args = [...COMMANDS.backfill, '--url', target.url, '--token-file', token, '--json'];
    const finished = await place.run(args, { RETRY_ATTEMPTS: '0' });
    expect(finished.code).toBe(3);
    expect(finished.stderr).toMatch(/^error: .+\n {2}hint: .+/m);
    expect(finished.stderr).not.toMatch(STACK);
    const { total } = jsonLines(finished);
    expect(total.hits.failed).toBeGreaterThan(0);
    expect(total.hits.accepted).toBe(0);
    expect(balanceOf(total)).toEqual(BALANCED);
  });

  it.each(Object.values(COMMANDS))('that refuses the token ends %s with 4', async (...command) => {
    const env = { MATOMO_TOKEN_AUTH: WRONG_TOKEN };
    const record = command[0] === 'validate' ? [] : ['--record', 'refused.jsonl'];
    const { code, stderr } = await ends([...command, '--url', target.url, ...record], env);
    expect(stderr).toMatch(/^error: The token may not send/m);
    expect(stderr).not.toContain(WRONG_TOKEN);
    expect(code).toBe(4);
    expect(target.sink.recorded().recorded).toBe(0);
    if (record.length > 0) expect(readFileSync(place.file('refused.jsonl'), 'utf8')).toBe('');
  });

  it('that refuses access in the middle ends the run with 4', async () => {
    target.faults.afterProbe = { kind: 'error' };
    const args = [...COMMANDS.backfill, '--url', target.url, '--json'];
    const env = { MATOMO_TOKEN_AUTH: SUPER_TOKEN, RETRY_ATTEMPTS: '0' };
    const finished = await place.run(args, env);
    expect(finished.code).toBe(3);
    expect(finished.stdout + finished.stderr).not.toContain(SUPER_TOKEN);
  });
});

describe('a token', () => {
  it('appears in no output and in no record, wherever it comes from', async () => {
    const place = new Workplace();
    const target = await openTarget();
    place.write('token.txt', `${SUPER_TOKEN}\n`);
    place.write('shop.yaml', `matomo:\n  tokenAuth: ${SUPER_TOKEN}\n`);
    const common = [...COMMANDS.backfill, '--url', target.url, '--record', 'sent.jsonl'];
    for (const [args, env] of [
      [['--token-file', 'token.txt', '--json'], {}],
      [['--config', 'shop.yaml', '--batch-size', '1'], { LOG_LEVEL: 'debug' }],
      [[], { MATOMO_TOKEN_AUTH: SUPER_TOKEN }],
    ] as const) {
      const { code, stdout, stderr } = await place.run([...common, ...args], env);
      expect(code).toBe(0);
      const record = readFileSync(place.file('sent.jsonl'), 'utf8');
      expect(record.split('\n').length).toBeGreaterThan(2);
      expect(`${stdout}${stderr}${record}`).not.toContain(SUPER_TOKEN);
      expect(`${stdout}${stderr}${record}`).not.toContain(encodeURIComponent(SUPER_TOKEN));
    }
    await target.close();
    place.remove();
  });
});

/** Requests of every kind over the table of routes: none may break the service, hang it, or make it tell a secret. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../src/server/http/route.ts';
import { routes } from '../../src/server/routes/routes.ts';
import { openTestServer, type TestServer } from './harness.ts';

const TOKEN = 'f'.repeat(32);
const RUNS = Number(process.env.TEST_FUZZ ?? 600);

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ env: { MATOMO_TOKEN_AUTH: TOKEN } });
});
afterAll(() => server.end());

/** They start processes or stay open: tested elsewhere. */
const LEFT_OUT =
  /stream|previews$|targets\/check|backfill-plans$|\/verification|test-connection|notifications\/.*test|api\/(re)?start|v2\/runs$|backfill\/run|schedules\/\{id\}\/start/;
const asked = routes.filter(({ path }) => !LEFT_OUT.test(path));

const nasty = fc.constantFrom(
  '',
  '0',
  '-1',
  '1e309',
  '9007199254740993',
  'null',
  '../../etc/passwd',
  '..%2f..%2fsecrets.key',
  '__proto__',
  'constructor',
  '<script>alert(1)</script>',
  "'; drop table job; --",
  'a\r\nset-cookie: x=1',
  '\u0000',
  '\ud800',
  '💥'.repeat(50),
  'x'.repeat(5000),
);
const word = fc.oneof(nasty, fc.string({ maxLength: 30 }));
const key = fc.constantFrom(
  'name',
  'description',
  'config',
  'content',
  'steps',
  'probability',
  'settings',
  'preset',
  'cron',
  'kind',
  'url',
  'digest',
  'visits',
  'container_name',
  'key',
  'code',
  'type',
  'command',
  '__proto__',
  'category',
  'action',
  'value',
);
const body = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(key, word), tie('value'), { maxKeys: 6 }),
  ),
})).value;

const request = fc.record({
  route: fc.constantFrom(...asked),
  segment: word,
  query: fc.dictionary(
    fc.constantFrom('limit', 'lines', 'filter', 'timeout', 'before', 'format', 'text', 'resolution'),
    word,
    {
      maxKeys: 3,
    },
  ),
  body: fc.option(
    fc.oneof(
      body.map((value) => JSON.stringify(value)),
      word,
    ),
    { nil: undefined },
  ),
  ifMatch: fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), { nil: undefined }),
});

/** `fetch` sends nothing else. */
const wellFormed = (text: string) => Buffer.from(text).toString();

function pathOf({ path }: Route, segment: string, query: Readonly<Record<string, string>>): string {
  const encoded = encodeURIComponent(wellFormed(segment)) || '1';
  const pairs = Object.entries(query).map(([name, value]) => [name, wellFormed(value)] as [string, string]);
  return `${path.replace(/\{\w+\}/g, encoded)}?${new URLSearchParams(pairs)}`;
}

describe('any request', () => {
  it(`is answered without an error of ours, and without a secret (${RUNS} requests)`, {
    timeout: 600_000,
  }, async () => {
    const secrets = [TOKEN, server.key, server.readKey];
    await fc.assert(
      fc.asyncProperty(request, async ({ route, segment, query, body: text, ifMatch }) => {
        const {
          status,
          text: answer,
          headers,
        } = await server.ask(pathOf(route, segment, query), {
          method: route.method.toUpperCase(),
          ...(text === undefined || route.method === 'get' ? {} : { body: wellFormed(text) }),
          ...(ifMatch ? { headers: { 'if-match': ifMatch } } : {}),
          key: server.key,
        });
        expect(status).toBeLessThan(500);
        expect(headers.get('set-cookie') ?? '').not.toContain('x=1');
        for (const secret of secrets) expect(answer.includes(secret)).toBe(false);
        expect(headers.get('x-content-type-options')).toBe('nosniff');
      }),
      { numRuns: RUNS },
    );
    expect((await server.ask('/ready', { key: undefined })).status).toBe(200);
    expect(({} as Record<string, unknown>).name).toBeUndefined();
  });
});

/** Requests of every kind over the OpenAPI document: none may break the service, hang it, or make it tell a secret. */
import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../src/server/http/route.ts';
import { routes } from '../../src/server/routes/routes.ts';
import { type Schema, valuesOf } from './from-schema.ts';
import { openTestServer, type TestServer } from './harness.ts';

const TOKEN = 'f'.repeat(32);
const RUNS = Number(process.env.TEST_FUZZ ?? 400);

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

/** Of the calls of the document, with every reference resolved. */
const schemas = new Map<string, Schema>();

async function readDocument(): Promise<void> {
  const { text } = await server.ask('/openapi.json', { key: undefined });
  const validator = new Validator();
  const { valid } = await validator.validate(JSON.parse(text));
  expect(valid).toBe(true);
  const { paths } = validator.resolveRefs() as {
    paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>;
  };
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { requestBody }] of Object.entries(methods)) {
      const schema = requestBody?.content['application/json']?.schema;
      if (schema) schemas.set(`${method} ${path}`, schema);
    }
  }
}

const anyBody = fc.oneof(
  body.map((value) => JSON.stringify(value)),
  word,
);

/** Two of three bodies are such as the document describes, with a wild value here and there. */
function bodyFor({ method, path }: Route): fc.Arbitrary<string> {
  const schema = schemas.get(`${method} ${path}`);
  if (!schema) return anyBody;
  const described = valuesOf(schema, body).map((value) => JSON.stringify(value) ?? '');
  return fc.oneof({ weight: 2, arbitrary: described }, { weight: 1, arbitrary: anyBody });
}

const bodies = new Map<Route, fc.Arbitrary<string>>();
function bodyOf(route: Route): fc.Arbitrary<string> {
  const known = bodies.get(route) ?? bodyFor(route);
  bodies.set(route, known);
  return known;
}

const requestTo = (route: Route) =>
  fc.record({
    route: fc.constant(route),
    segment: word,
    query: fc.dictionary(
      fc.constantFrom('limit', 'lines', 'filter', 'timeout', 'before', 'format', 'text', 'resolution'),
      word,
      {
        maxKeys: 3,
      },
    ),
    body: fc.option(bodyOf(route), { nil: undefined, freq: 10 }),
    ifMatch: fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), { nil: undefined }),
  });
const request = fc.constantFrom(...asked).chain(requestTo);

/** `fetch` sends nothing else. */
const wellFormed = (text: string) => Buffer.from(text).toString();

function pathOf({ path }: Route, segment: string, query: Readonly<Record<string, string>>): string {
  const encoded = encodeURIComponent(wellFormed(segment)) || '1';
  const pairs = Object.entries(query).map(([name, value]) => [name, wellFormed(value)] as [string, string]);
  return `${path.replace(/\{\w+\}/g, encoded)}?${new URLSearchParams(pairs)}`;
}

describe('any request', () => {
  it(`is answered without an error of ours, and without a secret (${RUNS} requests)`, {
    timeout: Math.max(60_000, RUNS * 150),
  }, async () => {
    await readDocument();
    expect(schemas.size).toBeGreaterThan(20);
    const statuses = new Map<number, number>();
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
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect(status).toBeLessThan(500);
        expect(headers.get('set-cookie') ?? '').not.toContain('x=1');
        for (const secret of secrets) expect(answer.includes(secret)).toBe(false);
        expect(headers.get('x-content-type-options')).toBe('nosniff');
      }),
      { numRuns: RUNS },
    );
    // Not all of them stop at the door.
    expect((statuses.get(200) ?? 0) / RUNS).toBeGreaterThan(0.1);
    if (RUNS > 1000) console.log(`statuses: ${JSON.stringify(Object.fromEntries(statuses))}`);
    expect((await server.ask('/ready', { key: undefined })).status).toBe(200);
    expect(({} as Record<string, unknown>).name).toBeUndefined();
  });
});

import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECTIONS } from '../../src/report/sections.ts';
import { routes } from '../../src/server/routes/routes.ts';
import { openTestServer, type TestServer } from './harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.end());

const pathOf = (path: string) => path.replace(/\{\w+\}/g, '1');
const guarded = routes.filter(({ role }) => role !== 'open');
const named = (list: typeof routes) =>
  list.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const);

describe('every route', () => {
  it.each(named(guarded.filter(({ isOpenToLoopback }) => !isOpenToLoopback)))(
    '%s needs a key, before its body is read',
    async (_, { method, path }) => {
      const answer = await server.ask(pathOf(path), {
        method: method.toUpperCase(),
        key: undefined,
        ...(method === 'get' ? {} : { body: '{not json' }),
      });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('ApiKey');
    },
  );

  it.each(named(routes.filter(({ role }) => role === 'write')))(
    '%s is refused to the read-only key',
    async (_, { method, path }) => {
      const answer = await server.ask(pathOf(path), { method: method.toUpperCase(), key: server.readKey });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('read-only');
    },
  );

  it('is in the OpenAPI document, once, with its answers', async () => {
    const { json } = await server.ask('/openapi.json', { key: undefined });
    const { openapi, paths } = json as { openapi: string; paths: Record<string, Record<string, unknown>> };
    expect(openapi).toBe('3.1.0');
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('is described in a document that the OpenAPI 3.1 schema accepts, with every reference in it', async () => {
    const { text } = await server.ask('/openapi.json', { key: undefined });
    const check = async (document: Record<string, unknown>) => {
      const validator = new Validator();
      const { valid, errors } = await validator.validate(document);
      return {
        valid,
        errors,
        version: validator.version,
        resolved: valid ? validator.resolveRefs() : undefined,
      };
    };
    const { valid, errors, version, resolved } = await check(JSON.parse(text));
    expect({ valid, errors, version }).toEqual({ valid: true, errors: undefined, version: '3.1' });
    expect(JSON.stringify(resolved)).not.toContain('"$ref"');
    // The validator sees what is wrong.
    const broken = JSON.parse(text);
    broken.paths['/api/status'].get.responses['200'] = { content: 7 };
    expect((await check(broken)).valid).toBe(false);
  });

  it('that changes something is no GET', () => {
    expect(routes.filter(({ role, method }) => role === 'write' && method === 'get')).toEqual([]);
  });

  it('is shown on a page that asks no other host', async () => {
    const { text, headers } = await server.ask('/docs', { key: undefined });
    expect(text).toContain('/api/v2/runs');
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('the icon', () => {
  it('is where browsers look for it, also for those who have not logged in', async () => {
    const { status, headers, text } = await server.ask('/favicon.ico', { key: undefined });
    expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(text).toMatch(/^<svg /);
  });
});

describe('the documents', () => {
  it('have the section that a reason names, as text that no browser takes for a page', async () => {
    const { status, text, headers } = await server.ask('/documents/troubleshooting.md');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    for (const section of Object.values(SECTIONS)) expect(text).toContain(`### ${section}\n`);
  });

  it('are those of this installation and nothing else', async () => {
    for (const file of ['nothing.md', 'troubleshooting', '..md', 'decisions']) {
      expect((await server.ask(`/documents/${file}`)).status, file).toBe(404);
    }
  });
});

describe('what is not there', () => {
  it.each([
    ['an unknown path', 'GET', '/api/nothing', 404, { detail: 'Not Found' }],
    ['another method', 'PUT', '/api/status', 405, { detail: 'Method Not Allowed' }],
  ])('%s is told in the predecessor’s words', async (_, method, path, status, body) => {
    const answer = await server.ask(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual(body);
  });

  it('in version 2 is told as problem details', async () => {
    const { status, headers, json } = await server.ask('/api/v2/runs/77');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(json).toMatchObject({ status: 404, code: 'not-found', detail: 'Run not found' });
  });

  it('a trailing slash leads to the path without', async () => {
    const { status, headers } = await server.ask('/api/status/?a=1');
    expect([status, headers.get('location')]).toEqual([307, '/api/status?a=1']);
  });
});

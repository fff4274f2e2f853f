/** Two people who edit the same thing: whoever comes second is told, and overwrites nothing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.end());

const STEPS = [{ type: 'pageview', url: 'https://shop.example/' }];
const EVENT = { category: 'Form', action: 'Submit', name: 'Order' };
const eventsOf = (name: string) => ({
  content: JSON.stringify({ click_events: [{ ...EVENT, name }], random_events: [EVENT] }),
});
const pagesOf = (name: string) => ({ content: `https://shop.example/${name}\t${name}` });
const nightly = (name: string) => ({ name, cron: '30 2 * * *', command: 'run', sink: true });

interface Edited {
  /** Makes what is edited. @returns where it is looked at, and where and how it is changed */
  make(): Promise<{ look: string; change: string; method: string; body(name: string): unknown }>;
}

const created = async (path: string, body: unknown) => {
  const { status, json, text } = await server.ask(path, { body });
  expect([201, 200], text).toContain(status);
  return `${path}/${(json as { id: number }).id}`;
};
const byId = async (path: string, body: (name: string) => unknown) => {
  const own = await created(path, body('first'));
  return { look: own, change: own, method: 'PUT', body };
};

const things: Readonly<Record<string, Edited>> = {
  'a preset': { make: () => byId('/api/presets', (name) => ({ name, config: { concurrency: 3 } })) },
  'a funnel': { make: () => byId('/api/funnels', (name) => ({ name, probability: 0.1, steps: STEPS })) },
  'a schedule': { make: () => byId('/api/v2/schedules', nightly) },
  pages: {
    make: async () => {
      await server.ask('/api/urls', { body: pagesOf('first') });
      return { look: '/api/urls', change: '/api/urls', method: 'POST', body: pagesOf };
    },
  },
  events: {
    make: async () => {
      await server.ask('/api/events', { body: eventsOf('first') });
      return { look: '/api/events', change: '/api/events', method: 'POST', body: eventsOf };
    },
  },
};

describe.each(Object.entries(things))('%s', (_, { make }) => {
  it('that somebody else has changed meanwhile is not overwritten', async () => {
    const { look, change, method, body } = await make();
    const etag = (await server.ask(look)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^(W\/)?"/);
    const save = (name: string, match: string) =>
      server.ask(change, { method, body: body(name), headers: { 'if-match': match } });
    expect((await save('theirs', etag)).status).toBe(200);
    const late = await save('mine', etag);
    expect(late.status).toBe(412);
    const now = await server.ask(look);
    expect(now.text).toContain('theirs');
    expect(now.text).not.toContain('mine');
    expect((await save('mine', now.headers.get('etag') ?? '')).status).toBe(200);
    expect((await server.ask(look)).text).toContain('mine');
  });
});

describe('what somebody has changed on the disk', () => {
  it.each([
    ['/api/urls', 'urls.txt', pagesOf('first'), 'https://shop.example/disk\tdisk\n'],
    ['/api/events', 'events.json', eventsOf('first'), eventsOf('disk').content],
  ])('is not overwritten by %s either', async (path, file, first, changed) => {
    await server.ask(path, { body: first });
    const etag = (await server.ask(path)).headers.get('etag') ?? '';
    writeFileSync(join(server.folder, file), changed);
    const late = await server.ask(path, { body: first, headers: { 'if-match': etag } });
    expect(late.status).toBe(412);
    expect((await server.ask(path)).text).toContain('disk');
  });
});

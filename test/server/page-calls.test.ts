/** Nothing that the API does is missing on the page, unless a reason says why. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { routes } from '../../src/server/routes/routes.ts';

const WEB = fileURLToPath(new URL('../../src/web/', import.meta.url));

/** Calls that the page makes in another way than by its typed client: what stands for each in the source of the page. */
const OTHER_WAYS: Readonly<Record<string, string>> = {
  'get /api/v2/stream': "new EventSource('/api/v2/stream",
  'get /api/v2/runs/{id}/report': '/report`}',
  'get /api/v2/runs/{id}/summary': "path: 'summary'",
  'get /api/v2/runs/{id}/days.csv': "path: 'days.csv'",
  'get /api/urls': "storeFile('/api/urls'",
  'post /api/urls': "storeFile('/api/urls'",
  'post /api/urls/validate': "storeFile('/api/urls'",
  'delete /api/urls': "storeFile('/api/urls'",
  'get /api/events': "storeFile('/api/events'",
  'post /api/events': "storeFile('/api/events'",
  'post /api/events/validate': "storeFile('/api/events'",
  'delete /api/events': "storeFile('/api/events'",
};

const OF_PREDECESSOR = 'for clients of the earlier control service; the page uses the calls of version 2';

/** Calls that the page does not make, and why. */
const NOT_ON_THE_PAGE: Readonly<Record<string, string>> = {
  'post /api/v2/session': 'the login page makes it, which is not part of the page',
  'get /api/v2/runs/{id}/days': 'the report and days.csv of a run have the same days',
  'get /api/v2/backfill-plans/{id}': 'the list of plans has all of each',
  'get /api/presets': 'GET /api/v2/presets has the built-in ones too',
  'get /api/presets/{id}': 'GET /api/v2/presets/{name} has the same values',
  'put /api/events/{id}': 'the editor saves all events together',
  'delete /api/events/{id}': 'the editor saves all events together',
  'post /api/config/apply': OF_PREDECESSOR,
  'post /api/validate': OF_PREDECESSOR,
  'post /api/test-connection': OF_PREDECESSOR,
  'get /api/status': OF_PREDECESSOR,
  'get /api/logs': OF_PREDECESSOR,
  'post /api/start': OF_PREDECESSOR,
  'post /api/stop': OF_PREDECESSOR,
  'post /api/restart': OF_PREDECESSOR,
  'post /api/backfill/run': OF_PREDECESSOR,
  'get /api/backfill/status': OF_PREDECESSOR,
  'post /api/backfill/cancel': OF_PREDECESSOR,
  'post /api/backfill/cleanup': OF_PREDECESSOR,
  'get /api/backfill/last': OF_PREDECESSOR,
};

const source = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('api/schema.ts'))
  .map((name) => readFileSync(WEB + name, 'utf8'))
  .join('\n');

const made = [...source.matchAll(/\bcall\(\s*'(\w+)',\s*'([^']+)'/g)].map(
  ([, method, path]) => `${method} ${path}`,
);
const known = routes.map(({ method, path }) => `${method} ${path}`);
const ofApi = known.filter((operation) => operation.includes(' /api/'));

describe('calls of the API', () => {
  it('are all made by the page, or left out for a reason', () => {
    const found = new Set([...made, ...Object.keys(OTHER_WAYS), ...Object.keys(NOT_ON_THE_PAGE)]);
    expect(ofApi.filter((operation) => !found.has(operation))).toEqual([]);
    expect(made.length).toBeGreaterThan(50);
  });

  it('that the page makes in other ways are in its source', () => {
    for (const [operation, text] of Object.entries(OTHER_WAYS)) expect(source, operation).toContain(text);
  });

  it('that are left out are there, and really not made', () => {
    const left = Object.keys(NOT_ON_THE_PAGE);
    expect(left.filter((operation) => !known.includes(operation) || made.includes(operation))).toEqual([]);
    expect(Object.keys(OTHER_WAYS).filter((operation) => !known.includes(operation))).toEqual([]);
  });

  it('that the page makes exist', () => {
    expect(made.filter((operation) => !known.includes(operation))).toEqual([]);
  });
});

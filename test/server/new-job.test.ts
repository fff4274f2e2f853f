import { parse } from 'dotenv';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type NewJob, newJobRow, repetitionOf } from '../../src/server/jobs/new-job.ts';
import type { JobRow } from '../../src/server/store/job-store.ts';
import { openTestServer, type TestServer } from './harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ env: { CONCURRENCY: '7' } });
});
afterAll(() => server.end());

const AT = { createdMs: 0, newestRun: 0 };
const FACTS = {
  id: 1,
  state: 'stopped',
  isWanted: false,
  startedMs: 1,
  endedMs: 2,
  exitCode: 0,
  error: null,
  pid: null,
  restarts: 0,
  outcome: null,
} as const;

it('a run that is started again has the preset, and the origins of its settings, of the first one', async () => {
  const request: NewJob = {
    ...{ command: 'run', presets: ['heavy'], isSink: true, name: undefined, shards: 1, again: false },
    ...{ verify: false, remembersTokens: false, source: 'test' },
    given: new Map([['PAGEVIEWS_MIN', '2']]),
  };
  const { jobs } = server.service;
  const first = newJobRow(request, await jobs.resolve(request), AT);
  expect(first.request.presets).toEqual(['heavy']);
  expect(first.request.origins).toMatchObject({
    PAGEVIEWS_MIN: 'request',
    PAGEVIEWS_MAX: 'preset heavy',
    CONCURRENCY: 'preset heavy',
  });
  const row: JobRow = { ...FACTS, ...first };
  const again = { ...repetitionOf(row, new Map()), remembersTokens: false, source: 'test' };
  const second = newJobRow(again, await jobs.resolve(again), AT);
  expect(second.request).toEqual(first.request);
  expect(parse(second.settings)).toEqual(parse(first.settings));
});

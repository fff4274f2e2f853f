import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFacts } from '../../src/ledger/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.ts';
import { ledgerPath } from '../../src/ledger/state-dir.ts';
import { openTestServer, type TestServer } from './harness.ts';

const URL_A = 'http://127.0.0.1:1/matomo.php';
const SENT_MS = Date.UTC(2026, 0, 20, 12);
let server: TestServer;

const factsOf = (facts: Partial<RunFacts>): RunFacts => ({
  ...{ command: 'backfill', url: URL_A, site: 1, timezone: 'UTC', from: '2026-01-05', to: '2026-01-07' },
  ...{ seed: 's', digest: 'd', shard: '1/1', batchSize: 1, plannedVisits: 1, settings: {}, contents: {} },
  ...{ commandLine: null, startedMs: SENT_MS, pid: 1, hostname: 'h' },
  ...facts,
});

beforeAll(async () => {
  server = await openTestServer({ env: { MATOMO_URL: 'http://127.0.0.1:1/', TIMEZONE: 'UTC' } });
  const ledger = await openSqliteLedger(ledgerPath(server.service.host));
  const done = await ledger.startRun(factsOf({}));
  await ledger.endRun(done.id, { endedMs: SENT_MS, outcome: 'done', trafficDigest: null });
  // Of a run that was killed nobody knows which of its days it has begun.
  await ledger.startRun(factsOf({ from: '2026-01-09', to: '2026-01-09' }));
  const other = await ledger.startRun(factsOf({ site: 2, from: '2026-01-11', to: '2026-01-11' }));
  await ledger.endRun(other.id, { endedMs: SENT_MS, outcome: 'done', trafficDigest: null });
  const early = await ledger.startRun(factsOf({ from: '2026-01-12', to: '2026-01-20' }));
  await ledger.endRun(early.id, { endedMs: SENT_MS, outcome: 'stopped', trafficDigest: null });
  await ledger.close();
});
afterAll(() => server.end());

const ask = (body: object) =>
  server.ask('/api/v2/backfill-days', { body: { from: '2026-01-01', to: '2026-01-31', ...body } });
const datesOf = (json: unknown) => (json as { readonly sent: { readonly date: string }[] }).sent;

describe('the days of a backfill', () => {
  it('that were sent to the site are told, and whether all of each was sent', async () => {
    const { json } = await ask({});
    const of = (date: string, isFinished: boolean) => ({ date, target: 'default', isFinished });
    expect(datesOf(json).sort((a, b) => (a.date < b.date ? -1 : 1))).toMatchObject([
      of('2026-01-05', true),
      of('2026-01-06', true),
      of('2026-01-07', true),
      of('2026-01-09', false),
    ]);
    expect(json).toMatchObject({ sent: [{}, {}, {}, { sentAt: new Date(SENT_MS).toISOString() }] });
  });

  it('are those of the site and of the range that is asked for', async () => {
    expect(datesOf((await ask({ settings: { MATOMO_SITE_ID: 2 } })).json)).toMatchObject([
      { date: '2026-01-11' },
    ]);
    expect(datesOf((await ask({ from: '2026-01-07', to: '2026-01-08' })).json)).toMatchObject([
      { date: '2026-01-07' },
    ]);
    expect(datesOf((await ask({ sink: true })).json)).toEqual([]);
  });

  it('end today in the timezone of the site, begin 20 years ago, and need a token after 24 hours', async () => {
    const { json } = await ask({ settings: { TIMEZONE: 'Pacific/Kiritimati' } });
    const nowMs = server.service.clock.now();
    const today = new Date(nowMs + 14 * 3_600_000).toISOString().slice(0, 10);
    expect(json).toMatchObject({
      timezone: 'Pacific/Kiritimati',
      today,
      longest: 180,
      withoutTokenFrom: today,
    });
    const { oldest } = json as { readonly oldest: string };
    expect(Number(today.slice(0, 4)) - Number(oldest.slice(0, 4))).toBe(20);
    const token = { settings: { MATOMO_TOKEN_AUTH: 'c'.repeat(32) } };
    expect((await ask(token)).json).toMatchObject({ withoutTokenFrom: null });
    expect((await ask({ sink: true })).json).toMatchObject({ withoutTokenFrom: null });
  });

  it('are not told of a range that is too long or the wrong way round', async () => {
    for (const range of [
      { from: '2024-01-01', to: '2026-01-01' },
      { from: '2026-01-02', to: '2026-01-01' },
    ]) {
      expect(await ask(range)).toMatchObject({ status: 422, json: { code: 'wrong-days' } });
    }
  });

  it('are not sent a second time by a plan, unless it says so', async () => {
    const { plans, clock, jobs } = server.service;
    const numbers = {
      ...{ digest: 'd', visits: 7, hits: 9, from: '2026-01-06', to: '2026-01-08', days: [] },
      targets: [{ name: 'default', url: URL_A, site: 1, timezone: 'UTC' }],
    };
    const given = { BACKFILL_START_DATE: numbers.from, BACKFILL_END_DATE: numbers.to };
    const request = { name: 'twice', presets: [], given, isSink: false, verify: false, shards: 1 };
    const { id } = plans.create({ ...request, again: false }, numbers, clock.now());
    const body = { digest: 'd', visits: 7 };
    const confirmed = await server.ask(`/api/v2/backfill-plans/${id}/confirm`, { body });
    expect(confirmed).toMatchObject({
      status: 409,
      json: {
        code: 'days-sent-before',
        detail: '2 of these days, 2026-01-06 to 2026-01-07, were sent before',
      },
    });
    expect(jobs.atWork).toEqual([]);
    expect(plans.plan(id)?.state).toBe('prepared');
  });
});

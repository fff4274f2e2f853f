/** The estimate of a backfill's requests against the requests that its batches really become. */
import { describe, expect, it } from 'vitest';
import { loadSession } from '../../src/cli/options/session.ts';
import { trafficSettings } from '../../src/config/rules/traffic-settings.ts';
import { createProcessHost } from '../../src/host.ts';
import { createBodies } from '../../src/matomo/requests/body.ts';
import { createHitWriter } from '../../src/matomo/requests/hits.ts';
import { bulkTimeline } from '../../src/plan/bulk-timeline.ts';
import { createOffsetTable } from '../../src/plan/days/calendar.ts';
import { createPlan } from '../../src/plan/plan.ts';
import { sendingOf } from '../../src/server/routes/v2/plans/plan-volume.ts';

const DAYS = { BACKFILL_START_DATE: '2026-05-01', BACKFILL_END_DATE: '2026-05-03' };
const DATES = ['2026-05-01', '2026-05-02', '2026-05-03'];

async function sessionWith(env: Readonly<Record<string, string>>) {
  const host = {
    ...createProcessHost(),
    env: { BACKFILL_RPS_LIMIT: '10', TIMEZONE: 'UTC', ...DAYS, ...env },
  };
  return loadSession(host, 'backfill', { sink: true, config: false }, Date.UTC(2026, 5, 1));
}

describe('the estimate of a backfill’s requests', () => {
  it.each([
    ['of the default size', {}],
    ['of few bytes, which split the batches', { BACKFILL_BATCH_BYTES: '8000' }],
    [
      'of many hits, whose bytes split the batches',
      { BACKFILL_BATCH_SIZE: '1000', TARGET_VISITS_PER_DAY: '1500' },
    ],
  ])('is right within a tenth for requests %s', async (_, env) => {
    const session = await sessionWith({ TARGET_VISITS_PER_DAY: '400', ...env });
    const { settings, files, targets } = session;
    const [first] = targets;
    if (!first) throw new Error('there is no target');
    const traffic = trafficSettings(first.settings, 'backfill', files, true);
    const plan = createPlan(traffic);
    const bodies = createBodies(true, 'a'.repeat(32), settings.backfillBatchBytes);
    const encoder = { ...createHitWriter(traffic, createOffsetTable()), openBody: bodies.open };
    const all = Number.POSITIVE_INFINITY;
    let requests = 0;
    const days = DATES.map((date) => {
      let [hits, visits] = [0, 0];
      const span = { days: [plan.calendar.dayOf(date)], shard: { index: 1, count: 1 } };
      const batches = bulkTimeline(plan, encoder, {
        ...{ ...span, batchSize: settings.backfillBatchSize, maxVisits: all, untilMs: all },
      });
      for (const batch of batches) {
        hits += batch.hits.length;
        visits += batch.hits.filter(({ seq }) => seq === 0).length;
        requests += batch.parts?.length ?? 1;
      }
      return { date, hits, visits };
    });
    const sum = (of: (day: (typeof days)[number]) => number) =>
      days.reduce((total, day) => total + of(day), 0);
    const counted = { days, hits: sum(({ hits }) => hits), visits: sum(({ visits }) => visits) };
    const window = { from: '2026-05-01', to: '2026-05-03' };
    const sending = sendingOf(session, { ...counted, ...window }, true);
    expect(requests).toBeGreaterThan(50);
    expect((sending?.requests ?? 0) / requests).toBeGreaterThan(0.9);
    expect((sending?.requests ?? 0) / requests).toBeLessThan(1.1);
    expect(sending?.durationMs).toBe((sending?.requests ?? 0) * 100);
  });
});

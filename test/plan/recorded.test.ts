import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HIT_KINDS } from '../../src/types/hit.ts';
import type { TrafficSettings } from '../../src/types/traffic-settings.ts';
import { arbitrarySettings, DATES } from './arbitrary-settings.ts';
import { draws, type Overrides, trafficSettings } from './fixtures.ts';
import { createSiteSink, recordedBy, sendTo, sumOf, type Window } from './sending.ts';

/** 30 days that hold the spring changes of the clock in America and in Europe. */
const SPRING = { from: '2026-03-05', days: 30 };

function expectAllRecorded(traffic: TrafficSettings, window: Window) {
  const sink = createSiteSink(traffic);
  const { planned, sent, tracked, invalid } = sendTo(sink, traffic, window);
  expect({ tracked, invalid }).toEqual({ tracked: sent, invalid: 0 });
  expect(recordedBy(sink, traffic.siteId)).toEqual(planned);
  return planned;
}

describe('all that is planned is recorded, per day, in visits, every kind of hit and revenue:', () => {
  it.each(['UTC', 'Europe/Stockholm', 'America/New_York'])('30 days of 300 visits in %s', (timezone) => {
    const traffic = trafficSettings({ timezone, visitsPerDay: 300, goalIds: [1, 4] });
    const planned = expectAllRecorded(traffic, SPRING);
    expect(Object.keys(planned)).toHaveLength(30);
    for (const { visits } of Object.values(planned)) expect(visits).toBe(300);
    const totals = sumOf(Object.values(planned).map((day) => ({ all: day }))).all;
    for (const kind of HIT_KINDS) expect([kind, (totals?.kinds[kind] ?? 0) > 50]).toEqual([kind, true]);
  });

  const cases: readonly { what: string; overrides: Overrides; window: Window }[] = [
    {
      what: 'autumn changes of the clock',
      overrides: { visitsPerDay: 200 },
      window: { from: '2026-10-20', days: 16 },
    },
    {
      what: 'no places',
      overrides: { hasPlaces: false, visitsPerDay: 200 },
      window: { from: '2026-03-27', days: 5 },
    },
    {
      what: 'one visit a day',
      overrides: { visitsPerDay: 1, shares: { returning: 1 } },
      window: { from: '2026-03-01', days: 120 },
    },
    { what: 'nine visits a day', overrides: { visitsPerDay: 9, shares: { returning: 0.9 } }, window: SPRING },
    {
      what: 'the longest visits',
      overrides: {
        visitsPerDay: 300,
        durationMinutes: { min: 110, max: 120 },
        pageviews: { min: 3, max: 9 },
      },
      window: { from: '2026-03-27', days: 4 },
    },
    {
      what: 'the longest visits of few visitors around midnight',
      overrides: {
        visitsPerDay: 15,
        durationMinutes: { min: 110, max: 120 },
        activeMinutes: { from: 1320, to: 120 },
        shares: { returning: 0.95 },
      },
      window: SPRING,
    },
    {
      what: 'single hits',
      overrides: { visitsPerDay: 100 },
      window: { from: '2026-03-28', days: 3, batchSize: 1 },
    },
  ];
  it.each(cases)('$what', ({ overrides, window }) => {
    expectAllRecorded(trafficSettings({ timezone: 'Europe/Stockholm', ...overrides }), window);
  });

  it('all shards, one after the other', () => {
    const traffic = trafficSettings({ timezone: 'America/New_York', visitsPerDay: 200 });
    const sink = createSiteSink(traffic);
    const window = { from: '2026-03-06', days: 6 };
    const parts = draws(4, (i) => sendTo(sink, traffic, { ...window, shard: { index: i + 1, count: 4 } }));
    expect(parts.reduce((sum, { invalid }) => sum + invalid, 0)).toBe(0);
    const together = sumOf(parts.map(({ planned }) => planned));
    expect(recordedBy(sink, traffic.siteId)).toEqual(together);
    expect(Object.values(together).map(({ visits }) => visits)).toEqual(draws(6, () => 200));
  });

  it('whatever the settings', () => {
    fc.assert(
      fc.property(arbitrarySettings, fc.constantFrom(...DATES), (overrides, from) => {
        expectAllRecorded(trafficSettings(overrides), { from, days: 3 });
      }),
      { numRuns: 20 },
    );
  });
});

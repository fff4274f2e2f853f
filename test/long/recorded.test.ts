import { describe, expect, it } from 'vitest';
import { draws, trafficSettings } from '../plan/fixtures.ts';
import { createSiteSink, recordedBy, sendTo, sumOf } from '../plan/sending.ts';

const ZONES = ['UTC', 'Europe/Stockholm', 'America/New_York'];
/** Each holds 30 days with changes of the clock in Europe and in America. */
const WINDOWS = [
  { from: '2026-03-05', days: 30 },
  { from: '2026-10-10', days: 30 },
];
const CASES = ZONES.flatMap((timezone) => WINDOWS.map((window) => ({ timezone, ...window })));

describe('30 days of 2,000 visits', () => {
  it.each(CASES)(
    'are recorded whole, per day and kind, in $timezone from $from',
    ({ timezone, ...window }) => {
      const traffic = trafficSettings({ timezone, visitsPerDay: 2000, goalIds: [1, 2] });
      const sink = createSiteSink(traffic);
      const { planned, sent, tracked, invalid } = sendTo(sink, traffic, window);
      expect({ tracked, invalid }).toEqual({ tracked: sent, invalid: 0 });
      expect(recordedBy(sink, traffic.siteId)).toEqual(planned);
      expect(Object.values(planned).map(({ visits }) => visits)).toEqual(draws(30, () => 2000));
    },
  );

  it('are recorded whole when five shards send them', () => {
    const traffic = trafficSettings({ timezone: 'Europe/Stockholm', visitsPerDay: 2000 });
    const sink = createSiteSink(traffic);
    const window = { from: '2026-03-05', days: 30 };
    const parts = draws(5, (i) => sendTo(sink, traffic, { ...window, shard: { index: i + 1, count: 5 } }));
    expect(recordedBy(sink, traffic.siteId)).toEqual(sumOf(parts.map(({ planned }) => planned)));
    expect(parts.reduce((sum, { invalid }) => sum + invalid, 0)).toBe(0);
  });
});

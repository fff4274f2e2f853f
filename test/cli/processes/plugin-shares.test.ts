import { describe, expect, it } from 'vitest';
import { dayText, otherDaysText } from '../../../src/cli/output/plugin-shares-text.ts';
import { planShares } from '../../../src/cli/processes/plugin-shares.ts';
import type { Hooks, When } from '../../../src/types/plugin-api.ts';
import { planWithHooks } from '../../plan/plugins/with-plugins.ts';

/** A Tuesday. */
const DATE = '2026-10-20';

const hooksOf = (share: (when: When) => number, check = (_weekday: number) => {}): Hooks => ({
  behaviours: {
    market: {
      share,
      longestMs: 0,
      visit({ weekday }) {
        check(weekday);
        return [{ type: 'pageview', url: '/market', title: 'Market' }];
      },
    },
  },
});

function sharesWith(hooks: Hooks, visitsPerDay = 300) {
  const { traffic, extensions } = planWithHooks(hooks, { visitsPerDay });
  return planShares(traffic, extensions, DATE);
}

describe('the visits of behaviours', () => {
  it('are counted over a whole day, and over some of each of the six days after it', () => {
    const { day, others } = sharesWith(hooksOf(() => 1));
    expect(day.date).toBe(DATE);
    expect(day.planned).toBeGreaterThan(100);
    expect(day.byBehaviour).toEqual({ 'acme/market': day.planned });
    expect(others.map(({ date }) => date)).toEqual([21, 22, 23, 24, 25, 26].map((date) => `2026-10-${date}`));
    for (const { planned, byBehaviour } of others)
      expect([planned, byBehaviour]).toEqual([100, { 'acme/market': 100 }]);
  });

  it('are told with the weekdays on which there are any', () => {
    const { day, others } = sharesWith(hooksOf(({ weekday }) => (weekday % 6 === 0 ? 1 : 0)));
    expect(dayText(day)).toMatch(
      /^\d+ visits of 2026-10-20 were planned with it\.\n {2}acme\/market: 0 visits, 0\.0 %\n$/,
    );
    expect(otherDaysText(others)).toBe(
      `600 visits of the six days after it, up to 100 a day, were planned as well.
  acme/market: 200 visits, 33.3 % (Sat, Sun)
`,
    );
    const daily = sharesWith(hooksOf(() => 1));
    expect(otherDaysText(daily.others)).toContain('  acme/market: 600 visits, 100.0 %\n');
  });

  it('have values of dimensions, which are counted over visits or hits', () => {
    const { day } = sharesWith({
      ...hooksOf(() => 1),
      dimensions: {
        level: {
          id: 1,
          scope: 'visit',
          value: ({ index }) => (index < 30 ? 'gold' : index < 90 ? 'silver' : undefined),
        },
        rank: { id: 2, scope: 'action', value: ({ index }) => `no ${index}` },
      },
    });
    const { planned, byDimension } = day;
    expect(byDimension['acme/level']).toEqual({
      ...{ scope: 'visit', of: planned, filled: 90, different: 2 },
      values: { silver: 60, gold: 30 },
    });
    // One page a visit.
    expect(byDimension['acme/rank']).toMatchObject({ of: planned, filled: planned, different: planned });
    expect(Object.keys(byDimension['acme/rank']?.values ?? {})).toHaveLength(20);
    const percent = (count: number) => `${((100 * count) / planned).toFixed(1)} %`;
    expect(dayText(day)).toContain(
      `  acme/level: ${percent(90)} of visits have a value: silver ${percent(60)}, gold ${percent(30)}\n`,
    );
    expect(dayText(day)).toContain('  acme/rank: 100.0 % of hits have a value: no 0 ');
    expect(dayText(day)).toMatch(new RegExp(`, ${planned - 5} more\n$`));
  });

  it('are all of a day that has few', () => {
    const { others } = sharesWith(
      hooksOf(() => 1),
      10,
    );
    for (const { planned } of others) {
      expect(planned).toBeGreaterThan(0);
      expect(planned).toBeLessThan(40);
    }
  });

  it.each([3, 6, 0, 1])('are refused where a hook throws on weekday %i', (wrong) => {
    const hooks = hooksOf(
      () => 1,
      (weekday) => {
        if (weekday === wrong) throw new Error('no market');
      },
    );
    const date = { 3: '21', 6: '24', 0: '25', 1: '26' }[wrong];
    expect(() => sharesWith(hooks)).toThrow(
      `Plugin acme, behaviour "market", visit 0 of 2026-10-${date}: threw an error: no market`,
    );
  });
});

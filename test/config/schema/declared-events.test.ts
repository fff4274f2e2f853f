import { describe, expect, it } from 'vitest';
import { declaredEventsOf, parseDeclaredEvent } from '../../../src/config/schema/declared-events.ts';
import { settingOf } from '../../../src/config/schema/settings.ts';

describe('parseDeclaredEvent', () => {
  it.each([
    ['spike 2026-11-27T18:00 x3 for 6h', { from: '2026-11-27T18:00', minutes: 360, factor: 3 }],
    ['spike 2026-11-27 x2.5 for 1d', { from: '2026-11-27T00:00', minutes: 1440, factor: 2.5 }],
    ['Spike 2026-11-27t18:00 ×3 for 90 m', { from: '2026-11-27T18:00', minutes: 90, factor: 3 }],
    ['spike 2026-11-27 x20 for 31d', { from: '2026-11-27T00:00', minutes: 44_640, factor: 20 }],
    ['outage 2026-10-03T02:00 for 45m', { from: '2026-10-03T02:00', minutes: 45, factor: 0 }],
    ['outage 2028-02-29 for 1d', { from: '2028-02-29T00:00', minutes: 1440, factor: 0 }],
  ])('reads "%s" as a span of minutes', (text, span) => {
    expect(parseDeclaredEvent(text)).toEqual({ event: { kind: 'span', ...span } });
  });

  it.each([
    ['holiday 2026-12-24..2026-12-26 x0.4', { from: '2026-12-24', to: '2026-12-26', factor: 0.4 }],
    ['holiday 2026-06-06 x0', { from: '2026-06-06', to: '2026-06-06', factor: 0 }],
  ])('reads "%s" as whole days', (text, days) => {
    expect(parseDeclaredEvent(text)).toEqual({ event: { kind: 'days', ...days } });
  });

  it.each([
    ['growth 2% a week from 2026-09-01 to 2026-12-01', 0.02],
    ['growth -1.5 % a week from 2026-09-01 to 2026-12-01', -0.015],
  ])('reads "%s" as a weekly rate', (text, weekly) => {
    const event = { kind: 'growth', weekly, from: '2026-09-01', to: '2026-12-01' };
    expect(parseDeclaredEvent(text)).toEqual({ event });
  });

  it.each([
    ['party 2026-11-27 x3 for 6h', 'none of these forms'],
    ['spike 2026-11-27T18:00 x3', 'none of these forms'],
    ['outage 2026-11-27 x3 for 6h', 'none of these forms'],
    ['spike 2026-11-27T18:00 x-3 for 6h', 'none of these forms'],
    ['spike 2026-02-30T18:00 x3 for 6h', '2026-02-30 is not a date'],
    ['spike 2026-11-27T24:00 x3 for 6h', '24:00 is not a time of day'],
    ['outage 2026-11-27T10:60 for 6h', '10:60 is not a time of day'],
    ['spike 2026-11-27 x3 for 0h', 'from 1 minute to 31 days'],
    ['spike 2026-11-27 x3 for 32d', 'from 1 minute to 31 days'],
    ['spike 2026-11-27 x20.1 for 1h', 'at most 20'],
    ['holiday 2026-12-24 x21', 'at most 20'],
    ['holiday 2026-12-26..2026-12-24 x0.4', 'ends before it begins'],
    ['holiday 2026-12-24..2026-12-32 x0.4', '2026-12-32 is not a date'],
    ['growth 2% a week from 2026-12-01 to 2026-12-01', 'end after it begins'],
    ['growth -100% a week from 2026-09-01 to 2026-12-01', 'by 100 % or more'],
    ['growth 50% a week from 2026-09-01 to 2026-12-01', 'at most 20'],
  ])('says what is wrong with "%s"', (text, reason) => {
    expect(parseDeclaredEvent(text)).toEqual({ reason: expect.stringContaining(reason) });
  });
});

describe('DECLARED_EVENTS', () => {
  const { schema } = settingOf('declaredEvents');
  const spike = 'spike 2026-11-27T18:00 x3 for 6h';
  const holiday = 'holiday 2026-12-24 x0.4';

  it.each([
    [`${spike};  ${holiday} ; `],
    [`${spike}\n;holiday   2026-12-24 x0.4`],
    [[spike, holiday]],
    [[`${spike}; ${holiday}`]],
  ])('is a list of texts, or one text with ; in between: %j', (raw) => {
    expect(schema.parse(raw)).toEqual([spike, holiday]);
    expect(declaredEventsOf([spike, holiday]).map(({ kind }) => kind)).toEqual(['span', 'days']);
  });

  it('is empty where nothing is said', () => {
    expect([schema.parse(undefined), schema.parse('')]).toEqual([[], []]);
  });

  it.each([[7], [[7]], [{ spike: 3 }]])('refuses %j', (raw) => {
    expect(schema.safeParse(raw).success).toBe(false);
  });
});

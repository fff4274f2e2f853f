import { describe, expect, it } from 'vitest';
import { instantShowing, offsetAt, offsetSpans } from '../../../src/plan/days/offset.ts';

const MINUTE_MS = 60_000;
const YEAR = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)] as const;

describe('the distance to UTC', () => {
  it.each([
    ['UTC', 0],
    ['Etc/GMT+12', -720],
    ['Asia/Kathmandu', 345],
    ['America/St_Johns', -150],
    ['Europe/London', 60],
    ['Pacific/Kiritimati', 840],
  ])('is in %s in summer %d minutes', (timezone, minutes) => {
    expect(offsetAt(timezone, Date.UTC(2026, 6, 1)) / MINUTE_MS).toBe(minutes);
  });
});

describe('the spans of a year', () => {
  it('are one where the clock is never changed', () => {
    expect(offsetSpans('Asia/Tokyo', ...YEAR)).toEqual([
      { fromMs: YEAR[0], toMs: YEAR[1], offsetMs: 9 * 60 * MINUTE_MS },
    ]);
  });

  it.each([
    ['Europe/Stockholm', ['2026-03-29T01:00', '2026-10-25T01:00']],
    ['Australia/Lord_Howe', ['2026-04-04T15:00', '2026-10-03T15:30']],
    ['Africa/Casablanca', ['2026-02-15T02:00', '2026-03-22T02:00']],
  ])('meet in %s where the clock is changed', (timezone, changes) => {
    const spans = offsetSpans(timezone, ...YEAR);
    expect(spans.slice(1).map(({ fromMs }) => new Date(fromMs).toISOString().slice(0, 16))).toEqual(changes);
    expect(spans.slice(0, -1).map(({ toMs }) => toMs)).toEqual(spans.slice(1).map(({ fromMs }) => fromMs));
    for (const { fromMs, toMs, offsetMs } of spans) {
      expect([offsetAt(timezone, fromMs), offsetAt(timezone, toMs - 1)]).toEqual([offsetMs, offsetMs]);
    }
  });

  it('leave out a change at their very end', () => {
    const change = Date.UTC(2026, 2, 29, 1);
    expect(offsetSpans('Europe/Stockholm', YEAR[0], change)).toHaveLength(1);
    expect(offsetSpans('Europe/Stockholm', YEAR[0], change + MINUTE_MS)).toHaveLength(2);
  });
});

describe('the instant at which a local clock shows a time', () => {
  const shown = (time: string) => {
    const spans = offsetSpans('Europe/Stockholm', ...YEAR);
    return new Date(instantShowing(spans, Date.parse(`${time}Z`))).toISOString().slice(0, 16);
  };

  it('is the first of two, and the end of the leap where it never does', () => {
    expect(shown('2026-05-06T12:00')).toBe('2026-05-06T10:00');
    expect(shown('2026-10-25T02:30')).toBe('2026-10-25T00:30');
    expect(shown('2026-03-29T02:30')).toBe('2026-03-29T01:00');
  });
});

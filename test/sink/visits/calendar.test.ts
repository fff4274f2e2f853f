import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../../src/sink/visits/calendar.ts';

const seconds = (time: string) => Date.parse(time) / 1000;

describe("a site's calendar", () => {
  it.each([
    ['UTC+5.5', '2026-05-06T18:30:00Z'],
    ['UTC+5.75', '2026-05-06T18:15:00Z'],
    ['UTC-3', '2026-05-07T03:00:00Z'],
    ['Europe/Stockholm', '2026-05-06T22:00:00Z'],
  ])('starts 2026-05-07 in %s at %s', (timezone, start) => {
    const dayAt = createCalendar(timezone);
    expect(dayAt(seconds(start) - 1).date).toBe('2026-05-06');
    expect(dayAt(seconds(start))).toEqual({
      date: '2026-05-07',
      startSeconds: seconds(start),
      endSeconds: seconds(start) + 86_400,
    });
  });

  it('goes from the day before a skipped one to the day after', () => {
    const dayAt = createCalendar('Pacific/Apia');
    const change = seconds('2011-12-30T10:00:00Z');
    expect([dayAt(change - 1).date, dayAt(change).date]).toEqual(['2011-12-29', '2011-12-31']);
    expect(dayAt(change - 1).endSeconds).toBe(change);
  });
});

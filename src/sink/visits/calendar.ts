/** The local days of a timezone; the zone is asked once a day, not once a hit. */
import { DateTime } from 'luxon';
import type { LocalDate } from '../../types/local-date.ts';
import { zoneNamed } from '../zone.ts';

export interface LocalDay {
  readonly date: LocalDate;
  /** Epoch seconds; the end belongs to the next day. */
  readonly startSeconds: number;
  readonly endSeconds: number;
}

const UTC_DAY_SECONDS = 86_400;

/** Finds the local day in which an instant (epoch seconds) lies. */
export function createCalendar(timezone: string): (seconds: number) => LocalDay {
  const zone = zoneNamed(timezone);
  const byUtcDay = new Map<number, LocalDay[]>();
  return (seconds) => {
    const utcDay = Math.floor(seconds / UTC_DAY_SECONDS);
    const days = byUtcDay.get(utcDay) ?? [];
    for (const day of days) if (seconds >= day.startSeconds && seconds < day.endSeconds) return day;
    const start = DateTime.fromSeconds(seconds, { zone }).startOf('day');
    const day = {
      date: start.toISODate() ?? '',
      startSeconds: start.toUnixInteger(),
      endSeconds: start.plus({ days: 1 }).startOf('day').toUnixInteger(),
    };
    byUtcDay.set(utcDay, [...days, day]);
    return day;
  };
}

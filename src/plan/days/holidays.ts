/** Holidays of every year as factors on whole days: fixed dates, and those that move with Easter or a weekday. */
import type { Holiday } from '../../types/content/rhythm.ts';

const DAY_MS = 86_400_000;

function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

/** Easter Sunday of the western churches, after the anonymous Gregorian algorithm. */
function easter(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const skipped = Math.floor(century / 4);
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - skipped - correction + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor((year % 100) / 4) - epact - (year % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const days = epact + weekday - 7 * late + 114;
  return dayNumber(year, Math.floor(days / 31), (days % 31) + 1);
}

/** The day after the fourth Thursday of November. */
function blackFriday(year: number): number {
  const first = dayNumber(year, 11, 1);
  // 1970-01-01 was a Thursday.
  const daysToThursday = (7 - (first % 7)) % 7;
  return first + daysToThursday + 22;
}

/** Days that move from year to year, by the names that a catalogue may use. */
const MOVABLE: Readonly<Record<string, (year: number) => number>> = {
  easter,
  'black-friday': blackFriday,
};

function firstDay({ day, offset }: Holiday, year: number): number {
  const movable = MOVABLE[day];
  if (movable) return movable(year) + offset;
  const [month = 1, date = 1] = day.split('-').map(Number);
  return dayNumber(year, month, date) + offset;
}

/** The product of all holidays on the day, which is counted since 1970-01-01. */
export function createHolidayFactor(holidays: readonly Holiday[]): (dayNumber: number) => number {
  const years = new Map<number, { from: number; to: number; factor: number }[]>();
  function ofYear(year: number) {
    let spans = years.get(year);
    if (!spans) {
      spans = holidays.map((holiday) => {
        const from = firstDay(holiday, year);
        return { from, to: from + holiday.days - 1, factor: holiday.factor };
      });
      years.set(year, spans);
    }
    return spans;
  }
  return (number) => {
    const year = new Date(number * DAY_MS).getUTCFullYear();
    let factor = 1;
    // A holiday at the turn of the year belongs to the year in which it begins.
    for (const of of [year - 1, year, year + 1]) {
      for (const span of ofYear(of)) if (number >= span.from && number <= span.to) factor *= span.factor;
    }
    return factor;
  };
}

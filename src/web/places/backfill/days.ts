/** Days of the calendar as `YYYY-MM-DD`: counted, moved by keys, and laid out in weeks. Without clocks and timezones. */

export type Day = string;

const DAY_MS = 86_400_000;
const WEEK = 7;

const numberOf = (day: Day) => Date.parse(day) / DAY_MS;
const dayNumbered = (number: number): Day => new Date(number * DAY_MS).toISOString().slice(0, 10);

export const shifted = (day: Day, days: number): Day => dayNumbered(numberOf(day) + days);

/** How many days the two and those between them are; below 1 where the last is before the first. */
export const dayCount = (from: Day, to: Day): number => numberOf(to) - numberOf(from) + 1;

export const firstOfMonth = (day: Day): Day => `${day.slice(0, 8)}01`;

/** The same day of another month, or its last one where it is shorter. */
export function monthShifted(day: Day, months: number): Day {
  const date = new Date(firstOfMonth(day));
  date.setUTCMonth(date.getUTCMonth() + months);
  const first = date.toISOString().slice(0, 10);
  return shifted(first, Math.min(Number(day.slice(8)), daysOfMonth(first)) - 1);
}

export function daysOfMonth(day: Day): number {
  const next = new Date(firstOfMonth(day));
  next.setUTCMonth(next.getUTCMonth() + 1);
  return dayCount(firstOfMonth(day), next.toISOString().slice(0, 10)) - 1;
}

/** From 0 for Monday. */
const weekday = (day: Day) => (new Date(day).getUTCDay() + 6) % WEEK;

/** The month in weeks from Monday; undefined for what belongs to its neighbours. */
export function weeksOf(month: Day): (Day | undefined)[][] {
  const first = firstOfMonth(month);
  const [before, count] = [weekday(first), daysOfMonth(first)];
  return Array.from({ length: Math.ceil((before + count) / WEEK) }, (_, week) =>
    Array.from({ length: WEEK }, (_, i) => {
      const place = week * WEEK + i - before;
      return place >= 0 && place < count ? shifted(first, place) : undefined;
    }),
  );
}

/** Where a key of the grid pattern leads from the day; undefined for any other key. */
export function dayByKey(day: Day, key: string, isShifted: boolean): Day | undefined {
  const months = isShifted ? 12 : 1;
  const moves: Readonly<Record<string, () => Day>> = {
    ArrowLeft: () => shifted(day, -1),
    ArrowRight: () => shifted(day, 1),
    ArrowUp: () => shifted(day, -WEEK),
    ArrowDown: () => shifted(day, WEEK),
    Home: () => shifted(day, -weekday(day)),
    End: () => shifted(day, WEEK - 1 - weekday(day)),
    PageUp: () => monthShifted(day, -months),
    PageDown: () => monthShifted(day, months),
  };
  return moves[key]?.();
}

const worded = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
  // Some versions put a comma after the weekday.
  return (day: Day) => format.format(new Date(day)).replace(',', '');
};
/** `Thursday 26 November 2026` */
export const nameOfDay = worded({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
/** `November 2026` */
export const nameOfMonth = worded({ month: 'long', year: 'numeric' });

/** The Reporting API's `period` and `date`, resolved into spans of local days. */
import { DateTime } from 'luxon';
import type { LocalDate } from '../../types/local-date.ts';

/** Days from the first to the last, both included. */
export interface Span {
  readonly label: string;
  readonly first: LocalDate;
  readonly last: LocalDate;
}

interface Period {
  readonly spans: readonly Span[];
  /** True when the answer is an object keyed by date. */
  readonly isKeyedByDate: boolean;
}

const MOST_DAYS = 20_000;

function parseDay(text: string, today: LocalDate): DateTime | null {
  const base = DateTime.fromISO(today, { zone: 'utc' });
  if (text === 'today') return base;
  if (text === 'yesterday') return base.minus({ days: 1 });
  const day = DateTime.fromISO(text, { zone: 'utc' });
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && day.isValid ? day : null;
}

function dateOf(day: DateTime): LocalDate {
  return day.toISODate() ?? '';
}

function daysBetween(first: DateTime, last: DateTime): Span[] {
  const spans: Span[] = [];
  for (let day = first; day <= last && spans.length < MOST_DAYS; day = day.plus({ days: 1 })) {
    spans.push({ label: dateOf(day), first: dateOf(day), last: dateOf(day) });
  }
  return spans;
}

/** Days and ranges, and single weeks, months and years; null for anything else. */
export function parsePeriod(period: string, date: string, today: LocalDate): Period | null {
  const [from = '', until] = date.split(',');
  const first = parseDay(from, today);
  const last = until === undefined ? first : parseDay(until, today);
  if (!first || !last) return null;
  if (period === 'range') {
    return { spans: [{ label: date, first: dateOf(first), last: dateOf(last) }], isKeyedByDate: false };
  }
  if (period === 'day') return { spans: daysBetween(first, last), isKeyedByDate: until !== undefined };
  if (until !== undefined || (period !== 'week' && period !== 'month' && period !== 'year')) return null;
  const span = { label: date, first: dateOf(first.startOf(period)), last: dateOf(first.endOf(period)) };
  return { spans: [span], isKeyedByDate: false };
}

/** Declared events as people write them: `spike 2026-11-27T18:00 x3 for 6h`. */
import { isDay } from '../../timezone.ts';
import type { DeclaredEvent } from '../../types/traffic-settings.ts';

const DATE = '(\\d{4}-\\d{2}-\\d{2})';
const WHEN = '(\\d{4}-\\d{2}-\\d{2}(?:T\\d{2}:\\d{2})?)';
const FACTOR = '[x×](\\d+(?:\\.\\d+)?)';
const LENGTH = '(\\d+) ?([mhd])';
const SPIKE = new RegExp(`^spike ${WHEN} ${FACTOR} for ${LENGTH}$`, 'i');
const OUTAGE = new RegExp(`^outage ${WHEN} for ${LENGTH}$`, 'i');
const HOLIDAY = new RegExp(`^holiday ${DATE}(?:\\.\\.${DATE})? ${FACTOR}$`, 'i');
const GROWTH = new RegExp(`^growth (-?\\d+(?:\\.\\d+)?) ?% a week from ${DATE} to ${DATE}$`, 'i');

/** Bounds that keep a day's volume one that a day can hold. */
const MOST_FACTOR = 20;
const LONGEST_DAYS = 31;
const WEEK_MS = 7 * 86_400_000;

type Parsed = { readonly event: DeclaredEvent } | { readonly reason: string };

/** The first of the texts that is no day of the calendar, in words. */
function noSuchDay(...days: readonly string[]): string | undefined {
  const wrong = days.find((day) => !isDay(day));
  return wrong === undefined ? undefined : `${wrong} is not a date`;
}

function tooMuch(factor: number): string | undefined {
  return factor > MOST_FACTOR ? `the factor must be at most ${MOST_FACTOR}` : undefined;
}

function minutesOf(count: string, unit: string): number {
  const minutes: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 };
  return Number(count) * (minutes[unit.toLowerCase()] ?? 0);
}

function span(when: string, minutes: number, factor: number): Parsed {
  const from = when.length === 10 ? `${when}T00:00` : when.toUpperCase();
  const time = from.slice(11);
  const wrongTime = /^([01]\d|2[0-3]):[0-5]\d$/.test(time) ? undefined : `${time} is not a time of day`;
  const wrongLength =
    minutes >= 1 && minutes <= LONGEST_DAYS * 1440
      ? undefined
      : `it must last from 1 minute to ${LONGEST_DAYS} days`;
  const reason = noSuchDay(from.slice(0, 10)) ?? wrongTime ?? wrongLength ?? tooMuch(factor);
  return reason === undefined ? { event: { kind: 'span', from, minutes, factor } } : { reason };
}

function days(from: string, to: string, factor: number): Parsed {
  const wrongOrder = from > to ? 'it ends before it begins' : undefined;
  const reason = noSuchDay(from, to) ?? wrongOrder ?? tooMuch(factor);
  return reason === undefined ? { event: { kind: 'days', from, to, factor } } : { reason };
}

function growth(percent: number, from: string, to: string): Parsed {
  const weeks = (Date.parse(to) - Date.parse(from)) / WEEK_MS;
  const wrongOrder = weeks > 0 ? undefined : 'it must end after it begins';
  const wrongRate = percent > -100 ? undefined : 'traffic cannot shrink by 100 % or more';
  const reason =
    noSuchDay(from, to) ?? wrongOrder ?? wrongRate ?? tooMuch((1 + percent / 100) ** Math.max(0, weeks));
  return reason === undefined ? { event: { kind: 'growth', weekly: percent / 100, from, to } } : { reason };
}

/** The texts of one setting: it may be a list, or one text with `;` in between. */
export function splitDeclaredEvents(raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.flatMap(splitDeclaredEvents);
  if (typeof raw !== 'string') return raw;
  return raw
    .split(';')
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .filter((part) => part !== '');
}

/** `reason` says what is wrong with the text. */
export function parseDeclaredEvent(text: string): Parsed {
  const [, spikeAt, spikeFactor, spikeCount = '', spikeUnit = ''] = SPIKE.exec(text) ?? [];
  if (spikeAt !== undefined) return span(spikeAt, minutesOf(spikeCount, spikeUnit), Number(spikeFactor));
  const [, outageAt, outageCount = '', outageUnit = ''] = OUTAGE.exec(text) ?? [];
  if (outageAt !== undefined) return span(outageAt, minutesOf(outageCount, outageUnit), 0);
  const [, holidayFrom, holidayTo = holidayFrom, holidayFactor] = HOLIDAY.exec(text) ?? [];
  if (holidayFrom !== undefined && holidayTo !== undefined) {
    return days(holidayFrom, holidayTo, Number(holidayFactor));
  }
  const [, percent, growthFrom, growthTo] = GROWTH.exec(text) ?? [];
  if (growthFrom !== undefined && growthTo !== undefined) {
    return growth(Number(percent), growthFrom, growthTo);
  }
  return { reason: 'it has none of these forms' };
}

/** Events of texts that are known to be right. */
export function declaredEventsOf(texts: readonly string[]): DeclaredEvent[] {
  return texts.flatMap((text) => {
    const parsed = parseDeclaredEvent(text);
    return 'event' in parsed ? parsed.event : [];
  });
}

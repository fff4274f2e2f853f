/** Declared events as people write them: `spike 2026-11-27T18:00 x3 for 6h`. */
import type { DeclaredEvent, LocalDate } from '../types.ts';

const DATE = '\\d{4}-\\d{2}-\\d{2}';
const TIME = `${DATE}T\\d{2}:\\d{2}`;
const SPIKE = new RegExp(`^spike (${TIME}|${DATE}) x(\\d+(?:\\.\\d+)?) for (\\d+)([mhd])$`);
const OUTAGE = new RegExp(`^outage (${TIME}) for (\\d+)([mhd])$`);
const HOLIDAY = new RegExp(`^holiday (${DATE})(?:\\.\\.(${DATE}))? x(\\d+(?:\\.\\d+)?)$`);
const GROWTH = new RegExp(`^growth (-?\\d+(?:\\.\\d+)?)% a week from (${DATE}) to (${DATE})$`);
const UNIT_MINUTES = { m: 1, h: 60, d: 1440 } as const;

/** Bounds that keep a day's volume one that a day can hold. */
const MOST_FACTOR = 20;
const LONGEST_MINUTES = 31 * 1440;

function isDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function isTime(text: string): boolean {
  return isDate(text.slice(0, 10)) && !Number.isNaN(Date.parse(`${text}:00Z`));
}

function minutesOf(count: string | undefined, unit: string | undefined): number {
  return Number(count) * UNIT_MINUTES[unit as keyof typeof UNIT_MINUTES];
}

function span(from: string, minutes: number, factor: number): DeclaredEvent | undefined {
  const start = from.includes('T') ? from : `${from}T00:00`;
  const isValid = isTime(start) && minutes > 0 && minutes <= LONGEST_MINUTES && factor <= MOST_FACTOR;
  return isValid ? { kind: 'span', from: start, minutes, factor } : undefined;
}

function growth(percent: number, from: LocalDate, to: LocalDate): DeclaredEvent | undefined {
  const weeks = (Date.parse(to) - Date.parse(from)) / (7 * 86_400_000);
  const factor = (1 + percent / 100) ** weeks;
  const isValid = isDate(from) && isDate(to) && weeks >= 0 && percent > -100 && factor <= MOST_FACTOR;
  return isValid ? { kind: 'growth', weekly: percent / 100, from, to } : undefined;
}

/** @returns undefined when the text is not an event, or one that is out of bounds */
export function parseDeclaredEvent(text: string): DeclaredEvent | undefined {
  const words = text.trim().replace(/\s+/g, ' ');
  const spike = SPIKE.exec(words);
  if (spike) return span(spike[1] ?? '', minutesOf(spike[3], spike[4]), Number(spike[2]));
  const outage = OUTAGE.exec(words);
  if (outage) return span(outage[1] ?? '', minutesOf(outage[2], outage[3]), 0);
  const grown = GROWTH.exec(words);
  if (grown) return growth(Number(grown[1]), grown[2] ?? '', grown[3] ?? '');
  const holiday = HOLIDAY.exec(words);
  const [, from = '', to = from, factor] = holiday ?? [];
  const isValid = holiday && isDate(from) && isDate(to) && from <= to && Number(factor) <= MOST_FACTOR;
  return isValid ? { kind: 'days', from, to, factor: Number(factor) } : undefined;
}

/** Declared events as factors on a day's traffic: spikes, outages, holidays and growth. */
import { dayNumberOf, instantShowing } from '../../timezone.ts';
import type { DeclaredEvent } from '../../types/traffic-settings.ts';
import { power } from '../exact-math.ts';
import type { Calendar, LocalDay } from './calendar.ts';

const MINUTE_MS = 60_000;

export interface EventFactors {
  /** On the whole day. */
  onDay(dayNumber: number): number;
  /** On the minutes of the day; undefined where all have factor 1. */
  onMinutes(day: LocalDay): ((instantMs: number) => number) | undefined;
  /** Whether events within the day make its minutes differ. */
  hasSpan(dayNumber: number): boolean;
  /** Largest factor on whole days that any day has. */
  readonly mostOnDay: number;
  /** Days whose minutes differ, and the days beside them. */
  readonly unevenDays: readonly number[];
  /** First day that differs from the ordinary; infinite when none does. */
  readonly firstDay: number;
}

function growthOn(event: Extract<DeclaredEvent, { kind: 'growth' }>, dayNumber: number): number {
  const from = dayNumberOf(event.from);
  const days = Math.min(dayNumber, dayNumberOf(event.to)) - from;
  return days <= 0 ? 1 : power(1 + event.weekly, days / 7);
}

function factorOn(event: DeclaredEvent, dayNumber: number): number {
  if (event.kind === 'growth') return growthOn(event, dayNumber);
  if (event.kind === 'span') return 1;
  const isWithin = dayNumber >= dayNumberOf(event.from) && dayNumber <= dayNumberOf(event.to);
  return isWithin ? event.factor : 1;
}

/** The instant at which the local clock first shows the given time, `YYYY-MM-DDTHH:MM`. */
function instantOf(calendar: Calendar, time: string): number {
  const { spans, startMs } = calendar.dayOf(time.slice(0, 10));
  return spans.length > 0 ? instantShowing(spans, Date.parse(`${time}Z`)) : startMs;
}

/** A declared event in real time. */
export interface EventSpan {
  readonly kind: DeclaredEvent['kind'];
  readonly fromMs: number;
  readonly toMs: number;
  /** On the traffic; of growth, by the week. */
  readonly factor: number;
}

/** When the events begin and end on the calendar's clock. */
export function eventSpans(events: readonly DeclaredEvent[], calendar: Calendar): EventSpan[] {
  return events.map((event) => {
    const { kind } = event;
    if (kind === 'span') {
      const fromMs = instantOf(calendar, event.from);
      return { kind, fromMs, toMs: fromMs + event.minutes * MINUTE_MS, factor: event.factor };
    }
    const fromMs = calendar.dayOf(event.from).startMs;
    const toMs = calendar.dayOf(event.to).endMs;
    return { kind, fromMs, toMs, factor: kind === 'growth' ? 1 + event.weekly : event.factor };
  });
}

export function createEventFactors(events: readonly DeclaredEvent[], calendar: Calendar): EventFactors {
  const spans = eventSpans(events, calendar).filter(({ kind }) => kind === 'span');
  const uneven = new Set<number>();
  for (const { fromMs, toMs } of spans) {
    const last = calendar.dayAt(toMs - 1).number;
    for (let number = calendar.dayAt(fromMs).number; number <= last; number++) uneven.add(number);
  }
  const wholeDays = events.flatMap((event) => (event.kind === 'span' ? [] : [dayNumberOf(event.from)]));
  const changes = events.flatMap((event) =>
    event.kind === 'span' ? [] : [dayNumberOf(event.from), dayNumberOf(event.to), dayNumberOf(event.to) + 1],
  );
  const onDay = (dayNumber: number) =>
    events.reduce((factor, event) => factor * factorOn(event, dayNumber), 1);
  return {
    onDay,
    onMinutes(day) {
      if (!uneven.has(day.number)) return undefined;
      return (instantMs) =>
        spans.reduce((factor, span) => {
          const isWithin = instantMs >= span.fromMs && instantMs < span.toMs;
          return isWithin ? factor * span.factor : factor;
        }, 1);
    },
    hasSpan: (dayNumber) => uneven.has(dayNumber),
    mostOnDay: Math.max(1, ...changes.map(onDay)),
    unevenDays: [...uneven].flatMap((number) => [number - 1, number]),
    firstDay: Math.min(Number.POSITIVE_INFINITY, ...wholeDays, ...uneven),
  };
}

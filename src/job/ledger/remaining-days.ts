/** Which days of a backfill are left to send: those of a run that was cut off, then those that no run has sent. */
import { countsOfDay } from '../../ledger/day-counts.ts';
import type { Ledger, RunRow, Window } from '../../ledger/ledger.ts';
import { dateNumbered, dayNumberOf } from '../../timezone.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { BackfillJob } from '../job.ts';
import { digestOfSettings } from '../schedule.ts';

export interface DayWindow {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** A day that an earlier run has sent, or has begun to. */
export interface SentDay {
  readonly date: LocalDate;
  readonly run: RunRow;
}

export interface RemainingDays {
  /** Windows to send, one after the other, oldest day first. */
  readonly windows: readonly DayWindow[];
  /** In the order of their dates. */
  readonly sent: readonly SentDay[];
}

/** The job's part of its target's traffic, over its days. */
export function windowOf({ target, traffic, shard, from, to }: BackfillJob): Window {
  return { url: target.url, site: traffic.siteId, shard: `${shard.index}/${shard.count}`, from, to };
}

function datesOf({ from, to }: DayWindow): LocalDate[] {
  const first = dayNumberOf(from);
  return Array.from({ length: dayNumberOf(to) - first + 1 }, (_, i) => dateNumbered(first + i));
}

/** Days of which the run has sent anything. A killed process may have sent some of any day. */
async function touchedBy(ledger: Pick<Ledger, 'days'>, run: RunRow): Promise<LocalDate[]> {
  if (run.from === null || run.to === null) return [];
  if (run.outcome === 'done' || run.outcome === null) return datesOf({ from: run.from, to: run.to });
  const days = await ledger.days(run.id);
  return days
    .filter((day) => {
      const { planned = 0, skipped = 0 } = countsOfDay(day).hits;
      return planned > skipped;
    })
    .map(({ date }) => date);
}

/** The window of a run that was cut off and that the job, over these days, would continue. */
export function windowToContinue(run: RunRow, job: BackfillJob): DayWindow | undefined {
  const { from, to } = run;
  if (run.outcome === 'done' || from === null || to === null || from < job.from || to > job.to)
    return undefined;
  return digestOfSettings({ ...job, from, to }) === run.digest ? { from, to } : undefined;
}

/**
 * Days that the run has not finished and that runs which began after it have sent: going on with it would send them twice.
 * @param others backfills of the same target, site and visitors
 */
export async function sentSince(
  ledger: Pick<Ledger, 'days'>,
  run: RunRow,
  others: readonly RunRow[],
): Promise<SentDay[]> {
  const { from, to, startedMs } = run;
  const later = others.filter((other) => other.startedMs > startedMs);
  if (from === null || to === null || later.length === 0) return [];
  const settled = (await ledger.days(run.id)).filter((day) => day.settled !== null).map(({ date }) => date);
  const sent = new Map<LocalDate, RunRow>();
  for (const other of later) for (const date of await touchedBy(ledger, other)) sent.set(date, other);
  return datesOf({ from, to }).flatMap((date) => {
    const other = settled.includes(date) ? undefined : sent.get(date);
    return other ? { date, run: other } : [];
  });
}

/** Days of the window that earlier backfills have sent, or have begun to, whatever their settings were; newest run first. */
export async function sentDays(
  ledger: Pick<Ledger, 'overlapping' | 'days'>,
  window: Window,
): Promise<Map<LocalDate, RunRow>> {
  const sent = new Map<LocalDate, RunRow>();
  for (const run of await ledger.overlapping(window)) {
    for (const date of await touchedBy(ledger, run)) {
      if (date >= window.from && date <= window.to && !sent.has(date)) sent.set(date, run);
    }
  }
  return sent;
}

/** Neighbouring days as one window. */
function windowsOf(dates: readonly LocalDate[]): DayWindow[] {
  const windows: { from: LocalDate; to: LocalDate }[] = [];
  for (const date of dates) {
    const last = windows.at(-1);
    if (last && dayNumberOf(last.to) + 1 === dayNumberOf(date)) last.to = date;
    else windows.push({ from: date, to: date });
  }
  return windows;
}

/** @param parts the job, or the part of it that each shard has */
export async function remainingDays(
  ledger: Pick<Ledger, 'overlapping' | 'days'>,
  parts: readonly BackfillJob[],
): Promise<RemainingDays> {
  const continued = new Map<string, DayWindow>();
  const sent = new Map<LocalDate, RunRow>();
  for (const job of parts) {
    const before = await ledger.overlapping(windowOf(job));
    for (const run of before) {
      const own = windowToContinue(run, job);
      if (own && (await sentSince(ledger, run, before)).length === 0)
        continued.set(`${own.from} ${own.to}`, own);
      else for (const date of await touchedBy(ledger, run)) if (!sent.has(date)) sent.set(date, run);
    }
  }
  const [whole] = parts;
  const asked = whole ? datesOf(whole) : [];
  const isContinued = (date: LocalDate) =>
    [...continued.values()].some(({ from, to }) => from <= date && date <= to);
  const open = asked.filter((date) => !isContinued(date) && !sent.has(date));
  return {
    windows: [...continued.values(), ...windowsOf(open)].sort((a, b) => (a.from < b.from ? -1 : 1)),
    sent: asked.flatMap((date) => {
      const run = sent.get(date);
      return run && !isContinued(date) ? { date, run } : [];
    }),
  };
}

/** What was sent against what Matomo's reports show: pure comparison of counts. */
import type { LocalDate } from '../types/local-date.ts';
import { formatNumber } from './format.ts';
import type { Undelivered } from './undelivered.ts';

/** Numbers that both sides have, in the order in which they are shown. */
const METRICS = [
  'visits',
  'actions',
  'pageviews',
  'events',
  'searches',
  'outlinks',
  'downloads',
  'orders',
  'revenue',
  'carts',
  'goals',
] as const;
export type Metric = (typeof METRICS)[number];

/** Counts of one day; revenue in hundredths of the currency's unit. A metric that cannot be had is absent. */
export type DayCounts = Readonly<Partial<Record<Metric, number>>>;

export interface Difference {
  readonly date: LocalDate;
  readonly metric: Metric;
  /** Also what was not accepted; absent where that is not known. */
  readonly planned?: number;
  /** Accepted. */
  readonly sent: number;
  readonly recorded: number;
}

/** One row for each day and metric that both sides have. */
export function compareDay(
  date: LocalDate,
  sent: DayCounts,
  recorded: DayCounts,
  planned: DayCounts = {},
): Difference[] {
  return METRICS.flatMap((metric): Difference[] => {
    const [ours, theirs, all] = [sent[metric], recorded[metric], planned[metric]];
    if (ours === undefined || theirs === undefined) return [];
    return [{ date, metric, ...(all === undefined ? {} : { planned: all }), sent: ours, recorded: theirs }];
  });
}

export function isEqual({ sent, recorded }: Difference): boolean {
  return sent === recorded;
}

/** What the reports say about a run. */
export interface Verification {
  readonly isEqual: boolean;
  readonly rows: readonly Difference[];
  /** Likely reasons of the differences. */
  readonly reasons: readonly string[];
  /** What Matomo cannot show, for it has not accepted it. */
  readonly undelivered: Undelivered;
}

/** How the verification of one target's run ended. */
export interface VerificationEnd {
  readonly target: string;
  readonly runId: number;
  /** Undefined where the reports could not be read. */
  readonly verification: Verification | undefined;
  readonly error: Error | undefined;
}

/** Revenue in units of the currency, as summaries have it, and in hundredths besides. */
function rowJson(row: Difference) {
  if (row.metric !== 'revenue') return row;
  const { planned: plannedCents, sent: sentCents, recorded: recordedCents } = row;
  return {
    ...row,
    ...(plannedCents === undefined ? {} : { planned: plannedCents / 100, plannedCents }),
    sent: sentCents / 100,
    recorded: recordedCents / 100,
    sentCents,
    recordedCents,
  };
}

/** What `verificationJson` has made. */
export type VerificationJson = ReturnType<typeof verificationJson>;

/** The rows as they were: revenue in hundredths of the currency's unit. */
export function rowsOfJson({ rows }: Pick<VerificationJson, 'rows'>): Difference[] {
  return rows.map((row) => {
    if (!('sentCents' in row)) return row;
    const { plannedCents, sentCents, recordedCents, date, metric } = row;
    const planned = plannedCents === undefined ? {} : { planned: plannedCents };
    return { date, metric, ...planned, sent: sentCents, recorded: recordedCents };
  });
}

/** For scripts, with the target's name where there are several. */
export function verificationJson(
  target: string | undefined,
  run: number,
  { isEqual: equal, rows, reasons, undelivered }: Verification,
) {
  const named = target === undefined ? {} : { target };
  return {
    schema: 1,
    type: 'verification',
    ...named,
    run,
    equal,
    rows: rows.map(rowJson),
    reasons,
    undelivered,
  };
}

/** A line for people. */
export interface ShownDifference extends Omit<Difference, 'date'> {
  /** A day, or `all days`. */
  readonly days: string;
}

/** The days that differ, then each metric over all days. */
export function shownDifferences(rows: readonly Difference[]): ShownDifference[] {
  const different = rows.filter((row) => !isEqual(row));
  const sums = METRICS.flatMap((metric): ShownDifference[] => {
    const own = rows.filter((row) => row.metric === metric);
    if (own.length === 0) return [];
    const sum = (of: (row: Difference) => number) => own.reduce((total, row) => total + of(row), 0);
    const isPlanKnown = own.every(({ planned }) => planned !== undefined);
    return [
      {
        days: 'all days',
        metric,
        ...(isPlanKnown ? { planned: sum(({ planned = 0 }) => planned) } : {}),
        sent: sum(({ sent }) => sent),
        recorded: sum(({ recorded }) => recorded),
      },
    ];
  });
  return [...different.map(({ date, ...row }) => ({ days: date, ...row })), ...sums];
}

/** Revenue in units of the currency. */
export function countText(metric: Metric, count: number): string {
  return metric === 'revenue' ? formatNumber(count / 100, 2) : formatNumber(count);
}

/** `+3`, `-1.20`, `0`. */
export function differenceText({ metric, sent, recorded }: Omit<Difference, 'date'>): string {
  const difference = recorded - sent;
  return (difference > 0 ? '+' : '') + countText(metric, difference);
}

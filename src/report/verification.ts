/** What was sent against what Matomo's reports show: pure comparison of counts. */
import type { LocalDate } from '../types/local-date.ts';
import { formatNumber } from './format.ts';

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
  readonly sent: number;
  readonly recorded: number;
}

/** One row for each day and metric that both sides have. */
export function compareDay(date: LocalDate, sent: DayCounts, recorded: DayCounts): Difference[] {
  return METRICS.flatMap((metric) => {
    const [ours, theirs] = [sent[metric], recorded[metric]];
    return ours === undefined || theirs === undefined ? [] : [{ date, metric, sent: ours, recorded: theirs }];
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
  const { sent: sentCents, recorded: recordedCents } = row;
  return { ...row, sent: sentCents / 100, recorded: recordedCents / 100, sentCents, recordedCents };
}

/** For scripts, with the target's name where there are several. */
export function verificationJson(
  target: string | undefined,
  run: number,
  { isEqual: equal, rows, reasons }: Verification,
) {
  const named = target === undefined ? {} : { target };
  return { schema: 1, type: 'verification', ...named, run, equal, rows: rows.map(rowJson), reasons };
}

/** A line for people. */
export interface ShownDifference extends Omit<Difference, 'date'> {
  /** A day, or `all days`. */
  readonly days: string;
}

/** The days that differ, then each metric over all days. */
export function shownDifferences(rows: readonly Difference[]): ShownDifference[] {
  const different = rows.filter((row) => !isEqual(row));
  const sums = METRICS.flatMap((metric) => {
    const own = rows.filter((row) => row.metric === metric);
    const sum = (side: 'sent' | 'recorded') => own.reduce((total, row) => total + row[side], 0);
    return own.length > 0 ? { days: 'all days', metric, sent: sum('sent'), recorded: sum('recorded') } : [];
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

/** What the site's own settings say that bears on differences. */
export interface SiteFacts {
  readonly timezone: string;
  /** The timezone of the days that were sent, where it is another one. */
  readonly sentTimezone: string | undefined;
  /** Local date of the site's creation. */
  readonly createdOn: LocalDate | undefined;
  readonly hasExclusions: boolean;
  readonly excludesUnknownUrls: boolean;
  readonly isSearchOn: boolean;
  /** Hits of which the ledger does not know whether they were recorded, by day. */
  readonly unknownHits?: ReadonlyMap<LocalDate, number>;
}

/** Days whose surplus is more than hits of unknown outcome can explain. */
function hasForeignSurplus(surplus: readonly Difference[], { unknownHits }: SiteFacts): boolean {
  return surplus.some(
    ({ date, metric, sent, recorded }) =>
      metric === 'visits' && recorded - sent > (unknownHits?.get(date) ?? 0),
  );
}

function unknownText(differences: readonly Difference[], { unknownHits }: SiteFacts): string | undefined {
  const dates = new Set(differences.map(({ date }) => date));
  const count = [...dates].reduce((sum, date) => sum + (unknownHits?.get(date) ?? 0), 0);
  if (count === 0) return undefined;
  return `The ledger does not know the outcome of ${formatNumber(count)} hits of these days: Matomo may have recorded some of them.`;
}

/** Likely reasons of the differences, the likeliest first, as sentences. */
export function likelyReasons(
  differences: readonly Difference[],
  site: SiteFacts,
  today: LocalDate,
): string[] {
  const missing = differences.filter(({ sent, recorded }) => recorded < sent);
  const surplus = differences.filter(({ sent, recorded }) => recorded > sent);
  const reasons: string[] = [];
  const { createdOn, sentTimezone } = site;
  if (sentTimezone !== undefined) {
    reasons.push(
      `The site's timezone is ${site.timezone}, but visits were sent for days in ${sentTimezone}: Matomo has some of them on other days.`,
    );
  }
  const unknown = unknownText(differences, site);
  if (unknown !== undefined) reasons.push(unknown);
  if (hasForeignSurplus(surplus, site)) {
    reasons.push('Something else sent traffic to the same site on these days.');
  }
  if (createdOn !== undefined && missing.some(({ date }) => date < createdOn)) {
    reasons.push(`Some versions of Matomo do not report days before the site's creation on ${createdOn}.`);
  }
  if (missing.some(({ date }) => date === today)) {
    reasons.push("Today's report can be up to 15 minutes old; wait for it with --wait.");
  }
  if (missing.length > 0 && site.hasExclusions) {
    reasons.push(
      'The site excludes addresses or user agents, and Matomo silently ignores visits that match.',
    );
  }
  if (missing.length > 0 && site.excludesUnknownUrls) {
    reasons.push('The site only accepts its own URLs, and some pages have others: `validate` names one.');
  }
  if (!site.isSearchOn && missing.some(({ metric }) => metric === 'searches')) {
    reasons.push('Site search is turned off for the site, so searches count as pageviews.');
  }
  if (missing.some(({ metric }) => metric === 'visits') && missing.some(({ recorded }) => recorded === 0)) {
    reasons.push('Browser-triggered archiving is off, so reports change when core:archive runs next.');
  }
  if (missing.length > 0) reasons.push("Matomo's spam protection dropped some hits.");
  if (reasons.length === 0) {
    reasons.push('None that is known here: compare some visits of these days in the Visits log of Matomo.');
  }
  return reasons;
}

/** What was sent against what Matomo's reports show: pure comparison of counts. */
import type { LocalDate } from '../types/local-date.ts';
import { formatNumber } from './format.ts';
import { isIntended, reasonOf } from './reasons.ts';

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

/** Hits of the days that were verified, of all runs to the site. */
export interface Undelivered {
  readonly planned: number;
  readonly accepted: number;
  /** How many of them were not accepted, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Visits of the run's days that it has not come to, whose hits are in none of these numbers. */
  readonly unbegunVisits: number;
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

type Reasons = readonly (readonly [reason: string, hits: number])[];

const hitsOf = (reasons: Reasons) => reasons.reduce((sum, [, hits]) => sum + hits, 0);

/** Why hits were not accepted, the most frequent first: what went wrong apart from what was left out on purpose. */
function reasonsOf({ reasons }: Undelivered): { readonly wrong: Reasons; readonly intended: Reasons } {
  const all = Object.entries(reasons)
    .filter(([, hits]) => hits > 0)
    .sort(([, one], [, other]) => other - one);
  return {
    wrong: all.filter(([reason]) => !isIntended(reason)),
    intended: all.filter(([reason]) => isIntended(reason)),
  };
}

/** Hits of which somebody should know: those of live runs that were left out on purpose are none. */
function missingHits(undelivered: Undelivered, command: 'run' | 'backfill'): number {
  const { planned, accepted, unbegunVisits } = undelivered;
  const left = planned - accepted - (command === 'run' ? hitsOf(reasonsOf(undelivered).intended) : 0);
  return left + unbegunVisits;
}

/** `2,312 more were not sent (the run ended first).` @param of what they are counted in, where nothing is told before */
function leftOutText(intended: Reasons, of: string): string[] {
  const hits = hitsOf(intended);
  if (hits === 0) return [];
  const [first, ...others] = intended.map(([reason, count]) => ({ count, what: reasonOf(reason).what }));
  const why =
    others.length === 0
      ? ` (${first?.what})`
      : `: ${[first, ...others].map((one) => `${formatNumber(one?.count ?? 0)} (${one?.what})`).join(', ')}`;
  return [`${formatNumber(hits)} ${of} ${hits === 1 ? 'was' : 'were'} not sent${why}.`];
}

/**
 * What Matomo cannot show because it has not accepted it, what went wrong apart from what was not sent on purpose;
 * undefined where it has accepted all that was planned.
 */
export function undeliveredText(undelivered: Undelivered): string | undefined {
  const { planned, accepted, unbegunVisits: visits } = undelivered;
  const { wrong, intended } = reasonsOf(undelivered);
  const missing = planned - accepted - hitsOf(intended);
  const all = `of ${formatNumber(planned)} planned hits`;
  const why = wrong.map(([reason, hits]) => `${formatNumber(hits)} (${reasonOf(reason).what})`);
  const lost = `${formatNumber(missing)} ${all} ${missing === 1 ? 'was' : 'were'} not accepted and ${missing === 1 ? 'is' : 'are'} not in Matomo`;
  const parts = [
    ...(missing > 0 ? [`${lost}${why.length > 0 ? `: ${why.join(', ')}` : ''}.`] : []),
    ...leftOutText(intended, missing > 0 ? 'more' : all),
    ...(visits > 0
      ? [`${formatNumber(visits)} ${visits === 1 ? 'visit was' : 'visits were'} not begun.`]
      : []),
  ];
  return parts.length > 0 ? parts.join(' ') : undefined;
}

/** What came of the comparison, and how good that is: `good` only where nothing is missing anywhere. */
export function verificationSentence(
  isEqual: boolean,
  undelivered: Undelivered,
  command: 'run' | 'backfill',
): { readonly text: string; readonly tone: 'good' | 'warn' | 'bad' } {
  const missing = undeliveredText(undelivered);
  const more = missing === undefined ? '' : ` ${missing}`;
  if (!isEqual) return { text: `Matomo’s reports differ from what Matomo has accepted.${more}`, tone: 'bad' };
  if (missing === undefined) return { text: 'Matomo’s reports show exactly what was sent.', tone: 'good' };
  const tone = missingHits(undelivered, command) > 0 ? 'warn' : 'good';
  return { text: `Matomo’s reports show everything that it has accepted.${more}`, tone };
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

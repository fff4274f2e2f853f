/** What was sent against what Matomo's reports show: pure comparison of counts. */
import type { LocalDate } from '../types.ts';

/** Numbers that both sides have, in the order in which they are shown. */
export const METRICS = [
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

/** What the site's own settings say that bears on differences. */
export interface SiteFacts {
  /** Local date of the site's creation. */
  readonly createdOn: LocalDate | undefined;
  readonly hasExclusions: boolean;
  readonly excludesUnknownUrls: boolean;
  readonly isSearchOn: boolean;
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
  const { createdOn } = site;
  if (surplus.some(({ metric }) => metric === 'visits')) {
    reasons.push('Another source of traffic sends to the same site on these days.');
  }
  if (createdOn !== undefined && missing.some(({ date }) => date < createdOn)) {
    reasons.push(
      `Days before the site's creation on ${createdOn} are not archived by some versions of Matomo.`,
    );
  }
  if (missing.some(({ date }) => date === today)) {
    reasons.push("Today's report is refreshed every 15 minutes at most: --wait waits for it.");
  }
  if (missing.length > 0 && site.hasExclusions) {
    reasons.push('The site excludes addresses or user agents: what they send is answered and thrown away.');
  }
  if (missing.length > 0 && site.excludesUnknownUrls) {
    reasons.push("The site takes only URLs of its own: the pages must be on the site's main URL.");
  }
  if (!site.isSearchOn && missing.some(({ metric }) => metric === 'searches')) {
    reasons.push('Site search is switched off for the site: searches count as pageviews.');
  }
  if (missing.some(({ metric }) => metric === 'visits') && missing.some(({ recorded }) => recorded === 0)) {
    reasons.push('Archiving by the browser is switched off: reports change at the next core:archive.');
  }
  if (missing.length > 0) reasons.push('Spam protection dropped hits of these addresses or browsers.');
  return reasons;
}

/** Why Matomo's reports may differ from what it has accepted. */
import type { LocalDate } from '../types/local-date.ts';
import { formatNumber } from './format.ts';
import type { Difference } from './verification.ts';

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
  /** Days that several runs have sent with one seed. */
  readonly repeatedDays?: ReadonlySet<LocalDate>;
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
  const repeated = differences.find(({ date }) => site.repeatedDays?.has(date))?.date;
  if (repeated !== undefined) {
    reasons.push(
      `The same visits were sent more than once, such as those of ${repeated}: Matomo adds their actions to the visits that it has, and refuses their orders. Use another --seed with --again.`,
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
  if (missing.length > 0 && repeated === undefined)
    reasons.push("Matomo's spam protection dropped some hits.");
  if (reasons.length === 0) {
    reasons.push(
      'The same visits were sent before with another ledger, as by a new CI container with the same seed: Matomo adds their actions to the visits that it has.',
      'If not, something else sent traffic to the same site: compare some visits of these days in the Visits log of Matomo.',
    );
  }
  return reasons;
}

/** What Matomo's reports cannot show, because it was not accepted or not sent, in sentences. */
import { formatNumber } from './format.ts';
import { isIntended, reasonOf } from './reasons.ts';

/** Hits of the days that were verified, of all runs to the site. */
export interface Undelivered {
  readonly planned: number;
  readonly accepted: number;
  /** How many of them were not accepted, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Visits of the run's days that it has not come to, whose hits are in none of these numbers. */
  readonly unbegunVisits: number;
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

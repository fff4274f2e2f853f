/** What the embedded endpoint has recorded, beside what was accepted: not every hit is a row of its own. */
import { formatNumber } from '../format.ts';
import type { TotalSummary } from '../summary.ts';

interface Recorded {
  readonly visits: number;
  /** Rows: actions and conversions. */
  readonly recorded: number;
  readonly sites: Readonly<
    Record<
      string,
      { readonly days: Readonly<Record<string, { readonly kinds: object; readonly automaticGoals: number }>> }
    >
  >;
}

function isRecorded(value: unknown): value is Recorded {
  return typeof value === 'object' && value !== null && 'recorded' in value && 'sites' in value;
}

function sum(values: Iterable<unknown>): number {
  let total = 0;
  for (const value of values) total += Number(value);
  return total;
}

/** Why there are fewer rows than accepted hits. */
function differenceText({ recorded, sites }: Recorded, { hits, kinds }: TotalSummary): string {
  const days = Object.values(sites).flatMap(({ days: ofSite }) => Object.values(ofSite));
  const tracked = sum(days.map((day) => sum(Object.values(day.kinds))));
  const goals = sum(days.map((day) => day.automaticGoals));
  const dropped = hits.accepted - tracked;
  const shared = tracked + goals - recorded - kinds.ping;
  const parts = [
    ...(kinds.ping > 0 ? [`${formatNumber(kinds.ping)} pings only lengthened a visit`] : []),
    ...(shared > 0 ? [`${formatNumber(shared)} cart updates and orders changed a cart that was there`] : []),
    ...(dropped > 0 ? [`${formatNumber(dropped)} were accepted and then dropped, as Matomo does`] : []),
  ];
  return parts.length === 0
    ? ''
    : `; of the ${formatNumber(hits.accepted)} accepted hits, ${parts.join(' and ')}`;
}

/** Undefined where no endpoint of ours was asked. */
export function recordedText(summary: TotalSummary): string | undefined {
  const { recorded } = summary;
  if (!isRecorded(recorded)) return undefined;
  const rows = `${formatNumber(recorded.visits)} visits, ${formatNumber(recorded.recorded)} actions and conversions`;
  return `${rows}${differenceText(recorded, summary)}`;
}

/** Numbers of runs that workers share, and the words for them. */
import { lostOf } from '../../../report/counts.ts';
import { formatNumber } from '../../../report/format.ts';
import type { SharedRun } from '../../api/schema.ts';

type Counts = Readonly<Record<string, number>>;

/** `1 shard`, `24 shards`. */
export const counted = (count: number, what: string) =>
  `${formatNumber(count)} ${what}${count === 1 ? '' : 's'}`;

/** A target that is the only one has no name of its own. */
export function nameOf({ target, site, url }: SharedRun): string {
  return target === 'default' ? `site ${site} at ${new URL(url).host}` : target;
}

/** Sent, and not recorded or not known to be. */
export function lostHits({ rejected = 0, failed = 0, unknown = 0 }: Counts): number {
  return lostOf({ accepted: 0, skipped: 0, rejected, failed, unknown });
}

/** The workers that have a shard of the run. */
export function workersOf({ shards }: SharedRun): Set<number> {
  return new Set(
    shards.flatMap(({ state, worker }) => (state === 'taken' && worker !== null ? [worker] : [])),
  );
}

const DAY_MS = 86_400_000;

/** Days of a backfill, and how many of them every shard has sent; undefined for a live run. */
export function daysOf({
  from,
  to,
  shards,
}: SharedRun): { readonly done: number; readonly all: number } | undefined {
  if (from === null || to === null) return undefined;
  const upTo = (day: string) => (Date.parse(day) - Date.parse(from)) / DAY_MS + 1;
  const all = upTo(to);
  const done = shards.map(({ state, lastDay }) => {
    if (state === 'done') return all;
    return lastDay === null ? 0 : upTo(lastDay);
  });
  return { done: Math.min(all, ...done), all };
}

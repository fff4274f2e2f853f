/** Pairs of visits that Matomo would merge, or that come too near to each other. */
import type { Visit } from '../../src/types/visit.ts';
import { groupBy } from './fixtures.ts';

const APART_MS = 31 * 60_000;

const endOf = (visit: Visit) => visit.steps.at(-1)?.atMs ?? visit.startMs;
const nameOf = ({ key }: Visit) => `${key.day}/${key.index}`;

function tooNear(visits: readonly Visit[]): string[] {
  const sorted = visits.toSorted((a, b) => a.startMs - b.startMs);
  let latest: Visit | undefined;
  return sorted.flatMap((visit) => {
    const before = latest;
    if (!latest || endOf(visit) > endOf(latest)) latest = visit;
    if (!before || visit.startMs - endOf(before) >= APART_MS) return [];
    return [`${nameOf(before)} and ${nameOf(visit)}: ${(visit.startMs - endOf(before)) / 60_000} minutes`];
  });
}

/** Visits of one visitor that overlap or come within 31 minutes of each other. */
export function clashesOfVisitors(visits: readonly Visit[]): string[] {
  return [...groupBy(visits, ({ visitor }) => visitor.number).values()].flatMap(tooNear);
}

/** The same for visits that share address, browser and language, whoever makes them. */
export function clashesOfFingerprints(visits: readonly Visit[]): string[] {
  const located = visits.filter(({ visitor }) => visitor.place);
  const fingerprint = ({ visitor }: Visit) =>
    [visitor.place?.address, visitor.userAgent, visitor.language].join(' ');
  return [...groupBy(located, fingerprint).values()].flatMap(tooNear);
}

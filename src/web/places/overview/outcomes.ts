/** Counts of a run by how its hits ended. */
import type { Run } from '../../api/schema.ts';

export type Totals = NonNullable<Run['totals']>;

export const count = (values: Readonly<Record<string, number>>, name: string) => values[name] ?? 0;
export const outcomesOf = ({ hits }: Totals) => ({
  accepted: count(hits, 'accepted'),
  rejected: count(hits, 'rejected'),
  failed: count(hits, 'failed'),
  unknown: count(hits, 'unknown'),
  skipped: count(hits, 'skipped'),
});

/** Whether two backfills may have sent the same visits. */
import type { RunRow, Window } from './ledger.ts';

/** Only two different parts of one division have no visitor in common. */
function mayShareVisitors(a: string, b: string): boolean {
  return a === b || a.split('/')[1] !== b.split('/')[1];
}

export function isOverlapping(run: RunRow, window: Window): boolean {
  return (
    run.command === 'backfill' &&
    run.url === window.url &&
    run.site === window.site &&
    run.from !== null &&
    run.to !== null &&
    run.from <= window.to &&
    run.to >= window.from &&
    mayShareVisitors(run.shard, window.shard)
  );
}

/** Writes one summary: of a day, of a target's run, or of the whole run. */
import type { DaySummary, TargetSummary, TotalSummary } from './summary.ts';

export type Reporter = (
  summary: DaySummary | TargetSummary | TotalSummary,
  write: (text: string) => void,
) => void;

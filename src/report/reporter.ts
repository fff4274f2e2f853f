/** Writes one summary of a day or of the whole run. */
import type { Summary, TotalSummary } from './summary.ts';

export type Reporter = (summary: Summary | TotalSummary, write: (text: string) => void) => void;

/** One JSON object a line. */
import type { Reporter } from '../reporter.ts';

export const jsonReporter: Reporter = (summary, write) => write(`${JSON.stringify(summary)}\n`);

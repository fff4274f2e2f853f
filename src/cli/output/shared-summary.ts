/** Prints the summary of a run that workers share: what its creator prints at the end. */
import type { SharedSummary } from '../../cluster/shared-summary.ts';
import type { Host } from '../../host.ts';
import {
  type SummaryContext,
  summariseDay,
  summariseTotal,
  type TotalSummary,
} from '../../report/summary.ts';
import { createTextReporter } from '../../report/text/text-reporter.ts';

function contextOf({ job }: SharedSummary): SummaryContext {
  const { command, name: target, traffic } = job;
  const { siteId: site, timezone, currency } = traffic;
  return { command, target, site, timezone, currency, isDryRun: false };
}

export function sharedTotal(summary: SharedSummary): TotalSummary {
  return summariseTotal(contextOf(summary), summary.totals, summary.facts);
}

export function printSharedSummary(
  { stdout }: Pick<Host, 'stdout'>,
  summary: SharedSummary,
  isOver: boolean,
): void {
  const report = createTextReporter(false, false, !isOver);
  const write = (text: string) => void stdout.write(text);
  for (const { date, totals } of summary.days) report(summariseDay(contextOf(summary), date, totals), write);
  report(sharedTotal(summary), write);
}

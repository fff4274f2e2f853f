/** The page about a run or a backfill. */
import type { ComparedTarget } from '../comparison-sentence.ts';
import { healthOf } from '../health.ts';
import { distributionChart } from './charts/distribution-chart.ts';
import { latencyByTarget, latencyChart, outcomeChart, rateChart, stepTable } from './charts/over-time.ts';
import { stepsOf } from './charts/steps.ts';
import type { Markup } from './markup.ts';
import { columns, pageText, section } from './page.ts';
import { footerOf, repeatSection, settingsSection } from './provenance.ts';
import { runHeadline } from './run-headline.ts';
import type { RunReport } from './run-report.ts';
import { comparisonTable, targetTable } from './targets.ts';
import { thresholdTable } from './thresholds.ts';
import { behaviourTable, dayTable, funnelTable, kindTable, outcomeTable, troubleTable } from './traffic.ts';
import { verificationPart } from './verification.ts';

/** Nothing where no time has passed: in a dry run, and where an earlier process has sent it all. */
function timeSection({ summary, targets, provenance }: RunReport): Markup | undefined {
  const { endedMs } = provenance;
  const all = targets.flatMap(({ points }) => points);
  if (all.length === 0) return undefined;
  const steps = stepsOf(all, endedMs);
  const ofTargets = targets.map(({ name, points }) => ({ name, steps: stepsOf(points, endedMs) }));
  return section(
    'Over time',
    rateChart(steps, summary.command === 'run'),
    outcomeChart(steps),
    latencyChart(steps),
    targets.length > 1 && latencyByTarget(ofTargets),
    stepTable(steps),
  );
}

function distributionSection({ summary, latencyMs, lagMs }: RunReport): Markup | undefined {
  if (latencyMs.totalCount === 0) return undefined;
  return section(
    'Response times, and how late requests were sent',
    columns(
      distributionChart('Response times', 'requests', latencyMs),
      summary.command === 'run' && distributionChart('Sent late by', 'requests', lagMs),
    ),
  );
}

function comparedTargets({ targets = [] }: RunReport['summary']): ComparedTarget[] {
  return targets.map(({ target, latencyMs, failedAttempts = {} }) => ({
    name: target ?? '',
    p50: latencyMs.p50,
    p95: latencyMs.p95,
    failedAttempts: Object.values(failedAttempts).reduce((sum, attempts) => sum + attempts, 0),
  }));
}

function targetsSection({ summary, targets, errors }: RunReport): Markup {
  const { target, site, visits, hits, reasons, latencyMs, comparison = [] } = summary;
  const only = {
    target,
    site,
    visits,
    hits,
    reasons,
    latencyMs,
    health: healthOf(hits, reasons),
    error: errors[0] ?? null,
  };
  return section(
    'Targets',
    targetTable(summary.targets ?? [only], targets),
    comparison.length > 0 && comparisonTable(comparison, comparedTargets(summary)),
  );
}

/** @returns the text of an HTML file that needs no other */
export function runPage(report: RunReport): string {
  const { summary, days, targets, verified, provenance } = report;
  const { thresholds = [], dryRun, funnels } = summary;
  const isOfSeveral = targets.length > 1;
  const entered = Object.entries(funnels);
  return pageText({
    title: `${[summary.command, ...days.slice(0, 1).map(({ date }) => date)].join(' ')} – trafficinator`,
    header: runHeadline(report),
    sections: [
      thresholds.length > 0 ? section('Thresholds', thresholdTable(thresholds, isOfSeveral)) : undefined,
      timeSection(report),
      distributionSection(report),
      section(
        'Hits',
        columns(
          !dryRun && outcomeTable(summary),
          kindTable(summary, dryRun),
          behaviourTable(summary, dryRun),
        ),
      ),
      troubleTable(summary, provenance.timezone),
      dryRun ? undefined : targetsSection(report),
      verified.length > 0
        ? section("In Matomo's reports", ...verified.map((end) => verificationPart(end, isOfSeveral)))
        : undefined,
      days.length > 0 ? section('Days', dayTable(days, dryRun, isOfSeveral)) : undefined,
      entered.length > 0
        ? section('Funnels', columns(...entered.map(([name, funnel]) => funnelTable(name, funnel, dryRun))))
        : undefined,
      settingsSection(provenance),
      repeatSection(provenance, [
        ['seed', summary.seed],
        ['traffic digest', summary.digest],
      ]),
    ],
    footer: footerOf(provenance),
  });
}

/** The result files of `run` and `backfill`. */
import type { SettingsCommand } from '../../config/schema/setting.ts';
import { sumOf } from '../../ledger/sum.ts';
import { daysCsv } from '../../report/files/csv.ts';
import { junitXml } from '../../report/files/junit.ts';
import { testsOfRun } from '../../report/files/test-results.ts';
import type { DaySummary, TargetSummary, TotalSummary } from '../../report/summary.ts';
import { type VerificationEnd, verificationJson } from '../../report/verification.ts';
import type { CliContext } from '../context.ts';
import type { Session } from '../options/session.ts';
import type { JobEnd } from './job-end.ts';
import { provenanceOf } from './provenance.ts';
import { type ResultFileOptions, summaryJson, writeResultFiles } from './result-files.ts';

export interface RunFiles {
  /** Gets every summary that is printed. */
  note(summary: DaySummary | TargetSummary | TotalSummary): void;
  /** When the last summary has been printed. @param verified empty where nobody asked the reports. @returns the exit code */
  write(ends: readonly JobEnd[], verified: readonly VerificationEnd[]): Promise<number>;
}

/** Of the reports that could be read. */
function verificationsOf(verified: readonly VerificationEnd[]) {
  if (verified.length === 0) return {};
  return {
    verifications: verified.flatMap(({ target, runId, verification }) =>
      verification ? verificationJson(target, runId, verification) : [],
    ),
  };
}

export function openRunFiles(
  context: CliContext,
  command: SettingsCommand,
  session: Session,
  options: ResultFileOptions,
): RunFiles {
  const startedMs = context.clock.now();
  const days: DaySummary[] = [];
  let total: TotalSummary | undefined;

  async function page(
    summary: TotalSummary,
    ends: readonly JobEnd[],
    verified: readonly VerificationEnd[],
  ): Promise<string> {
    const { runPage } = await import('../../report/html/run-page.ts');
    const { latencyMs, lagMs } = sumOf(ends.map(({ totals }) => totals));
    return runPage({
      summary,
      days,
      targets: ends.map(({ job, points }) => {
        const { name, target, traffic } = job;
        return { name, url: target.url, timezone: traffic.timezone, points };
      }),
      latencyMs,
      lagMs,
      verified,
      errors: ends.flatMap(({ error }) => (error ? [error.message] : [])),
      provenance: provenanceOf(context, session, command, startedMs),
    });
  }

  return {
    note(summary) {
      if (summary.type === 'day') days.push(summary);
      else if (summary.type === 'total') total = summary;
    },
    async write(ends, verified) {
      if (!total) throw new Error('result files of no run');
      const summary = total;
      return writeResultFiles(context, options, {
        report: () => page(summary, ends, verified),
        summary: () => summaryJson({ ...summary, ...verificationsOf(verified) }),
        csv: () => daysCsv(days),
        junit: () => junitXml(command, testsOfRun(summary, ends, verified)),
      });
    },
  };
}

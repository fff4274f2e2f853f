/** What a run prints on standard output, and notes for its files: its days, its targets where there are several, and the total. */

import type { SettingsCommand } from '../../config/schema/setting.ts';
import { EXIT } from '../../errors.ts';
import type { Job } from '../../job/job.ts';
import { sumOf } from '../../ledger/sum.ts';
import type { Totals } from '../../ledger/totals.ts';
import { sumOfDigests } from '../../plan/digest.ts';
import { summariseAll } from '../../report/all-targets.ts';
import { jsonReporter } from '../../report/files/json.ts';
import type { Reporter } from '../../report/reporter.ts';
import {
  type RunResults,
  type SummaryContext,
  summariseDay,
  summariseTarget,
  summariseTotal,
} from '../../report/summary.ts';
import { createTextReporter } from '../../report/text/text-reporter.ts';
import type { VerificationEnd } from '../../report/verification.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { CliContext } from '../context.ts';
import type { JobEnd } from './job-end.ts';
import type { RunFiles } from './run-files.ts';

export interface Results {
  onDay(job: Job, date: LocalDate, totals: Totals): void;
  /** With `--quiet`, text that was kept is printed now, unless all went well. */
  close(exitCode: number): void;
  /** All jobs in their order, when all have ended. Where none could begin there is nothing to print but as JSON. */
  print(ends: readonly JobEnd[]): void;
  /**
   * The files, after everything else. Where no job could begin they say so: those of yesterday would lie. Only a wrong
   * command leaves them alone. @returns the exit code
   */
  write(ends: readonly JobEnd[], verified: readonly VerificationEnd[]): Promise<number>;
}

type Summary = Parameters<Reporter>[0];

export interface ResultsOptions {
  readonly command: SettingsCommand;
  readonly isDryRun: boolean;
  readonly isJson: boolean;
  readonly isMirror: boolean;
  readonly hasSeveralTargets: boolean;
  readonly files: RunFiles;
  /** Gets every summary that is printed. */
  readonly onSummary?: (summary: Summary) => void;
}

function factsOfAll(ends: readonly JobEnd[]): RunResults {
  return {
    digest: sumOfDigests(ends.map(({ facts }) => facts.digest)),
    seed: ends[0]?.facts.seed ?? '',
    durationMs: Math.max(...ends.map(({ facts }) => facts.durationMs)),
    error: ends.map(({ facts }) => facts.error).find((error) => error !== undefined),
    endedBy: ends.map(({ facts }) => facts.endedBy).find((reason) => reason !== undefined),
    pausedMs: Math.max(...ends.map(({ facts }) => facts.pausedMs ?? 0)),
    verdicts: ends.flatMap(({ facts }) => facts.verdicts ?? []),
  };
}

function isWrongCommand(ends: readonly JobEnd[]): boolean {
  return ends.every(({ hasBegun, exitCode }) => !hasBegun && exitCode === EXIT.usage);
}

export function writeResults({ host, log }: CliContext, rules: ResultsOptions): Results {
  const { command, isDryRun, hasSeveralTargets, isMirror, files } = rules;
  const reporter: Reporter = rules.isJson ? jsonReporter : createTextReporter(hasSeveralTargets, isDryRun);
  const isKept = log.isQuiet && !rules.isJson && !isDryRun;
  let kept = '';
  const write = (text: string) => {
    if (isKept) kept += text;
    else host.stdout.write(text);
  };
  const print = (summary: Summary) => {
    reporter(summary, write);
    files.note(summary);
    rules.onSummary?.(summary);
  };
  const contextOf = ({ name, traffic }: Job): SummaryContext => {
    const { siteId: site, timezone, currency } = traffic;
    return { command, target: name, site, timezone, currency, isDryRun };
  };

  function writeAll(ends: readonly JobEnd[], report: (summary: Summary) => void): void {
    const targets = ends.map(({ job, totals, facts }) => summariseTarget(contextOf(job), totals, facts));
    for (const target of targets) report(target);
    const errors = new Map(
      ends.flatMap(({ job, error }) => (error ? [[job.name, error.message] as const] : [])),
    );
    const totals = sumOf(ends.map((end) => end.totals));
    report(summariseAll({ targets, errors, isMirror }, totals, factsOfAll(ends)));
  }

  return {
    close(exitCode) {
      if (exitCode !== EXIT.done && kept !== '') host.stdout.write(kept);
      kept = '';
    },
    onDay: (job, date, totals) => print(summariseDay(contextOf(job), date, totals)),
    print(ends) {
      const [only] = ends;
      // A script that reads JSON is told why there is nothing; people have read the error.
      const isTold = ends.some(({ hasBegun }) => hasBegun) || (rules.isJson && !isWrongCommand(ends));
      const report = isTold ? print : files.note;
      // What is left to workers has no end here.
      if (!only) return;
      if (hasSeveralTargets) writeAll(ends, report);
      else report(summariseTotal(contextOf(only.job), only.totals, only.facts));
    },
    async write(ends, verified) {
      return isWrongCommand(ends) ? EXIT.done : files.write(ends, verified);
    },
  };
}

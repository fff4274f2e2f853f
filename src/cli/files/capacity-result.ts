/** What a search for a server's capacity found: a line for each step, then the result, also in files. */

import type { LiveJob } from '../../job/job.ts';
import {
  type Capacity,
  type CapacityEvidence,
  capacityHeading,
  capacityStepText,
  isLowerBound,
  visitsADay,
} from '../../report/capacity.ts';
import { stepsCsv } from '../../report/files/csv.ts';
import { junitXml } from '../../report/files/junit.ts';
import { testsOfCapacity } from '../../report/files/test-results.ts';
import type { CliContext } from '../context.ts';
import type { Session } from '../options/session.ts';
import { provenanceOf } from './provenance.ts';
import { type ResultFileOptions, summaryJson, writeResultFiles } from './result-files.ts';

/** A search, with what was asked for. */
export interface CapacityTask {
  readonly session: Session;
  readonly job: LiveJob;
  readonly options: ResultFileOptions;
  readonly startedMs: number;
}

export function capacityLine(capacity: Capacity, thresholds: readonly string[]) {
  const { rate, isHeld, tooMuch, steps } = capacity;
  return {
    schema: 1,
    type: 'capacity',
    visitsPerDay: visitsADay(capacity) ?? null,
    visitsPerSecond: rate ?? null,
    held: isHeld,
    /** True: the limit of --to was reached, and the target may take more. */
    atLeast: isLowerBound(capacity),
    tooMuchPerSecond: tooMuch ?? null,
    thresholds,
    steps,
  };
}

/** What was found, in the files that are asked for. @returns the exit code */
export function writeCapacityFiles(
  context: CliContext,
  { session, job, options, startedMs }: CapacityTask,
  capacity: Capacity,
  thresholds: readonly string[],
): Promise<number> {
  return writeResultFiles(context, options, {
    report: async () => {
      const { capacityPage } = await import('../../report/html/capacity-page.ts');
      const { siteId: site, seed } = job.traffic;
      const provenance = provenanceOf(context, session, 'run', startedMs);
      return capacityPage({ capacity, thresholds, url: job.target.url, site, seed, provenance });
    },
    summary: () => summaryJson(capacityLine(capacity, thresholds)),
    csv: () => stepsCsv(capacity.steps),
    junit: () => junitXml('capacity', testsOfCapacity(capacity)),
  });
}

/** Writes each step as it ends. */
export function createStepWriter({ host }: CliContext, isJson: boolean) {
  let isFirst = true;
  return (step: CapacityEvidence) => {
    const text = isJson
      ? `${JSON.stringify({ schema: 1, type: 'step', ...step })}\n`
      : `${isFirst ? capacityHeading() : ''}${capacityStepText(step)}`;
    host.stdout.write(text);
    isFirst = false;
  };
}

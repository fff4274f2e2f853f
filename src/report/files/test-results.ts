/** A run or a search as tests: what it was held to, and whether it did what it was to do. */
import { EXIT } from '../../errors.ts';
import { type Capacity, capacityText, missedText } from '../capacity.ts';
import { missingOf, overdueOf } from '../counts.ts';
import { formatNumber } from '../format.ts';
import type { TotalSummary } from '../summary.ts';
import { verificationText } from '../text/verification-text.ts';
import { type Verdict, verdictText } from '../verdict.ts';
import { isEqual, type VerificationEnd } from '../verification.ts';
import type { TestCase } from './junit.ts';

/** How the run of one target ended. */
export interface RunEnd {
  readonly exitCode: number;
  readonly error: Error | undefined;
}

function testOfVerdict(verdict: Verdict): TestCase {
  const test = { area: `threshold.${verdict.target}`, name: verdict.threshold, text: verdictText(verdict) };
  return verdict.isMet ? { ...test, outcome: 'passed' } : { ...test, outcome: 'failed', message: test.text };
}

/** Why the run was not what it was to be, whatever its thresholds say; undefined when it was, or was stopped. */
function problemOf(
  { hits, reasons, thresholds = [] }: TotalSummary,
  ends: readonly RunEnd[],
): string | undefined {
  const errors = ends.flatMap(({ error }) => (error ? [error.message] : []));
  if (errors.length > 0) return errors.join(' ');
  const codes = ends.map(({ exitCode }) => exitCode);
  if (codes.includes(EXIT.losses)) {
    return `${formatNumber(missingOf(hits, reasons))} hits were lost`;
  }
  const isLate = codes.includes(EXIT.threshold) && thresholds.every(({ isMet }) => isMet);
  return isLate ? `${formatNumber(overdueOf(reasons))} hits were too late and were skipped` : undefined;
}

function testOfVerification({ target, verification, error }: VerificationEnd): TestCase {
  const test = { area: `verification.${target}`, name: 'reports' };
  if (!verification) {
    const message = error?.message ?? 'the reports could not be read';
    return { ...test, text: message, outcome: 'failed', message };
  }
  const text = verificationText(verification);
  if (verification.isEqual) return { ...test, text, outcome: 'passed' };
  const different = verification.rows.filter((row) => !isEqual(row));
  const metrics = [...new Set(different.map(({ metric }) => metric))].join(', ');
  const days = new Set(different.map(({ date }) => date)).size;
  const message = `${metrics} differ on ${days === 1 ? 'one day' : `${days} days`}`;
  return { ...test, text, outcome: 'failed', message };
}

/** The run, then its thresholds, then what Matomo's reports say of it. */
export function testsOfRun(
  summary: TotalSummary,
  ends: readonly RunEnd[],
  verified: readonly VerificationEnd[],
): TestCase[] {
  const { command, hits, visits, dryRun, thresholds = [] } = summary;
  const what = `${formatNumber(visits.planned)} visits, ${formatNumber(hits.planned)} hits planned`;
  const came = dryRun ? 'nothing was sent' : `${formatNumber(hits.accepted)} hits accepted`;
  const test = { area: command, name: 'delivery', text: `${what}: ${came}` };
  const message = problemOf(summary, ends);
  const run: TestCase =
    message === undefined ? { ...test, outcome: 'passed' } : { ...test, outcome: 'failed', message };
  return [run, ...thresholds.map(testOfVerdict), ...verified.map(testOfVerification)];
}

/** The search, then the thresholds of its last step. */
export function testsOfCapacity(capacity: Capacity): TestCase[] {
  const last = capacity.steps.at(-1);
  const text = capacityText(capacity);
  const test = { area: 'capacity', name: 'held', text };
  const message = last && !last.isSustained ? `${text}: ${missedText(last)}` : text;
  const held: TestCase = capacity.isHeld
    ? { ...test, outcome: 'passed' }
    : { ...test, outcome: 'failed', message };
  return [held, ...(last?.verdicts ?? []).map(testOfVerdict)];
}

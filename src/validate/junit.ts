/** Findings as tests. */
import type { TestCase } from '../report/files/junit.ts';
import type { Finding } from './finding.ts';

export function testOfFinding({ code, severity, area, message, hint }: Finding, isStrict: boolean): TestCase {
  const test = { area, name: code, text: hint === undefined ? message : `${message} ${hint}` };
  if (severity === 'error' || (isStrict && severity !== 'ok')) return { ...test, outcome: 'failed', message };
  return { ...test, outcome: severity === 'unknown' ? 'skipped' : 'passed' };
}

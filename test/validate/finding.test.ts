import { describe, expect, it } from 'vitest';
import {
  type Area,
  exitCodeOf,
  type Finding,
  type Severity,
  verdictText,
} from '../../src/validate/finding.ts';

const finding = (severity: Severity, area: Area = 'target'): Finding => ({
  code: 'any',
  severity,
  area,
  message: 'Any.',
});

describe('the verdict on findings', () => {
  it.each([
    [[finding('ok')], false, 'Ready.', 0],
    [[finding('ok'), finding('warning'), finding('warning')], false, 'Ready, with 2 warnings.', 0],
    [[finding('unknown'), finding('warning')], false, 'Ready, with 1 warning and 1 open question.', 0],
    [[finding('unknown')], true, 'Not ready: 1 open question. Exit code 3.', 3],
    [[finding('error'), finding('warning')], false, 'Not ready: 1 error. Exit code 3.', 3],
    [[finding('error'), finding('error', 'rights')], false, 'Not ready: 2 errors. Exit code 4.', 4],
    [
      [finding('error', 'rights'), finding('error', 'settings')],
      false,
      'Not ready: 2 errors. Exit code 2.',
      2,
    ],
  ])(
    '%#: counts what stands in the way, and ends with the most severe code',
    (findings, isStrict, text, code) => {
      expect(verdictText(findings, isStrict)).toBe(text);
      expect(exitCodeOf(findings, isStrict)).toBe(code);
    },
  );
});

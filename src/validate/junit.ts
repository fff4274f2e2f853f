/** Findings as JUnit XML, which pipelines show as tests. */
import type { Finding } from './finding.ts';

function escapeXml(text: string): string {
  return (
    text
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
      // XML 1.0 has no place for control characters, not even escaped.
      .replace(/[^\P{Cc}\n\t]/gu, '')
  );
}

function testCase({ code, severity, area, message, hint }: Finding, isStrict: boolean): string {
  const name = `<testcase classname="trafficinator.${area}" name="${escapeXml(code)}"`;
  const text = escapeXml(hint === undefined ? message : `${message} ${hint}`);
  if (severity === 'error' || (isStrict && severity !== 'ok')) {
    return `  ${name}><failure message="${escapeXml(message)}">${text}</failure></testcase>\n`;
  }
  if (severity === 'unknown') return `  ${name}><skipped message="${text}"/></testcase>\n`;
  return `  ${name}><system-out>${text}</system-out></testcase>\n`;
}

export function junitXml(findings: readonly Finding[], isStrict: boolean): string {
  const isFailure = ({ severity }: Finding) => severity === 'error' || (isStrict && severity !== 'ok');
  const failures = findings.filter(isFailure).length;
  const skipped = isStrict ? 0 : findings.filter(({ severity }) => severity === 'unknown').length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuite name="trafficinator validate" tests="${findings.length}" failures="${failures}" skipped="${skipped}">\n`,
    ...findings.map((finding) => testCase(finding, isStrict)),
    '</testsuite>\n',
  ].join('');
}

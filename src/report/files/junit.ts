/** JUnit XML, which pipelines show as tests. */
import { escapeMarkup } from '../escape.ts';

/** One test. `text` says what came out; of a failure `message` is the short form. */
export type TestCase = {
  /** Follows `trafficinator.` in the name of the class. */
  readonly area: string;
  readonly name: string;
  readonly text: string;
} & ({ readonly outcome: 'passed' | 'skipped' } | { readonly outcome: 'failed'; readonly message: string });

function testCase(test: TestCase): string {
  const name = `<testcase classname="trafficinator.${escapeMarkup(test.area)}" name="${escapeMarkup(test.name)}"`;
  const text = escapeMarkup(test.text);
  switch (test.outcome) {
    case 'failed':
      return `  ${name}><failure message="${escapeMarkup(test.message)}">${text}</failure></testcase>\n`;
    case 'skipped':
      return `  ${name}><skipped message="${text}"/></testcase>\n`;
    default:
      return `  ${name}><system-out>${text}</system-out></testcase>\n`;
  }
}

/** @param suite what was run: `validate` */
export function junitXml(suite: string, tests: readonly TestCase[]): string {
  const count = (outcome: TestCase['outcome']) => tests.filter((test) => test.outcome === outcome).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuite name="trafficinator ${suite}" tests="${tests.length}" failures="${count('failed')}" skipped="${count('skipped')}">\n`,
    ...tests.map(testCase),
    '</testsuite>\n',
  ].join('');
}

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { summariseAll } from '../../src/report/all-targets.ts';
import { REASONS } from '../../src/report/reasons.ts';
import { summariseDay, summariseTarget } from '../../src/report/summary.ts';
import { LABELS } from '../../src/report/text/summary-text.ts';
import { createTextReporter } from '../../src/report/text/text-reporter.ts';
import { CONTEXT, FACTS, totalsOf } from './totals.ts';

const troubleshooting = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');
const page = readFileSync(new URL('../../docs/reading-the-output.md', import.meta.url), 'utf8');

/** Everything that the text reporter can print: days and targets of two servers, and a total with every line. */
function everything(hasSeveralTargets: boolean): string {
  const totals = totalsOf(7);
  const verdict = { threshold: 'rate>=0.98', target: 'a', value: 1, limit: 0.98, unit: 'share' } as const;
  const facts = {
    ...FACTS,
    verdicts: [
      { ...verdict, isMet: true },
      { ...verdict, isMet: false },
    ],
    inDoubt: { recorded: 1, resent: 1, unknown: 1 },
    recorded: { visits: 7, recorded: 7, sites: {} },
  };
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  const report = createTextReporter(hasSeveralTargets);
  report(summariseDay(CONTEXT, '2026-10-20', totals), write);
  const targets = ['a', 'b'].map((target) => summariseTarget({ ...CONTEXT, target }, totals, facts));
  if (hasSeveralTargets) for (const target of targets) report(target, write);
  report(summariseAll({ targets, errors: new Map(), isMirror: hasSeveralTargets }, totals, facts), write);
  return text;
}

/** What stands before two blanks at the beginning of a line. */
const labelsIn = (text: string) =>
  [...text.matchAll(/^([a-z][a-z ]*?) {2,}\S/gm)].map(([, label = '']) => label);

describe('docs/reading-the-output.md', () => {
  it('explains each label that the text reporter prints', () => {
    const printed = new Set([true, false].flatMap((several) => labelsIn(everything(several))));
    for (const label of LABELS) expect([...printed]).toContain(label);
    for (const label of printed) if (label !== 'a' && label !== 'b') expect(page).toContain(`| \`${label}\``);
  });

  it('explains each column of the tables', () => {
    const titles = [true, false].flatMap((several) =>
      everything(several)
        .split('\n')
        .filter((line) => /^(day|target) /.test(line))
        .flatMap((line) => line.split(/ +/)),
    );
    expect(titles).toContain('health');
    for (const title of titles) expect(page).toContain(`| \`${title}\``);
  });

  it('explains each outcome, and each reason that has words of its own', () => {
    for (const word of ['planned', 'accepted', 'rejected', 'failed', 'unknown', 'skipped', 'lost']) {
      expect(page).toContain(`| **${word}**`);
    }
    for (const reason of Object.keys(REASONS)) {
      expect([page, troubleshooting].some((one) => one.includes(`\`${reason}\``))).toBe(true);
    }
  });

  it('shows a summary as it is printed, line by line', () => {
    const [, sample = ''] = /```console\n(\$ trafficinator run[\s\S]*?)```/.exec(page) ?? [];
    const labels = labelsIn(sample).filter((label) => label !== 'day');
    expect(labels.filter((label) => !LABELS.some((known) => known === label))).toEqual([]);
    const order = labels.map((label) => (LABELS as readonly string[]).indexOf(label));
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect(order.length).toBeGreaterThan(12);
  });
});

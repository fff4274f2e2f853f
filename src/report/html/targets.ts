/** A row for each target; where all got the same visits, how much slower each was than the first. */
import { type ComparedTarget, comparisonSentence } from '../comparison-sentence.ts';
import { missingOf } from '../counts.ts';
import type { Health } from '../health.ts';
import type { Comparison, Percentiles, TargetRow } from '../summary.ts';
import { type Markup, markup } from './markup.ts';
import { titled } from './page.ts';
import { table } from './table.ts';

/** A target as people know it. */
export interface ReportTarget {
  readonly name: string;
  readonly url: string;
  readonly timezone: string;
}

type Row = Pick<
  TargetRow,
  'target' | 'site' | 'health' | 'visits' | 'hits' | 'reasons' | 'latencyMs' | 'error'
>;

const MARKS: Readonly<Record<Health, string>> = { healthy: '✓', degraded: '!', failing: '✗', unknown: '–' };

function healthMark(health: Health): Markup {
  return markup`<span class="mark ${health}">${MARKS[health]} ${health}</span>`;
}

export function targetTable(rows: readonly Row[], targets: readonly ReportTarget[]): Markup {
  const known = new Map(targets.map((target) => [target.name, target]));
  const number = (title: string, of: (row: Row) => number) => ({ title, of, isNumber: true });
  return table(
    'Targets',
    [
      {
        title: 'target',
        of: ({ target, error }: Row) =>
          markup`${target ?? ''}<small>${known.get(target ?? '')?.url}</small>${error !== null && markup`<small class="bad">${error}</small>`}`,
      },
      number('site', ({ site }) => site ?? 0),
      { title: 'timezone', of: ({ target }: Row) => known.get(target ?? '')?.timezone ?? '' },
      { title: 'health', of: ({ health }: Row) => healthMark(health) },
      number('visits complete', ({ visits }) => visits.complete),
      number('accepted', ({ hits }) => hits.accepted),
      number('lost', ({ hits, reasons }) => missingOf(hits, reasons)),
      number('p50 ms', ({ latencyMs }) => latencyMs.p50),
      number('p95 ms', ({ latencyMs }) => latencyMs.p95),
      number('p99 ms', ({ latencyMs }) => latencyMs.p99),
    ],
    rows,
  );
}

/** `1.25 ×`, or a dash where there is nothing to compare with. */
const ratioText = (ratio: number | null) => (ratio === null ? '–' : `${ratio.toFixed(2)} ×`);

export function comparisonTable(
  comparison: readonly Comparison[],
  targets: readonly ComparedTarget[],
): Markup {
  const ratio = (name: keyof Percentiles) => ({
    title: name,
    of: ({ latencyRatio }: Comparison) => ratioText(latencyRatio[name]),
    isNumber: true,
  });
  const title = `Response times, relative to ${comparison[0]?.against ?? 'the first'}`;
  const numbers = table(
    title,
    [
      { title: 'target', of: ({ target }: Comparison) => target ?? '' },
      ratio('p50'),
      ratio('p95'),
      ratio('p99'),
      ratio('max'),
    ],
    comparison,
  );
  const sentence = comparisonSentence(targets);
  if (sentence === undefined) return titled(title, numbers);
  return titled(title, markup`<p class="note">${sentence}</p>`, numbers);
}

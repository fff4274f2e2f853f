/** Summaries for people: a line a day, then what the whole run came to. At most 80 columns. */
import { missingOf, unsentOf } from '../counts.ts';
import { formatNumber } from '../format.ts';
import type { Reporter } from '../reporter.ts';
import type { Summary, TargetSummary, TotalSummary } from '../summary.ts';
import { isRefused, summaryText } from './summary-text.ts';

interface Column<Row> {
  readonly title: string;
  readonly width: number;
  readonly of: (row: Row) => string | number;
}

const lost = ({ hits, reasons }: Pick<Summary, 'hits' | 'reasons'>) => missingOf(hits, reasons);
const skipped = ({ hits, reasons }: Pick<Summary, 'hits' | 'reasons'>) => unsentOf(hits, reasons);

const DAY_COLUMNS: readonly Column<Summary>[] = [
  { title: 'day', width: 10, of: ({ date }) => date ?? '' },
  { title: 'visits', width: 10, of: ({ visits }) => visits.planned },
  { title: 'complete', width: 10, of: ({ visits }) => visits.complete },
  { title: 'hits', width: 11, of: ({ hits }) => hits.planned },
  { title: 'accepted', width: 11, of: ({ hits }) => hits.accepted },
  { title: 'lost', width: 9, of: lost },
  { title: 'skipped', width: 9, of: skipped },
  { title: 'orders', width: 9, of: ({ kinds }) => kinds.order },
];

/** Of a dry run, which only plans. */
const PLANNED_DAY_COLUMNS = DAY_COLUMNS.filter(({ title }) =>
  ['day', 'visits', 'hits', 'orders'].includes(title),
);

/** Days of several targets: with the target's name in the place of the hits planned and the orders. */
const TARGET_DAY_COLUMNS: readonly Column<Summary>[] = [
  { title: 'day', width: 12, of: ({ date }) => date ?? '' },
  { title: 'target', width: 18, of: ({ target }) => target ?? '' },
  ...DAY_COLUMNS.filter(({ title }) => ['visits', 'complete', 'accepted', 'lost', 'skipped'].includes(title)),
];

const TARGET_COLUMNS: readonly Column<TargetSummary>[] = [
  { title: 'target', width: 18, of: ({ target }) => target ?? '' },
  { title: 'health', width: 8, of: ({ health }) => health },
  { title: 'visits', width: 10, of: ({ visits }) => visits.planned },
  { title: 'complete', width: 10, of: ({ visits }) => visits.complete },
  { title: 'accepted', width: 11, of: ({ hits }) => hits.accepted },
  { title: 'lost', width: 8, of: lost },
  { title: 'skipped', width: 9, of: skipped },
];

/** The number in full where a column has room for it, else rounded: `123.5M`. */
function numberCell(value: number, width: number): string {
  const text = formatNumber(value);
  if (text.length < width) return text;
  return value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 1 });
}

/** Names stand at the left of their columns, numbers at the right. */
function cell(value: string | number, width: number): string {
  if (typeof value === 'number') return numberCell(value, width).padStart(width);
  return (value.length > width ? `${value.slice(0, width - 2)}… ` : value).padEnd(width);
}

function row<Row>(columns: readonly Column<Row>[], summary: Row): string {
  return `${columns.map(({ width, of }) => cell(of(summary), width)).join('')}\n`;
}

/** @param example tells which columns are names */
function heading<Row>(columns: readonly Column<Row>[], example: Row): string {
  const titles = columns.map(({ title, width, of }) =>
    typeof of(example) === 'number' ? title.padStart(width) : title.padEnd(width),
  );
  return `${titles.join('')}\n`;
}

/** `1.25`, or a dash where there is nothing to compare with. */
const ratioText = (ratio: number | null) => (ratio === null ? '-' : ratio.toFixed(2));

/** Response times of targets that got the same visits: each beside the first one, with the ratio. */
function comparisonText({ targets = [], comparison = [] }: TotalSummary): string {
  const names = ['p50', 'p95', 'p99', 'max'] as const;
  const line = (label: string, cells: readonly string[]) =>
    `${cell(label, 28)}${cells.map((text) => text.padStart(12)).join('')}\n`;
  let text = line('responses', names);
  for (const { target, latencyMs } of targets) {
    text += line(
      target ?? '',
      names.map((name) => `${formatNumber(latencyMs[name])} ms`),
    );
    const own = comparison.find((entry) => entry.target === target);
    if (own)
      text += line(
        `  times ${own.against}`,
        names.map((name) => ratioText(own.latencyRatio[name])),
      );
  }
  return text;
}

/** Day lines, then a line for each target where there are several, then the total. */
export function createTextReporter(hasSeveralTargets = false, isDryRun = false, isGoingOn = false): Reporter {
  const ofOne = isDryRun ? PLANNED_DAY_COLUMNS : DAY_COLUMNS;
  const dayColumns = hasSeveralTargets ? TARGET_DAY_COLUMNS : ofOne;
  let hasDays = false;
  let targetRows = '';
  return (summary, write) => {
    if (summary.type === 'day') {
      write(`${hasDays ? '' : heading(dayColumns, summary)}${row(dayColumns, summary)}`);
      hasDays = true;
    } else if (summary.type === 'target') {
      const title = targetRows === '' ? heading(TARGET_COLUMNS, summary) : '';
      targetRows += `${title}${row(TARGET_COLUMNS, summary)}`;
    } else {
      const compared = summary.comparison ? comparisonText(summary) : '';
      const tables = isRefused(summary) ? [] : [targetRows, compared];
      const parts = [...tables.filter((text) => text !== ''), summaryText(summary, isGoingOn)];
      write(`${hasDays ? '\n' : ''}${parts.join('\n')}`);
    }
  };
}

/** Visits over time as bars, one line for each part of it. */
export function timeBars(
  parts: readonly { readonly label: string; readonly visits: number }[],
  columns: number,
): string {
  const most = Math.max(1, ...parts.map(({ visits }) => visits));
  const width = Math.max(10, Math.min(columns, 100) - 20);
  return parts
    .map(({ label, visits }) => {
      const bar = '█'.repeat(Math.round((visits / most) * width));
      return `${label} ${formatNumber(visits).padStart(9)} ${bar}`.trimEnd();
    })
    .join('\n')
    .concat('\n');
}

/** Summaries for people: a line a day, then what the whole run came to. At most 80 columns. */
import { HIT_KINDS } from '../types/hit.ts';
import { lostOf } from './counts.ts';
import { formatDuration, formatNumber } from './format.ts';
import type { Reporter } from './reporter.ts';
import type { Summary, TargetSummary, TotalSummary } from './summary.ts';
import { verdictText } from './verdict.ts';

interface Column<Row> {
  readonly title: string;
  readonly width: number;
  readonly of: (row: Row) => string | number;
}

const lost = ({ hits }: Pick<Summary, 'hits'>) => lostOf(hits);

const DAY_COLUMNS: readonly Column<Summary>[] = [
  { title: 'day', width: 10, of: ({ date }) => date ?? '' },
  { title: 'visits', width: 10, of: ({ visits }) => visits.planned },
  { title: 'complete', width: 10, of: ({ visits }) => visits.complete },
  { title: 'hits', width: 11, of: ({ hits }) => hits.planned },
  { title: 'accepted', width: 11, of: ({ hits }) => hits.accepted },
  { title: 'lost', width: 9, of: lost },
  { title: 'skipped', width: 9, of: ({ hits }) => hits.skipped },
  { title: 'orders', width: 9, of: ({ kinds }) => kinds.order },
];

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
  { title: 'skipped', width: 9, of: ({ hits }) => hits.skipped },
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

/** `12 accepted, 3 failed`: what is not zero. */
function counts(entries: readonly (readonly [string, number])[]): string {
  const shown = entries.filter(([, count]) => count > 0);
  return shown.length === 0
    ? 'none'
    : shown.map(([name, count]) => `${formatNumber(count)} ${name}`).join(', ');
}

/** Lines of `label  text`, the text broken after punctuation so that no line is wider than 80 columns. */
function labelled(label: string, text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(/(?<=[,:>]) /)) {
    if (line !== '' && line.length + part.length + 1 > 68) {
      lines.push(line);
      line = part;
    } else line = line === '' ? part : `${line} ${part}`;
  }
  lines.push(line);
  return lines.map((entry, i) => `${(i === 0 ? label : '').padEnd(11)}${entry}\n`).join('');
}

function recordedText(recorded: unknown): string | undefined {
  if (typeof recorded !== 'object' || recorded === null) return undefined;
  const { visits, recorded: rows } = recorded as { visits?: unknown; recorded?: unknown };
  return `${formatNumber(Number(visits))} visits, ${formatNumber(Number(rows))} actions and conversions`;
}

/** With the number of requests at a time that the target was found to take. */
function requestsText({ requests, retries, inFlight }: TotalSummary): string {
  const text = `${formatNumber(requests)}, ${formatNumber(retries)} retries`;
  if (!inFlight) return text;
  const { most, settledAt } = inFlight;
  if (settledAt === null) return `${text}, up to ${formatNumber(most)} at a time`;
  const found = `${text}, about ${formatNumber(settledAt)} at a time`;
  return settledAt < most ? `${found}: with ${formatNumber(most)}, answers only took longer` : found;
}

function totalText(summary: TotalSummary): string {
  const { visits, hits, kinds, latencyMs, lagMs, dryRun } = summary;
  const planned = (count: number, what: string) =>
    `${formatNumber(count)} planned${dryRun ? '' : `: ${what}`}`;
  const visitCounts = counts([
    ['complete', visits.complete],
    ['partial', visits.partial],
    ['failed', visits.failed],
    ['skipped', visits.skipped],
  ]);
  const hitCounts = counts([
    ['accepted', hits.accepted],
    ['rejected', hits.rejected],
    ['failed', hits.failed],
    ['unknown', hits.unknown],
    ['skipped', hits.skipped],
  ]);
  const money = `${formatNumber(kinds.order)} for ${formatNumber(summary.revenue, 2)} ${summary.currency ?? 'of several currencies'}`;
  let text = labelled('visits', planned(visits.planned, visitCounts));
  text += labelled('hits', planned(hits.planned, hitCounts));
  text += labelled('kinds', counts(HIT_KINDS.map((kind) => [kind, kinds[kind]] as const)));
  text += labelled('orders', money);
  for (const [name, funnel] of Object.entries(summary.funnels)) {
    text += labelled('funnel', `${name}: ${funnel.steps.map((count) => formatNumber(count)).join(' > ')}`);
  }
  const reasons = Object.entries(summary.reasons);
  if (reasons.length > 0) text += labelled('why', counts(reasons));
  if (!dryRun) {
    const { p50, p95, p99, max } = latencyMs;
    text += labelled('requests', requestsText(summary));
    text += labelled('latency', `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, max ${max} ms`);
    if (summary.command === 'run') {
      text += labelled('lag', `p50 ${lagMs.p50} ms, p99 ${lagMs.p99} ms, max ${lagMs.max} ms`);
    }
    const { durationMs, pausedMs = 0 } = summary;
    const rate = (hits.accepted / Math.max(1, durationMs - pausedMs)) * 1000;
    const paused = pausedMs > 0 ? ` (paused for ${formatDuration(pausedMs)})` : '';
    text += labelled('time', `${formatDuration(durationMs)}${paused}, ${formatNumber(rate)} accepted hits/s`);
  }
  for (const verdict of summary.thresholds ?? []) {
    const target = summary.targets ? `${verdict.target}: ` : '';
    text += labelled(verdict.isMet ? 'met' : 'missed', `${target}${verdictText(verdict)}`);
  }
  if (summary.inDoubt) {
    const { recorded: found, resent, unknown } = summary.inDoubt;
    text += labelled(
      'in doubt',
      `requests: ${counts([
        ['recorded', found],
        ['sent again', resent],
        ['left unknown', unknown],
      ])}`,
    );
  }
  const recorded = recordedText(summary.recorded);
  if (recorded !== undefined) text += labelled('recorded', recorded);
  text += labelled('seed', summary.seed);
  text += labelled('digest', summary.digest);
  return text;
}

/** `1.25`, or a dash where there is nothing to compare with. */
const ratioText = (ratio: number | null) => (ratio === null ? '-' : ratio.toFixed(2));

/** Latency of targets that got the same visits: each beside the first one, with the ratio. */
function comparisonText({ targets = [], comparison = [] }: TotalSummary): string {
  const names = ['p50', 'p95', 'p99', 'max'] as const;
  const line = (label: string, cells: readonly string[]) =>
    `${cell(label, 28)}${cells.map((text) => text.padStart(12)).join('')}\n`;
  let text = line('latency', names);
  for (const { target, latencyMs } of targets) {
    text += line(
      target ?? '',
      names.map((name) => `${latencyMs[name]} ms`),
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
export function createTextReporter(hasSeveralTargets = false): Reporter {
  const dayColumns = hasSeveralTargets ? TARGET_DAY_COLUMNS : DAY_COLUMNS;
  let latest: 'day' | 'target' | undefined;
  return (summary, write) => {
    const isFirst = summary.type !== latest;
    const gap = isFirst && latest !== undefined ? '\n' : '';
    if (summary.type === 'total') {
      if (summary.comparison) write(`${gap}${comparisonText(summary)}`);
      write(`${gap}${totalText(summary)}`);
      return;
    }
    latest = summary.type;
    if (summary.type === 'target') {
      write(`${gap}${isFirst ? heading(TARGET_COLUMNS, summary) : ''}${row(TARGET_COLUMNS, summary)}`);
    } else write(`${isFirst ? heading(dayColumns, summary) : ''}${row(dayColumns, summary)}`);
  };
}

/** The day as bars: one line an hour. */
export function hourBars(visitsByHour: readonly number[], columns: number): string {
  const most = Math.max(1, ...visitsByHour);
  const width = Math.max(10, Math.min(columns, 100) - 18);
  return visitsByHour
    .map((count, hour) => {
      const bar = '█'.repeat(Math.round((count / most) * width));
      return `${String(hour).padStart(2, '0')}:00 ${formatNumber(count).padStart(9)} ${bar}\n`;
    })
    .join('');
}

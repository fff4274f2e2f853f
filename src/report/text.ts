/** Summaries for people: a line a day, then what the whole run came to. At most 80 columns. */
import { HIT_KINDS } from '../types.ts';
import type { Reporter } from './reporter.ts';
import type { Summary, TotalSummary } from './summary.ts';

/** 12345.5 becomes `12,345.50` with two digits. */
export function formatNumber(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function formatDuration(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const COLUMNS = [
  { title: 'day', width: 10 },
  { title: 'visits', width: 10 },
  { title: 'complete', width: 10 },
  { title: 'hits', width: 11 },
  { title: 'accepted', width: 11 },
  { title: 'lost', width: 9 },
  { title: 'skipped', width: 9 },
  { title: 'orders', width: 9 },
] as const;

/** The number in full where a column has room for it, else rounded: `123.5M`. */
function cell(value: number, width: number): string {
  const text = formatNumber(value);
  if (text.length < width) return text;
  return value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 1 });
}

function row(cells: readonly string[]): string {
  return COLUMNS.map(({ width }, i) =>
    i === 0 ? (cells[0] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width),
  ).join('');
}

function dayRow({ date, visits, hits, kinds }: Summary): string {
  const lost = hits.rejected + hits.failed + hits.unknown;
  const numbers = [
    visits.planned,
    visits.complete,
    hits.planned,
    hits.accepted,
    lost,
    hits.skipped,
    kinds.order,
  ];
  return row([date ?? '', ...numbers.map((value, i) => cell(value, COLUMNS[i + 1]?.width ?? 0))]);
}

const isTotal = (summary: Summary): summary is TotalSummary => summary.type === 'total';

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
  const money = `${formatNumber(kinds.order)} for ${formatNumber(summary.revenue, 2)} ${summary.currency}`;
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
    text += labelled(
      'requests',
      `${formatNumber(summary.requests)}, ${formatNumber(summary.retries)} retries`,
    );
    text += labelled('latency', `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, max ${max} ms`);
    if (summary.command === 'run') {
      text += labelled('lag', `p50 ${lagMs.p50} ms, p99 ${lagMs.p99} ms, max ${lagMs.max} ms`);
    }
    const rate = (hits.accepted / Math.max(1, summary.durationMs)) * 1000;
    text += labelled('time', `${formatDuration(summary.durationMs)}, ${formatNumber(rate)} accepted hits/s`);
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

/** Day lines under one heading, then the total. */
export function createTextReporter(): Reporter {
  let hasHeading = false;
  return (summary, write) => {
    if (isTotal(summary)) return write(`${hasHeading ? '\n' : ''}${totalText(summary)}`);
    if (!hasHeading) write(`${row(COLUMNS.map(({ title }) => title))}\n`);
    hasHeading = true;
    write(`${dayRow(summary)}\n`);
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

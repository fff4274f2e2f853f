/** Tables for spreadsheets and scripts, as RFC 4180 has them. */
import { HIT_KINDS } from '../../types/hit.ts';
import { OUTCOME_KINDS } from '../../types/outcome.ts';
import type { CapacityEvidence } from '../capacity.ts';
import type { DaySummary } from '../summary.ts';

type Cell = string | number | boolean | null;
type Row = readonly (readonly [title: string, value: Cell])[];

function field(value: Cell): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

const record = (cells: readonly Cell[]) => `${cells.map(field).join(',')}\r\n`;

/** The titles are those of the first row, which all rows have. */
function csvText(rows: readonly Row[]): string {
  const titles = rows.slice(0, 1).map((row) => record(row.map(([title]) => title)));
  return [...titles, ...rows.map((row) => record(row.map(([, value]) => value)))].join('');
}

function rowOfDay(day: DaySummary): Row {
  const { visits, hits, kinds, latencyMs, lagMs } = day;
  return [
    ['date', day.date],
    ['target', day.target],
    ['site', day.site],
    ['timezone', day.timezone],
    ...(['planned', 'complete', 'partial', 'failed', 'skipped'] as const).map(
      (name) => [`visits_${name}`, visits[name]] as const,
    ),
    ...(['planned', ...OUTCOME_KINDS] as const).map((name) => [`hits_${name}`, hits[name]] as const),
    ...HIT_KINDS.map((kind) => [`kind_${kind}`, kinds[kind]] as const),
    ['revenue', day.revenue],
    ['currency', day.currency],
    ['abandoned_carts', day.abandonedCarts],
    ['requests', day.requests],
    ['retries', day.retries],
    ...(['p50', 'p95', 'p99', 'max'] as const).map(
      (name) => [`latency_${name}_ms`, latencyMs[name]] as const,
    ),
    ...(['p50', 'p99', 'max'] as const).map((name) => [`lag_${name}_ms`, lagMs[name]] as const),
  ];
}

/** A row for each day of each target. */
export function daysCsv(days: readonly DaySummary[]): string {
  return csvText(days.map(rowOfDay));
}

function rowOfStep({
  phase,
  rate,
  offered,
  accepted,
  lost,
  latencyMs,
  seconds,
  isSustained,
}: CapacityEvidence): Row {
  return [
    ['phase', phase],
    ['visits_per_second', rate],
    ['offered_hits_per_second', offered],
    ['accepted_hits_per_second', accepted],
    ['lost', lost],
    ...(['p50', 'p95', 'p99'] as const).map((name) => [`latency_${name}_ms`, latencyMs[name]] as const),
    ['seconds', seconds],
    ['sustained', isSustained],
  ];
}

/** A row for each step of a search for a capacity. */
export function stepsCsv(steps: readonly CapacityEvidence[]): string {
  return csvText(steps.map(rowOfStep));
}

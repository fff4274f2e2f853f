/** How often each time was needed: columns on an axis that grows with the times. */
import type { Histogram } from 'hdr-histogram-js';
import { formatNumber } from '../../format.ts';
import type { Markup } from '../markup.ts';
import { chart } from './chart.ts';
import { columnsOf } from './distribution.ts';
import { niceScale, type Tick } from './scale.ts';
import { bar } from './shapes.ts';

/** Part of a column that is left free beside it. */
const GAP = 0.12;
/** Edges that are written down, where there is room for them. */
const ROUND = /^[125]0*$/;

/** Seconds from 1,000 ms on. */
function timeText(ms: number): string {
  return ms >= 1000 ? `${formatNumber(ms / 1000)} s` : formatNumber(ms);
}

/** @param what the times are of: `requests` */
export function distributionChart(title: string, what: string, histogram: Histogram): Markup {
  const columns = columnsOf(histogram);
  const most = Math.max(1, ...columns.map(({ count }) => count));
  const edges = [...columns.map(({ fromMs }) => fromMs), columns.at(-1)?.toMs ?? 0];
  const isLong = edges.length > 12;
  const ticks: Tick[] = edges.flatMap((ms, at) =>
    !isLong || ROUND.test(String(ms)) ? [{ at, text: timeText(ms) }] : [],
  );
  const axes = { x: { end: columns.length, ticks }, y: niceScale(most) };
  const total = histogram.totalCount;
  const bars = columns.map(({ count }, i) =>
    bar({ from: i + GAP / 2, to: i + 1 - GAP / 2, low: 0, high: count }, axes, 'column'),
  );
  const notes = columns.map(({ fromMs, toMs, count }, i) => ({
    from: i,
    to: i + 1,
    text: `${formatNumber(fromMs)} to ${formatNumber(toMs)} ms\n${formatNumber(count)} ${what}, ${formatNumber((count / total) * 100, 1)} %`,
  }));
  const shortest = formatNumber(columns[0]?.fromMs ?? 0);
  const longest = formatNumber(columns.at(-1)?.toMs ?? 0);
  const frame = {
    title,
    description: `${formatNumber(total)} ${what} from ${shortest} to ${longest} milliseconds.`,
    ...axes,
    xUnit: 'ms, logarithmic scale',
    yUnit: what,
  };
  return chart(frame, bars, notes);
}

/** Curves over time, drawn as the reports draw them, with a sentence and a table for those who do not see them. */
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { niceScale, type Scale } from '../../../report/html/charts/scale.ts';
import { ChartTable } from './chart-table.tsx';
import { pathOf, shareOf, spanOf } from './line.ts';
import { HorizontalLines, ValueTicks } from './plot.tsx';
import { heightOf, SIDE } from './side.ts';
import { clock, type Mark, Marks, TimeTicks } from './time-axis.tsx';

export interface SeriesOf {
  /** Name of a colour of the palette: `accepted`, `p95`, `target-0`. */
  readonly colour: string;
  readonly label: string;
  /** One for each time; undefined where nothing was measured. */
  readonly values: readonly (number | undefined)[];
}

export interface CurveProps {
  readonly title: string;
  readonly unit: string;
  /** When each value was measured, epoch ms, rising. */
  readonly timesMs: readonly number[];
  readonly series: readonly SeriesOf[];
  /** Drawn across: a threshold with its words. */
  readonly limits?: readonly { readonly at: number; readonly text: string }[];
  readonly marks?: readonly Mark[];
  readonly digits?: number;
  /** In place of a curve without values. */
  readonly empty: string;
  /** A value that the scale reaches at least: charts side by side share one. */
  readonly reach?: number;
}

const TABLE_ROWS = 60;

/** The instant that is pointed at, in all charts of the place at once. */
const pointedMs = signal<number | undefined>(undefined);

/** The index of the time that is nearest. */
function nearest(timesMs: readonly number[], ms: number): number {
  let best = 0;
  timesMs.forEach((time, i) => {
    if (Math.abs(time - ms) < Math.abs((timesMs[best] ?? 0) - ms)) best = i;
  });
  return best;
}

/** `accepted: 12.0 hits/s now, 10.3 on average, 15.2 at most`. */
function sentenceOf({ label, values }: SeriesOf, unit: string, digits: number): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return `${label}: nothing measured`;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const number = (value: number) => formatNumber(value, digits);
  return `${label}: ${number(known.at(-1) ?? 0)} ${unit} now, ${number(mean)} on average, ${number(Math.max(...known))} at most`;
}

/** The names of the series, each with its value now, or at the instant that is pointed at. */
function Legend({
  series,
  at,
  digits,
}: {
  series: readonly SeriesOf[];
  at: number | undefined;
  digits: number;
}) {
  return (
    <ul class="legend">
      {series.map(({ colour, label, values }) => {
        const value = values[at ?? values.length - 1];
        return (
          <li key={label}>
            <i class={colour} />
            {label} <b>{value === undefined ? '–' : formatNumber(value, digits)}</b>
          </li>
        );
      })}
    </ul>
  );
}

/** The last values, newest first. */
function rowsOf({ timesMs, series, digits = 0 }: CurveProps) {
  const first = Math.max(0, timesMs.length - TABLE_ROWS);
  const text = (value: number | undefined) => (value === undefined ? '–' : formatNumber(value, digits));
  return timesMs
    .slice(first)
    .map((ms, i) => ({
      name: clock(ms, true),
      values: series.map(({ values }) => text(values[first + i])),
    }))
    .reverse();
}

function Plot({ title, timesMs, series, limits = [], marks = [], y, sentence }: PlotProps) {
  const span = spanOf(timesMs);
  const { value: pointed } = pointedMs;
  const onPointerMove = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const ms = span.firstMs + ((event.clientX - left) / Math.max(1, width)) * span.lengthMs;
    pointedMs.value = timesMs[nearest(timesMs, ms)];
  };
  const isPointed = pointed !== undefined && pointed >= span.firstMs;
  return (
    <div
      class="plot"
      onPointerMove={onPointerMove}
      onPointerLeave={() => {
        pointedMs.value = undefined;
      }}
    >
      <Marks marks={marks} span={span} />
      <svg
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}. ${sentence}`}
      >
        <HorizontalLines y={y} />
        {limits.map(({ at, text }) => (
          <path key={text} class="limit" d={`M0 ${heightOf(at, y)}H${SIDE}`} />
        ))}
        {[...series].reverse().map(({ colour, label, values }) => (
          <path key={label} class={`line ${colour}`} d={pathOf(timesMs, values, y)} />
        ))}
        {isPointed && <path class="pointer" d={`M${Math.round(shareOf(pointed, span) * SIDE)} 0V${SIDE}`} />}
      </svg>
      <ValueTicks y={y} />
      {limits.map(({ at, text }) => (
        <span key={text} class="limit-words" style={{ bottom: `${(at / y.end) * 100}%` }}>
          {text}
        </span>
      ))}
      <TimeTicks span={span} />
      {isPointed && (
        <span class="x pointed" style={{ left: `${shareOf(pointed, span) * 100}%` }}>
          {clock(pointed, true)}
        </span>
      )}
    </div>
  );
}

interface PlotProps extends CurveProps {
  readonly y: Scale;
  readonly sentence: string;
}

export function Curve(props: CurveProps) {
  const { title, unit, timesMs, series, limits = [], marks = [], digits = 0, empty, reach = 0 } = props;
  const highest = Math.max(
    reach,
    ...series.flatMap(({ values }) => values.map((value) => value ?? 0)),
    ...limits.map(({ at }) => at),
  );
  const y = useMemo(() => niceScale(highest), [highest]);
  const { value: pointed } = pointedMs;
  const words = [
    ...series.map((one) => sentenceOf(one, unit, digits)),
    ...limits.map(({ text }) => `Limit: ${text}`),
    ...marks.map(({ text }) => `Event: ${text}`),
  ];
  const hasValues = timesMs.length > 1;
  return (
    <figure>
      <figcaption>
        <h2>
          {title} <span class="unit">{unit}</span>
        </h2>
        {hasValues && (
          <Legend
            series={series}
            digits={digits}
            at={pointed === undefined ? undefined : nearest(timesMs, pointed)}
          />
        )}
      </figcaption>
      {hasValues ? (
        <>
          <Plot {...props} y={y} sentence={`${words.join('. ')}.`} />
          <ChartTable
            title={title}
            heads={['Time', ...series.map(({ label }) => `${label} (${unit})`)]}
            rows={() => rowsOf(props)}
          />
        </>
      ) : (
        <p class="soft hollow">{empty}</p>
      )}
    </figure>
  );
}

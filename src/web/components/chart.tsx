/** Curves over time and columns, drawn as the reports draw them, each with a sentence and a table for those who do not see it. */
import { useMemo } from 'preact/hooks';
import { formatNumber } from '../../report/format.ts';
import { niceScale, type Scale } from '../../report/html/charts/scale.ts';

const SIDE = 1000;

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
  readonly digits?: number;
  readonly empty?: string;
}

const clock = (ms: number, withSeconds: boolean) =>
  new Date(ms).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(withSeconds ? { second: '2-digit' } : {}),
  });

const height = (value: number, { end }: Scale) => Math.round(SIDE - (value / end) * SIDE);

function pathOf(timesMs: readonly number[], values: readonly (number | undefined)[], y: Scale): string {
  const first = timesMs[0] ?? 0;
  const length = Math.max(1, (timesMs.at(-1) ?? 0) - first);
  let path = '';
  let isOpen = false;
  timesMs.forEach((ms, i) => {
    const value = values[i];
    if (value === undefined) {
      isOpen = false;
      return;
    }
    const x = Math.round(((ms - first) / length) * SIDE);
    path += `${isOpen ? 'L' : 'M'}${x} ${height(value, y)}`;
    isOpen = true;
  });
  return path;
}

/** `accepted 12.0 now, 10.3 on average, 15.2 at most`. */
function sentenceOf({ label, values }: SeriesOf, unit: string, digits: number): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return `${label}: nothing measured`;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const number = (value: number) => formatNumber(value, digits);
  return `${label}: ${number(known.at(-1) ?? 0)} ${unit} now, ${number(mean)} on average, ${number(Math.max(...known))} at most`;
}

function TimeTicks({ timesMs }: { timesMs: readonly number[] }) {
  const first = timesMs[0] ?? 0;
  const length = (timesMs.at(-1) ?? 0) - first;
  if (length <= 0) return null;
  return (
    <>
      {[0, 0.25, 0.5, 0.75, 1].map((at, i) => (
        <span
          key={at}
          class={at === 1 ? 'x last' : i % 2 === 0 ? 'x' : 'x minor'}
          style={{ left: `${at * 100}%` }}
        >
          {clock(first + at * length, length < 600_000)}
        </span>
      ))}
    </>
  );
}

export function Curve({ title, unit, timesMs, series, limits = [], digits = 0, empty }: CurveProps) {
  const highest = Math.max(
    0,
    ...series.flatMap(({ values }) => values.map((value) => value ?? 0)),
    ...limits.map(({ at }) => at),
  );
  const y = useMemo(() => niceScale(highest), [highest]);
  const bounds = limits.map(({ text }) => `Limit: ${text}`);
  const sentence = `${[...series.map((one) => sentenceOf(one, unit, digits)), ...bounds].join('. ')}.`;
  const hasValues = timesMs.length > 1;
  return (
    <figure>
      <figcaption>
        <h2>{title}</h2>
        <ul class="legend">
          {series.map(({ colour, label }) => (
            <li key={label}>
              <i class={colour} />
              {label}
            </li>
          ))}
        </ul>
      </figcaption>
      <p class="unit">{unit}</p>
      {hasValues ? (
        <div class="plot">
          <svg
            viewBox={`0 0 ${SIDE} ${SIDE}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`${title}. ${sentence}`}
          >
            {y.ticks.map(({ at }) => (
              <path key={at} class={at === 0 ? 'axis' : 'grid-line'} d={`M0 ${height(at, y)}H${SIDE}`} />
            ))}
            {limits.map(({ at, text }) => (
              <path key={text} class="limit" d={`M0 ${height(at, y)}H${SIDE}`}>
                <title>{text}</title>
              </path>
            ))}
            {[...series].reverse().map(({ colour, label, values }) => (
              <path key={label} class={`line ${colour}`} d={pathOf(timesMs, values, y)} />
            ))}
          </svg>
          {y.ticks.map(({ at, text }) => (
            <span key={at} class="y" style={{ bottom: `${(at / y.end) * 100}%` }}>
              {text}
            </span>
          ))}
          {limits.map(({ at, text }) => (
            <span key={text} class="limit-words" style={{ bottom: `${(at / y.end) * 100}%` }}>
              {text}
            </span>
          ))}
          <TimeTicks timesMs={timesMs} />
        </div>
      ) : (
        <p class="soft">{empty ?? 'No measurements yet. The curve starts with the first responses.'}</p>
      )}
    </figure>
  );
}

export interface ColumnsProps {
  readonly title: string;
  readonly unit: string;
  readonly columns: readonly { readonly label: string; readonly value: number; readonly note?: string }[];
  readonly digits?: number;
  /** Every so many labels are written below. */
  readonly labelEvery?: number;
}

export function Columns({ title, unit, columns, digits = 0, labelEvery = 1 }: ColumnsProps) {
  const y = niceScale(Math.max(0, ...columns.map(({ value }) => value)));
  const width = SIDE / Math.max(1, columns.length);
  const highest = columns.reduce(
    (best, column) => (column.value > best.value ? column : best),
    columns[0] ?? { label: '', value: 0 },
  );
  const sentence = `Highest: ${highest.label} with ${formatNumber(highest.value, digits)} ${unit}.`;
  return (
    <figure>
      <figcaption>
        <h2>{title}</h2>
      </figcaption>
      <p class="unit">{unit}</p>
      <div class="plot">
        <svg
          viewBox={`0 0 ${SIDE} ${SIDE}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}. ${sentence}`}
        >
          {y.ticks.map(({ at }) => (
            <path key={at} class={at === 0 ? 'axis' : 'grid-line'} d={`M0 ${height(at, y)}H${SIDE}`} />
          ))}
          {columns.map(({ label, value, note }, i) => (
            <rect
              key={label}
              class="column"
              x={i * width + width * 0.15}
              y={height(value, y)}
              width={width * 0.7}
              height={SIDE - height(value, y)}
            >
              <title>{`${label}: ${formatNumber(value, digits)} ${unit}${note === undefined ? '' : `, ${note}`}`}</title>
            </rect>
          ))}
        </svg>
        {y.ticks.map(({ at, text }) => (
          <span key={at} class="y" style={{ bottom: `${(at / y.end) * 100}%` }}>
            {text}
          </span>
        ))}
        {columns.map(({ label }, i) =>
          i % labelEvery === 0 ? (
            <span
              key={label}
              class={(i / labelEvery) % 2 === 0 ? 'x' : 'x minor'}
              style={{ left: `${((i + 0.5) / columns.length) * 100}%` }}
            >
              {label}
            </span>
          ) : null,
        )}
      </div>
      <details>
        <summary class="soft">As a table</summary>
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">{title}</th>
                <th scope="col" class="number">
                  {unit}
                </th>
              </tr>
            </thead>
            <tbody>
              {columns.map(({ label, value }) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  <td class="number">{formatNumber(value, digits)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

/** Columns side by side, drawn as the reports draw them, with a sentence and a table for those who do not see them. */
import { formatNumber } from '../../../report/format.ts';
import { niceScale } from '../../../report/html/charts/scale.ts';
import { ChartTable } from './chart-table.tsx';
import { HorizontalLines, ValueTicks } from './plot.tsx';
import { heightOf, SIDE } from './side.ts';

export interface ColumnsProps {
  readonly title: string;
  readonly unit: string;
  readonly columns: readonly { readonly label: string; readonly value: number; readonly note?: string }[];
  /** Of the notes: they have a column of their own in the table. */
  readonly noteUnit?: string;
  readonly digits?: number;
  /** Every so many labels are written below. */
  readonly labelEvery?: number;
}

export function Columns({ title, unit, columns, noteUnit, digits = 0, labelEvery = 1 }: ColumnsProps) {
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
        <h2>
          {title} <span class="unit">{unit}</span>
        </h2>
      </figcaption>
      <div class="plot">
        <svg
          viewBox={`0 0 ${SIDE} ${SIDE}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}. ${sentence}`}
        >
          <HorizontalLines y={y} />
          {columns.map(({ label, value, note }, i) => (
            <rect
              key={label}
              class="column"
              x={i * width + width * 0.15}
              y={heightOf(value, y)}
              width={width * 0.7}
              height={SIDE - heightOf(value, y)}
            >
              <title>{`${label}: ${formatNumber(value, digits)} ${unit}${note === undefined ? '' : `, ${note} ${noteUnit ?? ''}`}`}</title>
            </rect>
          ))}
        </svg>
        <ValueTicks y={y} />
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
      <ChartTable
        title={title}
        heads={[title, unit, ...(noteUnit === undefined ? [] : [noteUnit])]}
        rows={() =>
          columns.map(({ label, value, note }) => ({
            name: label,
            values: [formatNumber(value, digits), ...(note === undefined ? [] : [note])],
          }))
        }
      />
    </figure>
  );
}

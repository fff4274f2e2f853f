/** Tables: names at the left, numbers at the right. */
import { formatNumber } from '../format.ts';
import { type Markup, markup } from './markup.ts';

type Cell = string | number | Markup;

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => Cell;
  /** Numbers and what is like them. */
  readonly isNumber?: boolean;
}

function cell<Row>({ of, isNumber }: Column<Row>, row: Row, index: number): Markup {
  const value = of(row);
  const shown = typeof value === 'number' ? formatNumber(value) : value;
  if (index === 0) return markup`<th scope="row">${shown}</th>`;
  return isNumber ? markup`<td class="number">${shown}</td>` : markup`<td>${shown}</td>`;
}

/** @param caption names the table to those who do not see the heading above it; the first column names the rows */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Markup {
  const titles = columns.map(
    ({ title, isNumber }) => markup`<th scope="col"${isNumber ? markup` class="number"` : ''}>${title}</th>`,
  );
  return markup`<div class="table" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${titles}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${columns.map((column, i) => cell(column, row, i))}</tr>\n`)}</tbody>
</table></div>`;
}

/** A part of a whole as a bar beside its number. */
export function shareBar(share: number, text: string): Markup {
  const width = Math.round(Math.max(0, Math.min(1, share)) * 1000) / 10;
  return markup`<span class="share"><b><i style="width:${width}%"></i></b>${text}</span>`;
}

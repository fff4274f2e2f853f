/** A table whose columns are described once: for the table, and for the card that a row becomes where there is little room. */
import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => ComponentChildren;
  /** It names the row. */
  readonly isHead?: boolean;
  readonly isNumber?: boolean;
  /** Left out of a table with little room; a card has it. */
  readonly isExtra?: boolean;
  /** What is in it speaks for itself: a mark to tick, buttons. The title is for screen readers. */
  readonly isBare?: boolean;
  /** Classes of the cell: a tone, `breaks`, `mono`. */
  readonly look?: (row: Row) => string;
  readonly hint?: (row: Row) => string;
}

interface Props<Row> {
  /** What is in it, for those who do not see what is around it; no two on a place have the same. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, index: number) => string | number;
  /** In place of a table without rows. */
  readonly empty?: string;
  /** A longer one scrolls, by keyboard too. */
  readonly maxHeight?: string;
  /** Its columns are few and narrow: it stays a table on any screen. */
  readonly isNarrow?: boolean;
}

const classOf = (...names: readonly (string | false | undefined)[]) =>
  names.filter(Boolean).join(' ') || undefined;

function Head<Row>({ columns }: Pick<Props<Row>, 'columns'>) {
  return (
    <thead>
      <tr>
        {columns.map(({ title, isNumber, isExtra, isBare }) => (
          <th key={title} scope="col" class={classOf(isNumber && 'number', isExtra && 'extra')}>
            {isBare ? <span class="hidden-text">{title}</span> : title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const { title, of, isHead, isNumber, isExtra, isBare, look, hint } = column;
  const names = classOf(isNumber && 'number', isExtra && 'extra', isBare && 'bare', look?.(row));
  if (isHead) {
    return (
      <th scope="row" class={names}>
        {of(row)}
      </th>
    );
  }
  return (
    <td class={names} data-label={isBare ? undefined : title} title={hint?.(row)}>
      {of(row)}
    </td>
  );
}

export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  empty,
  maxHeight,
  isNarrow = false,
}: Props<Row>) {
  if (rows.length === 0 && empty !== undefined) return <p class="soft">{empty}</p>;
  const table = (
    <table class={isNarrow ? undefined : 'cards-if-narrow'}>
      <caption class="hidden-text">{caption}</caption>
      <Head columns={columns} />
      <tbody>
        {rows.map((row, index) => (
          <tr key={keyOf(row, index)}>
            {columns.map((column) => (
              <Cell key={column.title} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
  if (maxHeight === undefined) return <div class="table">{table}</div>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to take the focus
    <section class="table" tabIndex={0} aria-label={caption} style={{ maxHeight, overflowY: 'auto' }}>
      {table}
    </section>
  );
}

/** The numbers of a chart as a table. Its rows are made while it is open: a chart may be drawn anew every second. */
import { useState } from 'preact/hooks';
import { Table } from '../table.tsx';

interface Row {
  readonly name: string;
  readonly values: readonly string[];
}

interface Props {
  readonly title: string;
  /** Of the columns; the first one names the rows. */
  readonly heads: readonly string[];
  readonly rows: () => readonly Row[];
}

export function ChartTable({ title, heads, rows }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [first = '', ...others] = heads;
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary class="soft">As a table</summary>
      {isOpen && (
        <Table
          caption={`${title} as a table`}
          maxHeight="14rem"
          isNarrow
          columns={[
            { title: first, of: ({ name }) => name, isHead: true },
            ...others.map((head, i) => ({ title: head, of: ({ values }: Row) => values[i], isNumber: true })),
          ]}
          rows={rows()}
          keyOf={({ name }) => name}
        />
      )}
    </details>
  );
}

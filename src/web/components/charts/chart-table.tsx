/** The numbers of a chart as a table. Its rows are made while it is open: a chart may be drawn anew every second. */
import { useState } from 'preact/hooks';

interface Props {
  readonly title: string;
  /** Of the columns; the first one names the rows. */
  readonly heads: readonly string[];
  readonly rows: () => readonly { readonly name: string; readonly values: readonly string[] }[];
}

export function ChartTable({ title, heads, rows }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [first, ...others] = heads;
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary class="soft">As a table</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to take the focus
        <section class="table short" tabIndex={0} aria-label={`${title} as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{first}</th>
                {others.map((head) => (
                  <th key={head} scope="col" class="number">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows().map(({ name, values }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {values.map((value, i) => (
                    <td key={heads[i + 1]} class="number">
                      {value}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}

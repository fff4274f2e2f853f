/** Visits that the behaviours of plugins have written. */
import { formatNumber } from '../../../report/format.ts';
import { type Column, Table } from '../../components/table.tsx';
import { count, type Totals } from '../overview/outcomes.ts';

interface Row {
  /** `plugin/name`. */
  readonly name: string;
  readonly planned: number;
  readonly complete: number;
  /** Of all visits, 0 to 1. */
  readonly share: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'Behaviour', of: ({ name }) => name, isHead: true, look: () => 'breaks' },
  { title: 'Visits', of: ({ planned }) => formatNumber(planned), isNumber: true },
  { title: 'Of all visits', of: ({ share }) => `${formatNumber(share * 100, 1)} %`, isNumber: true },
  { title: 'Complete', of: ({ complete }) => formatNumber(complete), isNumber: true },
];

export function Behaviours({ totals: { behaviours = {}, visits } }: { totals: Totals }) {
  const all = Math.max(1, count(visits, 'planned'));
  const rows = Object.entries(behaviours).map(([name, of]): Row => {
    const planned = count(of, 'planned');
    return { name, planned, complete: count(of, 'complete'), share: planned / all };
  });
  if (rows.length === 0) return null;
  return (
    <section>
      <h2>Visits of plugins</h2>
      <Table caption="Visits of plugins" columns={COLUMNS} rows={rows} keyOf={({ name }) => name} />
    </section>
  );
}

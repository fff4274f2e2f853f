/** Who started, stopped and changed what, newest first. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import type { Calls } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { type Column, Table } from '../../components/table.tsx';

type Entry = Calls['/api/v2/audit']['get']['answer']['entries'][number];

const COLUMNS: readonly Column<Entry>[] = [
  {
    title: 'When',
    of: ({ at }) => new Date(at).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' }),
  },
  { title: 'Who', of: ({ who }) => who },
  {
    title: 'What',
    of: ({ action, subject, detail }) => (
      <>
        {action} {subject} <span class="soft">{detail}</span>
      </>
    ),
    isHead: true,
    look: () => 'breaks',
  },
];

export function Audit() {
  const entries = useSignal<readonly Entry[] | undefined>(undefined);
  useEffect(() => {
    void attempt(async () => {
      const { data } = await call('get', '/api/v2/audit', { query: { limit: 100 } });
      entries.value = data.entries;
    });
  }, [entries]);
  const { value: all } = entries;
  if (!all) return null;
  return (
    <section>
      <h2>Audit log</h2>
      <Table
        caption="Audit log"
        maxHeight="20rem"
        columns={COLUMNS}
        rows={all}
        keyOf={({ id }) => id}
        empty="Nothing has been started, stopped or changed yet."
      />
    </section>
  );
}

/** Who started, stopped and changed what, newest first. */
import { call } from '../../api/client.ts';
import type { Calls } from '../../api/schema.ts';
import { Missing, useFetched } from '../../components/fetched.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { instantText } from '../overview/times.tsx';

type Entry = Calls['/api/v2/audit']['get']['answer']['entries'][number];

/** `run.start` as it is said of the run. */
const DONE: Readonly<Record<string, string>> = {
  apply: 'applied',
  cancel: 'cancelled',
  change: 'changed',
  cleanup: 'cleaned up',
  confirm: 'started, a confirmed backfill:',
  delete: 'deleted',
  forget: 'deleted',
  import: 'imported',
  keep: 'kept',
  options: 'options saved',
  reset: 'reset',
  restart: 'started again',
  resume: 'resumed',
  save: 'saved',
  start: 'started',
  stop: 'stopped',
};

const doneIn = (action: string) => DONE[action.split('.').at(-1) ?? ''] ?? action;

const COLUMNS: readonly Column<Entry>[] = [
  {
    title: 'When',
    of: ({ at }) => instantText(Date.parse(at)),
    look: () => 'nowrap',
  },
  { title: 'Who', of: ({ who }) => who, look: () => 'nowrap' },
  {
    title: 'What',
    of: ({ action, subject, detail }) => (
      <>
        {subject} {doneIn(action)} <span class="soft">{detail}</span>
      </>
    ),
    isHead: true,
    look: () => 'breaks',
  },
];

export function Audit() {
  const entries = useFetched(
    async () => (await call('get', '/api/v2/audit', { query: { limit: 100 } })).data.entries,
  );
  return (
    <section>
      <h2>Audit log</h2>
      <Missing what="The audit log" fetched={entries} />
      {entries.value && (
        <Table
          caption="Audit log"
          maxHeight="20rem"
          columns={COLUMNS}
          rows={entries.value}
          keyOf={({ id }) => id}
          empty="Nothing has been started, stopped or changed yet."
        />
      )}
    </section>
  );
}

/** The events that visits trigger, as JSON, with samples of what is sent. */
import { formatNumber } from '../../../report/format.ts';
import { TextEditor } from '../../components/editor/text-editor.tsx';
import { storeFile } from '../../components/files/store-file.ts';
import { Head } from '../../components/head.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Samples } from './samples.tsx';

interface EventRow {
  readonly category: string;
  readonly action: string;
  readonly name: string;
  readonly value?: number | null;
}

interface Catalogue {
  readonly click_events_probability?: number | null;
  readonly random_events_probability?: number | null;
  readonly click_events?: readonly EventRow[];
  readonly random_events?: readonly EventRow[];
}

/** Without the ids, which are the service's. */
function textOf({ click_events = [], random_events = [], ...shares }: Catalogue): string {
  const plain = (rows: readonly EventRow[]) =>
    rows.map(({ category, action, name, value }) => ({
      category,
      action,
      name,
      ...(value === undefined || value === null ? {} : { value }),
    }));
  const known = Object.fromEntries(Object.entries(shares).filter(([, share]) => share !== null));
  return `${JSON.stringify({ ...known, click_events: plain(click_events), random_events: plain(random_events) }, null, 2)}\n`;
}

const FILE = storeFile('/api/events', ({ config }) => textOf(config));

function parsed(content: string): Catalogue | undefined {
  try {
    return JSON.parse(content) as Catalogue;
  } catch {
    return undefined;
  }
}

const share = (value: number | null | undefined) =>
  value === null || value === undefined
    ? 'as often as the settings say'
    : `in ${formatNumber(value * 100)} % of visits`;

const COLUMNS: readonly Column<EventRow>[] = [
  { title: 'Category', of: ({ category }) => category },
  { title: 'Action', of: ({ action }) => action },
  { title: 'Name', of: ({ name }) => name, isHead: true },
  { title: 'Value', of: ({ value }) => value ?? '', isNumber: true },
];

function EventTable({ title, rows, when }: { title: string; rows: readonly EventRow[]; when: string }) {
  return (
    <section class="stack" style={{ gap: '.5rem' }}>
      <h2>
        {title}{' '}
        <small>
          {rows.length} {rows.length === 1 ? 'event' : 'events'}, {when}
        </small>
      </h2>
      <Table
        caption={title}
        maxHeight="15rem"
        columns={COLUMNS}
        rows={rows}
        // The same event may be listed twice: it is picked more often.
        keyOf={(_, i) => i}
      />
    </section>
  );
}

function Preview({ content }: { content: string }) {
  const catalogue = parsed(content);
  if (!catalogue) return <p class="soft">The table appears once the JSON is valid.</p>;
  return (
    <div class="stack">
      <EventTable
        title="Clicks"
        rows={catalogue.click_events ?? []}
        when={share(catalogue.click_events_probability)}
      />
      <EventTable
        title="Other events"
        rows={catalogue.random_events ?? []}
        when={share(catalogue.random_events_probability)}
      />
    </div>
  );
}

export function Events() {
  return (
    <div class="stack">
      <Head title="Events">
        <p>
          What visitors trigger on pages. Events are picked from the list at random; one that is listed twice
          is picked twice as often.
        </p>
      </Head>
      <TextEditor title="Events" fileName="events.json" accept=".json" language="json" file={FILE}>
        {(content) => <Preview content={content} />}
      </TextEditor>
      <Samples />
    </div>
  );
}

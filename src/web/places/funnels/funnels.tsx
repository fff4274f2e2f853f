/** Funnels: the list, and the builder of one. */
import { useSignal } from '@preact/signals';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Calls } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { Missing, useFetched } from '../../components/fetched.tsx';
import { attempt } from '../../components/notices.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { storeChanges } from '../../live/state.ts';
import { address, navigate, pathTo } from '../../router.ts';
import { Builder, loadFunnel } from './builder.tsx';
import { type Completion, useCompletion } from './past-completion.tsx';

type Row = Calls['/api/funnels']['get']['answer']['funnels'][number];

function Name({ funnel: { id, name, enabled, description } }: { funnel: Row }) {
  return (
    <>
      <a href={pathTo('funnels', String(id))}>{name}</a> {!enabled && <span class="badge">off</span>}
      {description && <small style={{ display: 'block' }}>{description}</small>}
    </>
  );
}

function columnsOf(
  completionOf: (name: string) => Completion,
  remove: (funnel: Row) => Promise<void>,
): readonly Column<Row>[] {
  const completed = ({ name }: Row) => {
    const { entered, completed: all } = completionOf(name);
    return entered > 0 ? `${formatNumber(all)} of ${formatNumber(entered)}` : '–';
  };
  return [
    { title: 'Name', of: (funnel) => <Name funnel={funnel} />, isHead: true },
    { title: 'Share', of: ({ probability }) => `${formatNumber(probability * 100, 1)} %`, isNumber: true },
    { title: 'Priority', of: ({ priority }) => priority, isNumber: true, isExtra: true },
    { title: 'Steps', of: ({ step_count }) => step_count, isNumber: true },
    { title: 'Completed', of: completed, isNumber: true },
    {
      title: 'Delete',
      of: (funnel) => (
        <button
          type="button"
          class="small danger"
          aria-label={`Delete ${funnel.name}`}
          onClick={() => void remove(funnel)}
        >
          Delete
        </button>
      ),
      isNumber: true,
      isBare: true,
    },
  ];
}

function List() {
  const completionOf = useCompletion();
  const funnels = useFetched(
    async () => (await call('get', '/api/funnels')).data.funnels,
    [storeChanges.value],
  );
  const remove = async ({ id, name }: Row) => {
    const isConfirmed = await ask({
      title: `Delete the funnel ${name}?`,
      text: 'Runs that are active keep it until they end.',
      confirm: 'Delete',
      isDangerous: true,
    });
    if (
      isConfirmed &&
      (await attempt(() => call('delete', '/api/funnels/{id}', { path: { id } }), `${name} is deleted.`))
    )
      await funnels.fetch();
  };
  return (
    <div class="stack">
      <div class="head">
        <div>
          <h1>Funnels</h1>
          <p>
            Ordered steps that a share of the visits goes through, with people who drop off on the way. Until
            you save your own, the built-in funnels are used.
          </p>
        </div>
        <a class="button" href={pathTo('funnels', 'new')}>
          New funnel
        </a>
      </div>
      <Missing what="The funnels" fetched={funnels} />
      {funnels.value?.length === 0 && (
        <div class="empty">
          <h2>No funnels of your own</h2>
          <p>Start with a template, enter your own pages, and see which visits go through it.</p>
          <a class="button" href={pathTo('funnels', 'new')}>
            New funnel
          </a>
        </div>
      )}
      {funnels.value !== undefined && funnels.value.length > 0 && (
        <Table
          caption="Funnels"
          columns={columnsOf(completionOf, remove)}
          rows={funnels.value}
          keyOf={({ id }) => id}
        />
      )}
    </div>
  );
}

function Existing({ id }: { id: number }) {
  const funnel = useFetched(() => loadFunnel(id));
  return funnel.value ? <Builder funnel={funnel.value} /> : <Missing what="The funnel" fetched={funnel} />;
}

export function Funnels() {
  const [first] = address.value.rest;
  /** The address of the new funnel that was saved in the builder that is open: it stays open. */
  const wasNew = useSignal<string | undefined>(undefined);
  if (first === undefined) return <List />;
  if (first !== 'new' && first !== wasNew.value) return <Existing key={first} id={Number(first)} />;
  const onFirstSave = (id: number) => {
    wasNew.value = String(id);
    navigate(pathTo('funnels', String(id)), true);
  };
  return <Builder funnel={undefined} onFirstSave={onFirstSave} />;
}

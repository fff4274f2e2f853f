/** Funnels: the list, and the builder of one. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Calls } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import { storeChanges } from '../../live/state.ts';
import { address, pathTo } from '../../router.ts';
import { Builder } from './builder.tsx';
import { type Completion, useCompletion } from './past-completion.tsx';

type Row = Calls['/api/funnels']['get']['answer']['funnels'][number];

function FunnelRow({
  funnel,
  completion: { entered, completed },
  onRemove,
}: {
  funnel: Row;
  completion: Completion;
  onRemove: () => void;
}) {
  return (
    <tr>
      <th scope="row">
        <a href={pathTo('funnels', String(funnel.id))}>{funnel.name}</a>{' '}
        {!funnel.enabled && <span class="badge">off</span>}
        {funnel.description && <small style={{ display: 'block' }}>{funnel.description}</small>}
      </th>
      <td class="number">{formatNumber(funnel.probability * 100, 1)} %</td>
      <td class="number">{funnel.priority}</td>
      <td class="number">{funnel.step_count}</td>
      <td class="number">{entered > 0 ? `${formatNumber(completed)} of ${formatNumber(entered)}` : '–'}</td>
      <td class="number">
        <button type="button" class="small danger" onClick={onRemove} aria-label={`Delete ${funnel.name}`}>
          Delete
        </button>
      </td>
    </tr>
  );
}

function List() {
  const funnels = useSignal<readonly Row[] | undefined>(undefined);
  const completionOf = useCompletion();
  const changes = storeChanges.value;
  const load = () =>
    attempt(async () => {
      const { data } = await call('get', '/api/funnels');
      funnels.value = data.funnels;
    });
  useEffect(() => void load(), [changes]);
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
      await load();
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
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col" class="number">
                  Share
                </th>
                <th scope="col" class="number">
                  Priority
                </th>
                <th scope="col" class="number">
                  Steps
                </th>
                <th scope="col" class="number">
                  Completed
                </th>
                <th scope="col">
                  <span class="hidden-text">Delete</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {funnels.value.map((funnel) => (
                <FunnelRow
                  key={funnel.id}
                  funnel={funnel}
                  completion={completionOf(funnel.name)}
                  onRemove={() => void remove(funnel)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

export function Funnels() {
  const [first] = address.value.rest;
  if (first === undefined) return <List />;
  const id = Number(first);
  return <Builder key={first} id={first !== 'new' && Number.isInteger(id) ? id : undefined} />;
}

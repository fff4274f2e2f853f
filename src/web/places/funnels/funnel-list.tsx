/** One's own funnels, and which of all are used. */
import { call } from '../../api/client.ts';
import type { Calls } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { type Fetched, Missing, useFetched } from '../../components/fetched.tsx';
import { Head } from '../../components/head.tsx';
import { attempt } from '../../components/notices.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { storeChanges } from '../../live/state.ts';
import { pathTo } from '../../router.ts';
import { BuiltInList, completedOf } from './built-in/built-in-list.tsx';
import { commonFunnels, type Used, usedSentence, useUsed } from './built-in/used-funnels.tsx';
import { type Completion, useCompletion } from './past-completion.tsx';
import { shareText } from './steps.ts';

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
  return [
    { title: 'Name', of: (funnel) => <Name funnel={funnel} />, isHead: true },
    { title: 'Share', of: ({ probability }) => shareText(probability), isNumber: true },
    { title: 'Priority', of: ({ priority }) => priority, isNumber: true, isExtra: true },
    { title: 'Steps', of: ({ step_count }) => step_count, isNumber: true },
    { title: 'Completed', of: ({ name }) => completedOf(completionOf(name)), isNumber: true },
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

const isLast = ({ id }: Row, all: readonly Row[]) => all.every((other) => other.id === id || !other.enabled);

async function remove(funnel: Row, all: readonly Row[]): Promise<boolean> {
  const { id, name, enabled } = funnel;
  const without =
    enabled && isLast(funnel, all)
      ? ' Then no visit goes through a funnel: the built-in ones are not used either.'
      : '';
  const isConfirmed = await ask({
    title: `Delete the funnel ${name}?`,
    text: `Runs that are active keep it until they end.${without}`,
    confirm: 'Delete',
    isDangerous: true,
  });
  return (
    isConfirmed && attempt(() => call('delete', '/api/funnels/{id}', { path: { id } }), `${name} is deleted.`)
  );
}

/** Asks first where there is something to lose. */
async function backToBuiltIn(own: readonly Row[], used: Used): Promise<boolean> {
  const isConfirmed =
    own.length === 0 ||
    (await ask({
      title: own.length === 1 ? 'Delete your funnel?' : `Delete your ${own.length} funnels?`,
      text: `The ${commonFunnels(used).length} built-in ones are used again, by runs that start from now on.`,
      confirm: own.length === 1 ? 'Delete it' : 'Delete them',
      isDangerous: true,
    }));
  return (
    isConfirmed && attempt(() => call('delete', '/api/v2/funnels'), 'The built-in funnels are used again.')
  );
}

function UsedNow({
  own,
  used,
  onChanged,
}: {
  own: readonly Row[];
  used: Used;
  onChanged: () => Promise<unknown>;
}) {
  const counts = { all: own.length, inUse: own.filter(({ enabled }) => enabled).length };
  const isNone = used.used === 'own' && counts.inUse === 0;
  const reset = async () => {
    if (await backToBuiltIn(own, used)) await onChanged();
  };
  return (
    <div
      class={isNone || used.used === 'elsewhere' ? 'banner row spread' : 'row spread'}
      style={{ margin: 0 }}
    >
      <p class="grow">{usedSentence(used, counts)}</p>
      {used.used === 'own' && (
        <button type="button" class={isNone ? '' : 'small'} onClick={() => void reset()}>
          Use the built-in ones again
        </button>
      )}
    </div>
  );
}

function OwnFunnels({
  funnels,
  onRemove,
}: {
  funnels: Fetched<readonly Row[]>;
  onRemove: (row: Row) => Promise<void>;
}) {
  const completionOf = useCompletion();
  if (funnels.value === undefined) return <Missing what="The funnels" fetched={funnels} />;
  if (funnels.value.length === 0) {
    return (
      <div class="empty">
        <h2>No funnels of your own</h2>
        <p>Copy a built-in one, or start with a template and enter your own pages.</p>
        <a class="button" href={pathTo('funnels', 'new')}>
          New funnel
        </a>
      </div>
    );
  }
  return (
    <Table
      caption="Your funnels"
      columns={columnsOf(completionOf, onRemove)}
      rows={funnels.value}
      keyOf={({ id }) => id}
    />
  );
}

export function FunnelList() {
  const completionOf = useCompletion();
  const used = useUsed();
  const funnels = useFetched<readonly Row[]>(
    async () => (await call('get', '/api/funnels')).data.funnels,
    [storeChanges.value],
  );
  const refresh = () => Promise.all([funnels.fetch(), used.fetch()]);
  const own = funnels.value;
  const onRemove = async (row: Row) => {
    if (await remove(row, own ?? [])) await refresh();
  };
  return (
    <div class="stack wide">
      <Head
        title="Funnels"
        actions={
          <a class="button" href={pathTo('funnels', 'new')}>
            New funnel
          </a>
        }
      >
        <p>Ordered steps that a share of the visits goes through, with people who drop off on the way.</p>
      </Head>
      {used.value && own && <UsedNow own={own} used={used.value} onChanged={refresh} />}
      <OwnFunnels funnels={funnels} onRemove={onRemove} />
      {used.value ? (
        <BuiltInList
          used={used.value}
          ownNames={(own ?? []).map(({ name }) => name)}
          completionOf={completionOf}
          onCopied={refresh}
        />
      ) : (
        <Missing what="The built-in funnels" fetched={used} />
      )}
    </div>
  );
}

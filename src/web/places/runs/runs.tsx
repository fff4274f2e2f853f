/** Past and present runs: a list that is filtered in the address, two of it side by side, or one. */
import { useSignal } from '@preact/signals';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Run } from '../../api/schema.ts';
import { Missing, useFetched } from '../../components/fetched.tsx';
import { Head } from '../../components/head.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { hasSharedLedger, runs as liveRuns } from '../../live/state.ts';
import { address, pathTo, setQuery } from '../../router.ts';
import { count, lostHitsOf } from '../overview/outcomes.ts';
import { RunTime } from '../overview/times.tsx';
import { Compare } from './compare.tsx';
import { OneRun } from './one-run.tsx';
import { numberAndServer } from './run-name.ts';

const lostHits = ({ totals }: Run) => (totals ? lostHitsOf(totals) : 0);

function matches({ name, command, state, isEnded }: Run, query: URLSearchParams): boolean {
  const text = (query.get('text') ?? '').toLowerCase();
  const kind = query.get('kind') ?? '';
  const wanted = query.get('state') ?? '';
  return (
    (text === '' || name.toLowerCase().includes(text)) &&
    (kind === '' || command === kind) &&
    (wanted === '' || state === wanted || (wanted === 'at-work' && !isEnded))
  );
}

interface Choice {
  readonly isChosen: (run: Run) => boolean;
  readonly choose: (run: Run) => void;
}

function columnsOf({ isChosen, choose }: Choice): readonly Column<Run>[] {
  return [
    {
      title: 'Compare',
      of: (run) => (
        <label class="tick">
          <input
            type="checkbox"
            checked={isChosen(run)}
            aria-label={`Compare ${run.name}, run ${run.id}`}
            onChange={() => choose(run)}
          />
        </label>
      ),
      isBare: true,
    },
    {
      title: 'Name',
      of: (run) => (
        <>
          <a href={pathTo('runs', String(run.id))}>{run.name}</a>{' '}
          <span class="soft">{numberAndServer(run)}</span>
        </>
      ),
      isHead: true,
    },
    { title: 'State', of: ({ state }) => <StateMark state={state} /> },
    { title: 'Time', of: (run) => <RunTime run={run} />, isExtra: true, look: () => 'soft nowrap' },
    {
      title: 'Visits complete',
      of: ({ totals }) => formatNumber(count(totals?.visits ?? {}, 'complete')),
      isNumber: true,
      isExtra: true,
    },
    {
      title: 'Hits accepted',
      of: ({ totals }) => formatNumber(count(totals?.hits ?? {}, 'accepted')),
      isNumber: true,
    },
    {
      title: 'Hits lost',
      of: (run) => formatNumber(lostHits(run)),
      isNumber: true,
      look: (run) => (lostHits(run) > 0 ? 'bad' : ''),
    },
  ];
}

/** In sight however long the list is, and below it, so that nothing moves. */
function ChosenBar({ chosen }: { chosen: readonly number[] }) {
  if (chosen.length === 0) return null;
  return (
    <div class="card row spread floating">
      <span role="status">
        {chosen.length === 1
          ? `Run ${chosen[0]}: tick another one to compare.`
          : `Runs ${chosen.join(' and ')}`}
      </span>
      {chosen.length === 2 && (
        <a class="button primary" href={`${pathTo('runs')}?compare=${chosen.join(',')}`}>
          Compare these two
        </a>
      )}
    </div>
  );
}

function RunList() {
  const chosen = useSignal<readonly number[]>([]);
  const loaded = useFetched(
    async () => (await call('get', '/api/v2/runs', { query: { limit: 500 } })).data.runs,
  );
  const { query } = address.value;
  const all = new Map([...(loaded.value ?? []), ...liveRuns.value].map((run) => [run.id, run]));
  const shown = [...all.values()].filter((run) => matches(run, query)).sort((a, b) => b.id - a.id);
  return (
    <div class="stack">
      <Head title="Runs">
        <p>Every run that this service has started, newest first. Tick two to compare them.</p>
        {hasSharedLedger.value && (
          <p>
            Runs that other machines have started over the same ledger are in{' '}
            <a href={pathTo('workers')}>Workers</a>.
          </p>
        )}
      </Head>
      <div class="row">
        <label class="grow">
          <span class="hidden-text">Find a run by its name</span>
          <input
            type="search"
            placeholder="Find a run by its name"
            value={query.get('text') ?? ''}
            onInput={({ currentTarget }) => setQuery({ text: currentTarget.value })}
          />
        </label>
        <label class="row">
          Kind
          <select
            value={query.get('kind') ?? ''}
            style={{ width: 'auto' }}
            onChange={({ currentTarget }) => setQuery({ kind: currentTarget.value })}
          >
            <option value="">all</option>
            <option value="run">live runs</option>
            <option value="backfill">backfills</option>
          </select>
        </label>
        <label class="row">
          State
          <select
            value={query.get('state') ?? ''}
            style={{ width: 'auto' }}
            onChange={({ currentTarget }) => setQuery({ state: currentTarget.value })}
          >
            <option value="">all</option>
            <option value="at-work">active</option>
            <option value="done">done</option>
            <option value="stopped">stopped</option>
            <option value="failed">failed</option>
          </select>
        </label>
      </div>
      <Missing what="Earlier runs" fetched={loaded} />
      {shown.length === 0 && loaded.value !== undefined && (
        <div class="empty">
          <h2>No runs</h2>
          <p>{all.size > 0 ? 'No run matches.' : 'Nothing has been started yet.'}</p>
          {all.size === 0 && (
            <a class="button" href={pathTo('overview')}>
              Start one
            </a>
          )}
        </div>
      )}
      {shown.length > 0 && (
        <Table
          caption="Runs"
          columns={columnsOf({
            isChosen: ({ id }) => chosen.value.includes(id),
            choose: ({ id }) => {
              chosen.value = chosen.value.includes(id)
                ? chosen.value.filter((other) => other !== id)
                : [...chosen.value, id].slice(-2);
            },
          })}
          rows={shown}
          keyOf={({ id }) => id}
        />
      )}
      <ChosenBar chosen={chosen.value} />
    </div>
  );
}

export function Runs() {
  const { rest, query } = address.value;
  const [a, b] = (query.get('compare') ?? '').split(',').map(Number);
  if (rest.length === 0 && a && b) return <Compare key={`${a},${b}`} ids={[a, b]} />;
  const [first] = rest;
  const id = Number(first);
  return first !== undefined && Number.isInteger(id) ? <OneRun key={id} id={id} /> : <RunList />;
}

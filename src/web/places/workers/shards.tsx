/** The shards of a run: as one strip to see at a glance, and as a table that says who has which. */
import { formatNumber } from '../../../report/format.ts';
import type { SharedRun, Worker } from '../../api/schema.ts';
import { type Column, Table } from '../../components/table.tsx';
import { counted, lostHits } from './shared-counts.ts';

type Shard = SharedRun['shards'][number];

const WORDS = { taken: 'being sent', free: 'free', done: 'done' } as const;

function sentenceOf({ shards }: SharedRun): string {
  const parts = (['taken', 'free', 'done'] as const).flatMap((state) => {
    const count = shards.filter((shard) => shard.state === state).length;
    return count === 0 ? [] : [`${formatNumber(count)} ${WORDS[state]}`];
  });
  return `${counted(shards.length, 'shard')}: ${parts.join(', ')}`;
}

function columnsOf(workers: ReadonlyMap<number, Worker>, hasDays: boolean): readonly Column<Shard>[] {
  const owner = ({ state, worker }: Shard) =>
    state === 'taken' && worker !== null ? (
      <>
        {worker} <span class="soft">{workers.get(worker)?.hostname}</span>
      </>
    ) : (
      '–'
    );
  return [
    { title: 'Shard', of: ({ shard }) => shard, isHead: true },
    { title: 'State', of: ({ state }) => WORDS[state] },
    { title: 'Worker', of: owner, look: () => 'breaks' },
    { title: 'Visits', of: ({ visits }) => formatNumber(visits.complete ?? 0), isNumber: true },
    {
      title: 'Hits accepted',
      of: ({ hits }) => formatNumber(hits.accepted ?? 0),
      isNumber: true,
      isExtra: true,
    },
    {
      title: 'Hits lost',
      of: ({ hits }) => formatNumber(lostHits(hits)),
      isNumber: true,
      look: ({ hits }) => (lostHits(hits) > 0 ? 'bad' : ''),
    },
    ...(hasDays
      ? [{ title: 'Last full day', of: ({ lastDay }: Shard) => lastDay ?? '–', isExtra: true }]
      : []),
  ];
}

export function Shards({ run, workers }: { run: SharedRun; workers: ReadonlyMap<number, Worker> }) {
  const sentence = sentenceOf(run);
  const hasDays = run.command === 'backfill';
  return (
    <div class="stack" style={{ gap: '.375rem' }}>
      <div class="strip" role="img" aria-label={sentence}>
        {run.shards.map(({ shard, state }) => (
          <i key={shard} class={state} title={`Shard ${shard}: ${WORDS[state]}`} />
        ))}
      </div>
      <details>
        <summary>{sentence}</summary>
        <Table
          caption={`Shards of run ${run.id}`}
          maxHeight="14rem"
          columns={columnsOf(workers, hasDays)}
          rows={run.shards}
          keyOf={({ shard }) => shard}
        />
      </details>
    </div>
  );
}

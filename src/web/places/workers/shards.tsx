/** The shards of a run: as one strip to see at a glance, and as a table that says who has which. */
import { formatNumber } from '../../../report/format.ts';
import type { SharedRun, Worker } from '../../api/schema.ts';
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

function Row({
  shard,
  workers,
  hasDays,
}: {
  shard: Shard;
  workers: ReadonlyMap<number, Worker>;
  hasDays: boolean;
}) {
  const owner = shard.worker === null ? undefined : workers.get(shard.worker);
  const lost = lostHits(shard.hits);
  return (
    <tr>
      <th scope="row">{shard.shard}</th>
      <td>{WORDS[shard.state]}</td>
      <td>
        {shard.state === 'taken' ? (
          <>
            {shard.worker} <span class="soft">{owner?.hostname}</span>
          </>
        ) : (
          '–'
        )}
      </td>
      <td class="number wide-only">{shard.epoch}</td>
      <td class="number">{formatNumber(shard.visits.complete ?? 0)}</td>
      <td class="number wide-only">{formatNumber(shard.hits.accepted ?? 0)}</td>
      <td class={lost > 0 ? 'number bad' : 'number'}>{formatNumber(lost)}</td>
      {hasDays && <td class="wide-only">{shard.lastDay ?? '–'}</td>}
    </tr>
  );
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
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to take the focus */}
        <section class="table short" tabIndex={0} aria-label={`Shards of run ${run.id}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Shard</th>
                <th scope="col">State</th>
                <th scope="col">Worker</th>
                <th scope="col" class="number wide-only">
                  Epoch
                </th>
                <th scope="col" class="number">
                  Visits
                </th>
                <th scope="col" class="number wide-only">
                  Hits accepted
                </th>
                <th scope="col" class="number">
                  Lost
                </th>
                {hasDays && (
                  <th scope="col" class="wide-only">
                    Last full day
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {run.shards.map((shard) => (
                <Row key={shard.shard} shard={shard} workers={workers} hasDays={hasDays} />
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </div>
  );
}

/** Workers, and the runs that are over, as tables. */
import { formatNumber } from '../../../report/format.ts';
import type { SharedRun, Worker } from '../../api/schema.ts';
import { StateMark } from '../../components/state-mark.tsx';
import { useNow, wholeSeconds } from '../overview/times.tsx';
import { counted, lostHits, nameOf } from './shared-counts.ts';

const when = (at: string) => new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
/** One that was lost is of interest for a while. */
const SHOWN_MS = 15 * 60_000;

function WorkerRow({ worker, nowMs }: { worker: Worker; nowMs: number }) {
  const { id, hostname, pid, version, sinceAt, seenAt, isAlive, hasLeft, shards } = worker;
  const ago = wholeSeconds(Math.max(0, nowMs - Date.parse(seenAt)));
  return (
    <tr>
      <th scope="row">{id}</th>
      <td class="breaks">
        {hostname} <span class="soft">process {pid}</span>
      </td>
      <td class={isAlive ? 'good' : hasLeft ? 'soft' : 'bad'}>
        {isAlive ? 'works' : hasLeft ? 'has ended' : 'lost'}
      </td>
      <td>{ago} ago</td>
      <td class="wide-only">{when(sinceAt)}</td>
      <td class="wide-only">{version}</td>
      <td class="number">{formatNumber(shards)}</td>
    </tr>
  );
}

export function WorkerList({ workers }: { workers: readonly Worker[] }) {
  const nowMs = useNow(true);
  const shown = workers.filter(({ isAlive, seenAt }) => isAlive || nowMs - Date.parse(seenAt) < SHOWN_MS);
  const alive = workers.filter(({ isAlive }) => isAlive).length;
  const hidden = workers.length - shown.length;
  return (
    <section class="stack" aria-label="Workers">
      <h2>Workers</h2>
      {shown.length === 0 ? (
        <p>
          No worker is there. Start one on any machine with the same ledger, as often as you like:{' '}
          <code>trafficinator worker</code>
        </p>
      ) : (
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">No.</th>
                <th scope="col">Machine</th>
                <th scope="col">State</th>
                <th scope="col">Seen</th>
                <th scope="col" class="wide-only">
                  Since
                </th>
                <th scope="col" class="wide-only">
                  Version
                </th>
                <th scope="col" class="number">
                  Shards
                </th>
              </tr>
            </thead>
            <tbody>
              {shown
                .toSorted((a, b) => Number(b.isAlive) - Number(a.isAlive) || a.id - b.id)
                .map((worker) => (
                  <WorkerRow key={worker.id} worker={worker} nowMs={nowMs} />
                ))}
            </tbody>
          </table>
        </div>
      )}
      <small>
        {counted(alive, 'worker')} at work{hidden > 0 && `; ${formatNumber(hidden)} more have ended before`}.
        A worker is stopped where it runs: it finishes what is in flight and gives its shards back.
      </small>
    </section>
  );
}

export function EndedRuns({ runs }: { runs: readonly SharedRun[] }) {
  return (
    <section class="stack" aria-label="Ended runs">
      <h2>Ended</h2>
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">State</th>
              <th scope="col" class="wide-only">
                Ended
              </th>
              <th scope="col" class="number wide-only">
                Visits complete
              </th>
              <th scope="col" class="number">
                Hits accepted
              </th>
              <th scope="col" class="number">
                Lost
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => {
              const lost = lostHits(run.hits);
              return (
                <tr key={run.id}>
                  <th scope="row" class="breaks">
                    {run.id}: {nameOf(run)}{' '}
                    <span class="soft">
                      {run.command === 'run' ? 'live' : `backfill ${run.from ?? ''} to ${run.to ?? ''}`}
                    </span>
                    {run.errors.map((message) => (
                      <small key={message} class="bad" style={{ display: 'block' }}>
                        {message}
                      </small>
                    ))}
                  </th>
                  <td>
                    <StateMark state={run.state} />
                  </td>
                  <td class="wide-only soft">{run.endedAt !== null && when(run.endedAt)}</td>
                  <td class="number wide-only">{formatNumber(run.visits.complete ?? 0)}</td>
                  <td class="number">{formatNumber(run.hits.accepted ?? 0)}</td>
                  <td class={lost > 0 ? 'number bad' : 'number'}>{formatNumber(lost)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Workers, and the runs that are over, as tables. */
import { formatNumber } from '../../../report/format.ts';
import type { SharedRun, Worker } from '../../api/schema.ts';
import { StateMark } from '../../components/state-mark.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { instantText, useNow, wholeSeconds } from '../overview/times.tsx';
import { counted, lostHits, nameOf } from './shared-counts.ts';

const when = (at: string) => instantText(Date.parse(at));
/** One that was lost is of interest for a while. */
const SHOWN_MS = 15 * 60_000;

function workerColumns(nowMs: number): readonly Column<Worker>[] {
  const ago = (at: string) => `${wholeSeconds(Math.max(0, nowMs - Date.parse(at)))} ago`;
  return [
    { title: 'No.', of: ({ id }) => id },
    {
      title: 'Machine',
      of: ({ hostname, pid }) => (
        <>
          {hostname} <span class="soft">process {pid}</span>
        </>
      ),
      isHead: true,
      look: () => 'breaks',
    },
    {
      title: 'State',
      of: ({ isAlive, hasLeft }) => (isAlive ? 'working' : hasLeft ? 'has ended' : 'lost'),
      look: ({ isAlive, hasLeft }) => (isAlive ? 'good' : hasLeft ? 'soft' : 'bad'),
    },
    { title: 'Seen', of: ({ seenAt }) => ago(seenAt) },
    { title: 'Since', of: ({ sinceAt }) => when(sinceAt), isExtra: true },
    { title: 'Version', of: ({ version }) => version, isExtra: true },
    { title: 'Shards', of: ({ shards }) => formatNumber(shards), isNumber: true },
  ];
}

const RUN_COLUMNS: readonly Column<SharedRun>[] = [
  { title: 'Run', of: (run) => <Name run={run} />, isHead: true, look: () => 'breaks' },
  { title: 'State', of: ({ state }) => <StateMark state={state} /> },
  {
    title: 'Ended',
    of: ({ endedAt }) => endedAt !== null && when(endedAt),
    isExtra: true,
    look: () => 'soft nowrap',
  },
  {
    title: 'Visits complete',
    of: ({ visits }) => formatNumber(visits.complete ?? 0),
    isNumber: true,
    isExtra: true,
  },
  { title: 'Hits accepted', of: ({ hits }) => formatNumber(hits.accepted ?? 0), isNumber: true },
  {
    title: 'Hits lost',
    of: ({ hits }) => formatNumber(lostHits(hits)),
    isNumber: true,
    look: ({ hits }) => (lostHits(hits) > 0 ? 'bad' : ''),
  },
];

function Name({ run }: { run: SharedRun }) {
  return (
    <>
      {run.id}: {nameOf(run)}{' '}
      <span class="soft">
        {run.command === 'run' ? 'live' : `backfill ${run.from ?? ''} to ${run.to ?? ''}`}
      </span>
      {run.errors.map((message) => (
        <small key={message} class="bad" style={{ display: 'block' }}>
          {message}
        </small>
      ))}
    </>
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
        <Table
          caption="Workers"
          columns={workerColumns(nowMs)}
          rows={shown.toSorted((a, b) => Number(b.isAlive) - Number(a.isAlive) || a.id - b.id)}
          keyOf={({ id }) => id}
        />
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
      <Table caption="Ended runs" columns={RUN_COLUMNS} rows={runs} keyOf={({ id }) => id} />
    </section>
  );
}

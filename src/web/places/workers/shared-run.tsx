/** A run that workers share and that is not over: how far it is, what is lost, who works on it. */
import { formatNumber } from '../../../report/format.ts';
import type { SharedRun, Worker } from '../../api/schema.ts';
import { StateMark } from '../../components/state-mark.tsx';
import { Shards } from './shards.tsx';
import { counted, daysOf, lostHits, nameOf, workersOf } from './shared-counts.ts';
import { Steering } from './steering.tsx';

function Meter({ run }: { run: SharedRun }) {
  const { plannedVisits: planned } = run;
  const done = run.visits.complete ?? 0;
  if (planned === null || planned === 0) return null;
  const share = Math.min(1, done / planned);
  return (
    <div>
      <p>
        {formatNumber(done)} of {formatNumber(planned)} visits ({Math.floor(share * 100)} %)
      </p>
      <div
        class="meter"
        role="progressbar"
        aria-label={`Visits of run ${run.id}`}
        aria-valuemin={0}
        aria-valuemax={planned}
        aria-valuenow={Math.min(done, planned)}
      >
        <i style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}

function Figures({ run }: { run: SharedRun }) {
  const lost = lostHits(run.hits);
  const days = daysOf(run);
  const taken = run.shards.filter(({ state }) => state === 'taken').length;
  return (
    <dl class="figures">
      {days && (
        <div>
          <dt>Days complete</dt>
          <dd>
            {days.done}
            <small>
              of {days.all}, {run.from} to {run.to}
            </small>
          </dd>
        </div>
      )}
      {!days && run.plannedVisits === null && (
        <div>
          <dt>Visits complete</dt>
          <dd>{formatNumber(run.visits.complete ?? 0)}</dd>
        </div>
      )}
      <div>
        <dt>Hits accepted</dt>
        <dd>
          {formatNumber(run.hits.accepted ?? 0)}
          <small>of {formatNumber(run.hits.planned ?? 0)} planned so far</small>
        </dd>
      </div>
      <div>
        <dt>Hits lost</dt>
        <dd class={lost > 0 ? 'bad' : ''}>
          {formatNumber(lost)}
          {(run.hits.skipped ?? 0) > 0 && <small>{formatNumber(run.hits.skipped ?? 0)} skipped</small>}
        </dd>
      </div>
      <div>
        <dt>Workers</dt>
        <dd>
          {workersOf(run).size}
          <small>
            with {counted(taken, 'shard')}, {counted(run.requestsInFlight, 'request')} in flight
          </small>
        </dd>
      </div>
    </dl>
  );
}

/** Why nobody works on it, and what to do. */
function Waiting({ run, workers }: { run: SharedRun; workers: readonly Worker[] }) {
  const alive = workers.filter(({ isAlive }) => isAlive);
  if (run.state !== 'waiting') return null;
  if (alive.length === 0) {
    return (
      <p class="banner" style={{ margin: 0 }}>
        No worker is there. Start one on any machine with the same ledger: <code>trafficinator worker</code>
      </p>
    );
  }
  const others = alive.filter(({ version }) => version !== run.version);
  return (
    <p class="banner" style={{ margin: 0 }}>
      {others.length === alive.length
        ? `All workers have another version (${others[0]?.version}) than this run (${run.version}), and take no part in it.`
        : 'No worker has taken a shard yet. If it stays so, look into the log of a worker: it may lack the token.'}
    </p>
  );
}

interface Props {
  readonly run: SharedRun;
  readonly workers: readonly Worker[];
  readonly onAsked: (run: SharedRun) => void;
}

export function SharedRunCard({ run, workers, onAsked }: Props) {
  const byId = new Map(workers.map((worker) => [worker.id, worker]));
  return (
    <section class="card stack" aria-label={`Run ${run.id}`}>
      <div class="row spread">
        <div class="row">
          <h2>
            Run {run.id}: {nameOf(run)}
          </h2>
          <StateMark state={run.state} />
        </div>
        <Steering run={run} onAsked={onAsked} />
      </div>
      <p class="soft breaks">
        {run.command === 'run' ? 'Live traffic' : 'Backfill'} to site {run.site} at {run.url}
        {run.timezone !== null && `, ${run.timezone}`}
      </p>
      {run.isTargetDown && (
        <p class="banner bad" style={{ margin: 0 }}>
          {nameOf(run)} does not accept hits at the moment. Workers pause, and try again.
        </p>
      )}
      <Waiting run={run} workers={workers} />
      <Meter run={run} />
      <Figures run={run} />
      <Shards run={run} workers={byId} />
    </section>
  );
}

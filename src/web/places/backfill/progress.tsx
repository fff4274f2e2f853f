/** The third step of a backfill: how far it is, and how to stop and resume it. */
import { formatNumber } from '../../../report/format.ts';
import type { Run } from '../../api/schema.ts';
import { StateMark } from '../../components/state-mark.tsx';
import { pathTo } from '../../router.ts';
import { inPageWords } from '../../settings/page-words.ts';
import { ResumeBackfill, StopRun } from '../overview/actions.tsx';
import { GoOnWithToken } from '../overview/missing-token.tsx';
import { wholeSeconds } from '../overview/times.tsx';

/** So long after its start, the rate says how long the rest takes. */
const SETTLED_MS = 5000;

export function Progress({ run, planned, onDone }: { run: Run; planned: number; onDone: () => void }) {
  const done = run.totals?.visits.complete ?? 0;
  const share = planned > 0 ? Math.min(1, done / planned) : 0;
  const isDone = run.isEnded && run.exitCode === 0;
  return (
    <div class="stack">
      <div class="row">
        <StateMark state={run.state} />
        <span>
          {formatNumber(done)} of {formatNumber(planned)} visits ({Math.floor(share * 100)} %)
        </span>
        {run.rates && !run.isEnded && (
          <span class="soft">
            {formatNumber(run.rates.hitsPerSecond)} hits/s
            {run.rates.visitsPerSecond > 0 &&
              Date.now() - Date.parse(run.startedAt ?? '') > SETTLED_MS &&
              `, about ${wholeSeconds(((planned - done) / run.rates.visitsPerSecond) * 1000)} left`}
          </span>
        )}
      </div>
      <div
        class="meter"
        role="progressbar"
        aria-label="Visits sent"
        aria-valuemin={0}
        aria-valuemax={planned}
        aria-valuenow={done}
      >
        <i style={{ width: `${share * 100}%` }} />
      </div>
      {run.error !== null && <p class="bad">{inPageWords(run.error)}</p>}
      <div class="row">
        {run.state === 'needs-token' && <GoOnWithToken run={run} />}
        {!run.isEnded && <StopRun run={run} />}
        <ResumeBackfill run={run} />
        {run.isEnded && (
          <a class="button" href={pathTo('runs', String(run.id))}>
            Open the run
          </a>
        )}
        {run.isEnded && (
          <button type="button" onClick={onDone}>
            {isDone ? 'Prepare another backfill' : 'Change the settings'}
          </button>
        )}
      </div>
      {isDone && (
        <p class="soft">These days are locked now, so that they cannot be sent twice by accident.</p>
      )}
    </div>
  );
}

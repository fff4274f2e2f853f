/** Below the name of a run: its state, which one it is, since when and until when, and how it is doing in one sentence. */
import type { Run } from '../../api/schema.ts';
import { StateMark } from '../../components/state-mark.tsx';
import { ledgerOutage } from '../../live/ledger.ts';
import { connection } from '../../live/state.ts';
import { numberAndServer } from '../runs/run-name.ts';
import { EndsIn, RunTime } from './times.tsx';
import { verdictOf } from './verdict.ts';

export function RunStatus({ run }: { run: Run }) {
  const { text, tone } = verdictOf(run);
  // What was good until then need not be so now: a banner says why.
  const isUncertain = !run.isEnded && (ledgerOutage.value !== undefined || connection.value === 'away');
  return (
    <>
      <div class="row">
        <StateMark state={run.state} isGood={tone !== 'bad'} />
        <span class="soft">
          {numberAndServer(run)}, <RunTime run={run} />
        </span>
        <EndsIn run={run} />
        {run.restarts > 0 && !run.isEnded && (
          <span class="soft">started again after a crash; the numbers count from there</span>
        )}
      </div>
      <p class={isUncertain && tone === 'good' ? 'soft' : tone}>
        {isUncertain && 'Before that: '}
        {text}
      </p>
    </>
  );
}

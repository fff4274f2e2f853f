/** What can be done with a run: pause, resume, stop, start again. */
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Run } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { confirmWithTokens } from '../../components/missing-tokens.ts';
import { attempt } from '../../components/notices.tsx';
import { navigate, pathTo } from '../../router.ts';

/** Starts an ended live run once more, and shows the new one. */
export function StartAgain({ run }: { run: Run }) {
  const start = async () => {
    const body = await confirmWithTokens(run, {
      title: `Start ${run.name} again?`,
      text: run.isEnded
        ? 'A new run starts with the same settings.'
        : 'This run stops, and a new one starts with the same settings.',
      confirm: 'Start again',
    });
    if (!body) return;
    await attempt(async () => {
      const { data } = await call('post', '/api/v2/runs/{id}/restart', { path: { id: run.id }, body });
      navigate(`${pathTo('overview')}?run=${data.id}`);
    }, 'A new run has started.');
  };
  return (
    <button type="button" onClick={start}>
      Start again
    </button>
  );
}

/** Goes on with a backfill that has ended before it was done. */
export function ResumeBackfill({ run }: { run: Run }) {
  if (run.command !== 'backfill' || !run.isEnded || run.exitCode === 0) return null;
  const resume = async () => {
    const { planned = 0, complete = 0 } = run.totals?.visits ?? {};
    const body = await confirmWithTokens(run, {
      title: `Resume ${run.name}?`,
      text: `${formatNumber(complete)} of ${formatNumber(planned)} visits are complete. The others are sent now.`,
      confirm: 'Resume where it stopped',
    });
    if (!body) return;
    await attempt(
      () => call('post', '/api/v2/runs/{id}/resume-backfill', { path: { id: run.id }, body }),
      'The backfill continues.',
    );
  };
  return (
    <button type="button" class="primary" onClick={resume}>
      Resume where it stopped
    </button>
  );
}

export function Actions({ run }: { run: Run }) {
  const path = { id: run.id };
  const inFlight = run.targets.reduce((sum, { activity }) => sum + (activity?.requestsInFlight ?? 0), 0);
  const stop = async () => {
    const isConfirmed = await ask({
      title: `Stop ${run.name}?`,
      text: 'Requests in flight finish, then the summary is written. Visits that have not ended yet are cut short.',
      confirm: 'Stop',
      isDangerous: true,
    });
    if (isConfirmed)
      await attempt(
        () => call('post', '/api/v2/runs/{id}/stop', { path, body: {} }),
        `${run.name} has stopped.`,
      );
  };
  if (run.isEnded) {
    return (
      <div class="row">
        <a class="button" href={pathTo('runs', String(run.id))}>
          Open the run
        </a>
        {run.command === 'run' && <StartAgain run={run} />}
        <ResumeBackfill run={run} />
      </div>
    );
  }
  return (
    <div class="row">
      {run.command === 'run' && run.state === 'paused' && (
        <button
          type="button"
          class="primary"
          onClick={() => attempt(() => call('post', '/api/v2/runs/{id}/resume', { path }))}
        >
          Resume
        </button>
      )}
      {run.command === 'run' && run.state === 'running' && (
        <button
          type="button"
          onClick={() => attempt(() => call('post', '/api/v2/runs/{id}/pause', { path }))}
        >
          Pause
        </button>
      )}
      {run.state === 'stopping' && inFlight > 0 && (
        <span class="soft">
          waits for {formatNumber(inFlight)} {inFlight === 1 ? 'answer' : 'answers'}
        </span>
      )}
      <button type="button" class="danger" disabled={run.state === 'stopping'} onClick={stop}>
        {run.state === 'stopping' ? 'Stopping …' : 'Stop'}
      </button>
    </div>
  );
}

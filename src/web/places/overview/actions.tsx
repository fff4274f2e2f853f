/** What can be done with a run: pause, resume, stop, start again. */
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Run } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { confirmWithTokens } from '../../components/missing-tokens.ts';
import { attempt } from '../../components/notices.tsx';
import { navigate, pathTo } from '../../router.ts';
import { rowsOf } from './run-settings.ts';

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
  const { planned = 0, complete = 0 } = run.totals?.visits ?? {};
  const hasBegun = planned > 0;
  const confirm = hasBegun ? 'Resume where it stopped' : 'Try again';
  const resume = async () => {
    const body = await confirmWithTokens(run, {
      title: hasBegun ? `Resume ${run.name}?` : `Try ${run.name} again?`,
      text: hasBegun
        ? `${formatNumber(complete)} of ${formatNumber(planned)} visits are complete. The others are sent now.`
        : 'Nothing was sent yet. The backfill begins with its first day.',
      confirm,
    });
    if (!body) return;
    await attempt(
      () => call('post', '/api/v2/runs/{id}/resume-backfill', { path: { id: run.id }, body }),
      'The backfill continues.',
    );
  };
  return (
    <button type="button" class="primary" onClick={resume}>
      {confirm}
    </button>
  );
}

/** Opens *Traffic* with the settings of a live run: a start from there offers to take its place. */
function ChangeRun({ run }: { run: Run }) {
  const { presets, isSink } = run;
  if (run.command !== 'run' || presets.length > 1) return null;
  const change = () =>
    attempt(async () => {
      const { trafficDraft } = await import('../../settings/draft.ts');
      const { data } = await call('get', '/api/v2/runs/{id}/settings', { path: { id: run.id } });
      const given = rowsOf(data.text, data.origins).filter(({ origin }) => origin === 'request');
      trafficDraft.restore({
        preset: presets[0],
        // Tokens are never told; those that were typed on this page still stand there.
        values: {
          ...Object.fromEntries(given.map(({ env, value }) => [env, value])),
          ...trafficDraft.tokens(),
        },
        isSink,
      });
      navigate(pathTo('traffic'));
    });
  return (
    <button type="button" onClick={change}>
      Change
    </button>
  );
}

const STOP_TEXTS = {
  run: 'Requests in flight finish, then the summary is written. Visits that have not ended yet are cut short.',
  backfill: 'Requests in flight finish. The rest is not sent: it can be resumed.',
} as const;

export function StopRun({ run }: { run: Run }) {
  const path = { id: run.id };
  const stop = async () => {
    const isConfirmed = await ask({
      title: `Stop ${run.name}?`,
      text: STOP_TEXTS[run.command],
      confirm: 'Stop',
      isDangerous: true,
    });
    if (isConfirmed)
      await attempt(
        () => call('post', '/api/v2/runs/{id}/stop', { path, body: {} }),
        `${run.name} has stopped.`,
      );
  };
  return (
    <button type="button" class="danger" disabled={run.state === 'stopping'} onClick={stop}>
      {run.state === 'stopping' ? 'Stopping …' : 'Stop'}
    </button>
  );
}

export function Actions({ run }: { run: Run }) {
  const path = { id: run.id };
  const inFlight = run.targets.reduce((sum, { activity }) => sum + (activity?.requestsInFlight ?? 0), 0);
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
          title="Visits that fall due meanwhile are left out"
          onClick={() => attempt(() => call('post', '/api/v2/runs/{id}/pause', { path }))}
        >
          Pause
        </button>
      )}
      <ChangeRun run={run} />
      {run.state === 'stopping' && inFlight > 0 && (
        <span class="soft">
          waits for {formatNumber(inFlight)} {inFlight === 1 ? 'answer' : 'answers'}
        </span>
      )}
      <StopRun run={run} />
    </div>
  );
}

/** What can be done with a run: pause, resume, stop, start again. */
import { call } from '../../api/client.ts';
import type { Run } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import { pathTo } from '../../router.ts';

function Restart({ run, label }: { run: Run; label: string }) {
  const restart = async () => {
    const isConfirmed = await ask({
      title: `${label}: ${run.name}?`,
      text: run.isEnded
        ? 'A new run starts with the same settings.'
        : 'This run ends, and a new one starts with the same settings.',
      confirm: label,
    });
    if (isConfirmed)
      await attempt(
        () => call('post', '/api/v2/runs/{id}/restart', { path: { id: run.id } }),
        'A new run has started.',
      );
  };
  return (
    <button type="button" onClick={restart}>
      {label}
    </button>
  );
}

export function Actions({ run }: { run: Run }) {
  const path = { id: run.id };
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
          Open the report
        </a>
        {run.command === 'run' && <Restart run={run} label="Start again" />}
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
      <button type="button" class="danger" disabled={run.state === 'stopping'} onClick={stop}>
        {run.state === 'stopping' ? 'Stopping …' : 'Stop'}
      </button>
    </div>
  );
}

/** One run: its report, its files, and what Matomo shows of it. */
import { call, Problem } from '../../api/client.ts';
import type { Run } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { Missing, useFetched } from '../../components/fetched.tsx';
import { Head } from '../../components/head.tsx';
import { attempt } from '../../components/notices.tsx';
import { runs as liveRuns } from '../../live/state.ts';
import { navigate, pathTo } from '../../router.ts';
import { Actions, ResumeBackfill, StartAgain } from '../overview/actions.tsx';
import { Curves } from '../overview/curves/curves.tsx';
import { Figures } from '../overview/figures.tsx';
import { Losses } from '../overview/losses-table.tsx';
import { wasSent } from '../overview/outcomes.ts';
import { useRunSettings } from '../overview/run-settings.ts';
import { RunStatus } from '../overview/run-status.tsx';
import { SettingsInForce } from '../overview/settings-in-force.tsx';
import { Targets } from '../overview/targets-table.tsx';
import { Behaviours } from './behaviours.tsx';
import { Verification } from './verification.tsx';

const FILES = [
  { path: 'summary', name: 'summary.json', label: 'Summary (JSON)' },
  { path: 'days.csv', name: 'days.csv', label: 'Days (CSV)' },
  { path: 'report', name: 'report.html', label: 'Report (HTML)' },
] as const;

/** Null where there is none. */
async function runOf(id: number): Promise<Run | null> {
  try {
    return (await call('get', '/api/v2/runs/{id}', { path: { id } })).data;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

export function OneRun({ id }: { id: number }) {
  const fetched = useFetched(() => runOf(id), [id]);
  const settings = useRunSettings(id);
  const run = liveRuns.value.find((one) => one.id === id) ?? fetched.value;
  if (!run) {
    return (
      <div class="stack">
        <h1>Run {id}</h1>
        <Missing what="The run" fetched={fetched} />
        {run === null && (
          <div class="empty">
            <h2>There is no run {id}</h2>
            <a href={pathTo('runs')}>All runs</a>
          </div>
        )}
      </div>
    );
  }
  const forget = async () => {
    const isConfirmed = await ask({
      title: `Delete ${run.name}?`,
      text: 'Its report and files are deleted here. Matomo keeps what was sent, and days that are filled stay locked.',
      confirm: 'Delete',
      isDangerous: true,
    });
    if (
      isConfirmed &&
      (await attempt(() => call('delete', '/api/v2/runs/{id}', { path: { id } }), `${run.name} is deleted.`))
    ) {
      liveRuns.value = liveRuns.value.filter((one) => one.id !== id);
      navigate(pathTo('runs'));
    }
  };
  return (
    <div class="stack">
      <Head
        above="runs"
        title={run.name}
        actions={
          run.isEnded ? (
            <div class="row">
              <button type="button" class="danger" onClick={forget}>
                Delete
              </button>
              {run.command === 'run' && <StartAgain run={run} />}
              <ResumeBackfill run={run} />
            </div>
          ) : (
            <div class="row">
              <a class="button" href={`${pathTo('overview')}?run=${id}`}>
                Watch it live
              </a>
              <Actions run={run} />
            </div>
          )
        }
      >
        <RunStatus run={run} />
      </Head>
      {run.isEnded ? (
        <>
          <div class="row">
            <a
              class={run.error === null ? 'button primary' : 'button'}
              href={`/api/v2/runs/${id}/report`}
              target="_blank"
              rel="noopener"
            >
              Open the report
            </a>
            <span class="soft">Download</span>
            {FILES.map(({ path, label, name }) => (
              <a key={path} href={`/api/v2/runs/${id}/${path}`} download={`run-${id}-${name}`}>
                {label}
              </a>
            ))}
          </div>
          {run.totals && <Figures run={run} totals={run.totals} />}
          {wasSent(run.totals) && <Curves run={run} />}
          {run.totals && <Losses totals={run.totals} />}
          <Targets run={run} />
          {run.totals && <Behaviours totals={run.totals} />}
          <SettingsInForce rows={settings} presets={run.presets} />
          <Verification run={run} />
        </>
      ) : (
        <>
          {run.totals && <Figures run={run} totals={run.totals} />}
          <p class="soft">The report is written when the run ends.</p>
        </>
      )}
    </div>
  );
}

/** The first look: is it running, does Matomo accept what is sent, what is lost and why, what comes next. */
import { useComputed } from '@preact/signals';
import type { Run } from '../../api/schema.ts';
import { Head } from '../../components/head.tsx';
import { connection, heardMs, runs, runsAtWork } from '../../live/state.ts';
import { address, setQuery } from '../../router.ts';
import { numberAndServer } from '../runs/run-name.ts';
import { Actions } from './actions.tsx';
import { Curves } from './curves/curves.tsx';
import { Figures } from './figures.tsx';
import { FirstVisit } from './first-visit.tsx';
import { Losses } from './losses-table.tsx';
import { MissingToken } from './missing-token.tsx';
import { wasSent } from './outcomes.ts';
import { useRunSettings } from './run-settings.ts';
import { RunStatus } from './run-status.tsx';
import { SettingsInForce } from './settings-in-force.tsx';
import { Comparison, Targets } from './targets-table.tsx';

function RunChoice({ chosen }: { chosen: Run }) {
  const others = runsAtWork.value;
  if (others.length < 2) return null;
  return (
    <fieldset class="row" aria-label="Which run is shown">
      {others.map((run) => (
        <button
          key={run.id}
          type="button"
          class="small"
          aria-pressed={run.id === chosen.id}
          onClick={() => setQuery({ run: String(run.id) })}
        >
          {run.name} <span class="soft">{numberAndServer(run)}</span>
        </button>
      ))}
    </fieldset>
  );
}

function RunOverview({ run }: { run: Run }) {
  const settings = useRunSettings(run.id);
  return (
    <div class="stack wide">
      <Head title={run.name} actions={<Actions run={run} />}>
        <RunStatus run={run} />
        <Comparison run={run} />
      </Head>
      <MissingToken run={run} />
      <RunChoice chosen={run} />
      {run.totals && <Figures run={run} totals={run.totals} />}
      {(!run.isEnded || wasSent(run.totals)) && <Curves run={run} />}
      {run.totals && <Losses totals={run.totals} />}
      <Targets run={run} isCompared={false} />
      <SettingsInForce rows={settings} presets={run.presets} />
    </div>
  );
}

export function Overview() {
  const chosen = useComputed(() => {
    const wanted = Number(address.value.query.get('run'));
    return runs.value.find(({ id }) => id === wanted) ?? runsAtWork.value[0] ?? runs.value[0];
  });
  if (chosen.value) return <RunOverview run={chosen.value} />;
  if (connection.value === 'connecting')
    return (
      <p class="soft" role="status">
        Loading …
      </p>
    );
  // Of a service that never answered nothing is known.
  if (heardMs.value === 0) {
    return (
      <div class="stack">
        <h1>Overview</h1>
        <p class="soft">The runs are shown as soon as the service responds.</p>
      </div>
    );
  }
  return <FirstVisit />;
}

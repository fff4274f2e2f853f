/** The first look: is it running, does Matomo accept what is sent, what is lost and why, what comes next. */
import { useComputed } from '@preact/signals';
import { lostOf } from '../../../report/counts.ts';
import { formatNumber } from '../../../report/format.ts';
import { healthOf } from '../../../report/health.ts';
import { call } from '../../api/client.ts';
import type { Run } from '../../api/schema.ts';
import { Curve } from '../../components/chart.tsx';
import { ask } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { connection, runs, runsAtWork } from '../../live/state.ts';
import { address, pathTo, setQuery } from '../../router.ts';
import { FirstVisit } from './first-visit.tsx';
import { Limits } from './limits.tsx';
import { remedyOf } from './losses.ts';
import { perSecond, usePoints } from './points.ts';
import { latencyLimits, type SettingInForce, useRunSettings } from './run-settings.ts';
import { SettingsInForce } from './settings-in-force.tsx';
import { EndsIn, RunTime } from './times.tsx';

type Totals = NonNullable<Run['totals']>;

const count = (values: Readonly<Record<string, number>>, name: string) => values[name] ?? 0;
const outcomesOf = ({ hits }: Totals) => ({
  accepted: count(hits, 'accepted'),
  rejected: count(hits, 'rejected'),
  failed: count(hits, 'failed'),
  unknown: count(hits, 'unknown'),
  skipped: count(hits, 'skipped'),
});

/** Reasons of hits that were skipped on purpose. */
const NO_LOSSES = new Set(['capped', 'paused', 'stopped']);

function verdictOf({ state, totals, isTargetDown, error, targets }: Run): {
  readonly text: string;
  readonly tone: string;
} {
  if (error) return { text: error, tone: 'bad' };
  if (isTargetDown) {
    const down = targets.filter(({ activity }) => activity?.isTargetDown).map(({ name }) => name);
    const who = targets.length > 1 && down.length > 0 ? down.join(', ') : 'The server';
    const verb = targets.length > 1 && down.length > 1 ? 'refuse' : 'refuses';
    return { text: `${who} ${verb} requests. Sending is paused and tries again by itself.`, tone: 'bad' };
  }
  if (!totals || count(totals.hits, 'planned') === 0) {
    return {
      text: state === 'starting' ? 'Starting. The first visit comes in a moment.' : 'No visit was due yet.',
      tone: '',
    };
  }
  const lost = lostOf(outcomesOf(totals));
  const [main] = Object.entries(totals.reasons)
    .filter(([reason]) => !NO_LOSSES.has(reason))
    .sort(([, a], [, b]) => b - a);
  const why = main ? ` Main reason: ${remedyOf(main[0]).what.replace(/^The /, 'the ')}.` : '';
  const accepted = formatNumber(count(totals.hits, 'accepted'));
  if (lost > 0)
    return {
      text: `${formatNumber(lost)} ${lost === 1 ? 'hit was' : 'hits were'} lost; ${accepted} were accepted.${why}`,
      tone: 'bad',
    };
  return {
    text: `Matomo accepts what is sent: ${accepted} ${accepted === '1' ? 'hit' : 'hits'}, none lost.`,
    tone: 'good',
  };
}

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

function Actions({ run }: { run: Run }) {
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

function Figures({ run, totals }: { run: Run; totals: Totals }) {
  const outcomes = outcomesOf(totals);
  const visits = count(totals.visits, 'planned') - count(totals.visits, 'skipped');
  return (
    <dl class="figures">
      <div>
        <dt>Visits</dt>
        <dd>
          {formatNumber(visits)}
          <small>{formatNumber(count(totals.visits, 'complete'))} complete</small>
        </dd>
      </div>
      <div>
        <dt>Hits accepted</dt>
        <dd>
          {formatNumber(outcomes.accepted)}
          <small>of {formatNumber(count(totals.hits, 'planned'))} planned</small>
        </dd>
      </div>
      <div>
        <dt>Hits lost</dt>
        <dd class={lostOf(outcomes) > 0 ? 'bad' : ''}>
          {formatNumber(lostOf(outcomes))}
          <small>{formatNumber(outcomes.skipped)} skipped</small>
        </dd>
      </div>
      <div>
        <dt>Rate</dt>
        <dd>
          {run.rates ? formatNumber(run.rates.hitsPerSecond, 1) : '–'} <small>hits/s over 10 s</small>
        </dd>
      </div>
      <div>
        <dt>Response time</dt>
        <dd>
          {formatNumber(totals.latencyMs.p95)} <small>ms (95th percentile)</small>
        </dd>
      </div>
      <div>
        <dt>Sent late by</dt>
        <dd>
          {formatNumber(totals.lagMs.p99)} <small>ms (99th percentile)</small>
        </dd>
      </div>
      <Limits run={run} />
    </dl>
  );
}

function Losses({ totals }: { totals: Totals }) {
  const reasons = Object.entries(totals.reasons).filter(([, hits]) => hits > 0);
  if (reasons.length === 0) return null;
  return (
    <section>
      <h2>Hits not accepted, by reason</h2>
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col" class="number">
                Hits
              </th>
              <th scope="col">What to do</th>
            </tr>
          </thead>
          <tbody>
            {reasons
              .sort(([, a], [, b]) => b - a)
              .map(([reason, hits]) => {
                const { what, remedy } = remedyOf(reason);
                return (
                  <tr key={reason}>
                    <th scope="row">
                      {what} <code class="soft">{reason}</code>
                    </th>
                    <td class="number">{formatNumber(hits)}</td>
                    <td>{remedy}</td>
                  </tr>
                );
              })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const HEALTH = {
  healthy: ['good', 'Healthy'],
  degraded: ['warn', 'Degraded'],
  failing: ['bad', 'Failing'],
  unknown: ['soft', 'No response yet'],
} as const;

function Targets({ run }: { run: Run }) {
  if (run.targets.length === 0) return null;
  return (
    <section>
      <h2>{run.targets.length > 1 ? 'Targets' : 'Target'}</h2>
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" class="wide-only">
                Address and site
              </th>
              <th scope="col">Health</th>
              <th scope="col" class="number">
                Accepted
              </th>
              <th scope="col" class="number">
                Lost
              </th>
              <th scope="col" class="number">
                Response time, p95
              </th>
              <th scope="col" class="number wide-only">
                In flight
              </th>
            </tr>
          </thead>
          <tbody>
            {run.targets.map((target) => {
              const outcomes = target.totals ? outcomesOf(target.totals) : undefined;
              const [tone, word] = HEALTH[outcomes ? healthOf(outcomes) : 'unknown'];
              return (
                <tr key={target.name}>
                  <th scope="row">{target.name}</th>
                  <td class="wide-only">
                    {target.url} <span class="soft">site {target.site}</span>
                  </td>
                  <td class={tone}>{target.activity?.isTargetDown ? 'Down, trying again' : word}</td>
                  <td class="number">{formatNumber(outcomes?.accepted ?? 0)}</td>
                  <td class="number">{formatNumber(outcomes ? lostOf(outcomes) : 0)}</td>
                  <td class="number">{formatNumber(target.totals?.latencyMs.p95 ?? 0)} ms</td>
                  <td class="number wide-only">{formatNumber(target.activity?.requestsInFlight ?? 0)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Curves({ run, settings }: { run: Run; settings: readonly SettingInForce[] | undefined }) {
  const points = usePoints(run.id, !run.isEnded);
  const timesMs = points.atMs ?? [];
  const outcome = (name: string) => ({ colour: name, label: name, values: perSecond(points, name) });
  const latency = (name: 'p50' | 'p95' | 'p99') => ({
    colour: name,
    label: name,
    values: (points[name] ?? []).map((ms, i) => ((points.requests?.[i] ?? 0) > 0 ? ms : undefined)),
  });
  const hasAny = (name: string) => (points[name] ?? []).some((value) => value > 0);
  const losses = ['rejected', 'failed', 'unknown', 'skipped'].filter(hasAny);
  return (
    <div class="columns">
      <Curve
        title="Hits"
        unit="hits/s"
        digits={1}
        timesMs={timesMs}
        series={[
          { colour: 'offered', label: 'planned', values: perSecond(points, 'planned') },
          outcome('accepted'),
          ...losses.map(outcome),
        ]}
      />
      <Curve
        title="Response times"
        unit="ms"
        timesMs={timesMs}
        series={[latency('p50'), latency('p95'), latency('p99')]}
        limits={latencyLimits(settings)}
      />
      <Curve
        title="Visits"
        unit="visits/s"
        digits={2}
        timesMs={timesMs}
        series={[{ colour: 'sent', label: 'visits', values: perSecond(points, 'visits') }]}
      />
      <Curve
        title="Sent late by"
        unit="ms"
        timesMs={timesMs}
        series={[{ colour: 'p95', label: 'p99', values: points.lagP99 ?? [] }]}
      />
    </div>
  );
}

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
          {run.name}
        </button>
      ))}
    </fieldset>
  );
}

function RunOverview({ run }: { run: Run }) {
  const verdict = verdictOf(run);
  const settings = useRunSettings(run.id);
  return (
    <div class="stack wide">
      <div class="head">
        <div class="stack" style={{ gap: '.375rem' }}>
          <h1>{run.name}</h1>
          <div class="row">
            <StateMark state={run.state} />
            <span class="soft">
              {run.command === 'run' ? 'live run' : 'backfill'} {run.id}, <RunTime run={run} />
            </span>
            <EndsIn run={run} />
            {run.restarts > 0 && !run.isEnded && (
              <span class="soft">started again after a crash; the numbers count from there</span>
            )}
          </div>
          <p class={verdict.tone}>{verdict.text}</p>
        </div>
        <Actions run={run} />
      </div>
      <RunChoice chosen={run} />
      {run.totals && <Figures run={run} totals={run.totals} />}
      <Curves run={run} settings={settings} />
      {run.totals && <Losses totals={run.totals} />}
      <Targets run={run} />
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
  return <FirstVisit />;
}

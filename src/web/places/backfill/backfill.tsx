/** Past days, step by step: the window, a look at its numbers, the confirmation, the progress, and what Matomo has of it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Calls, Run } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import { ScrollArea } from '../../components/scroll-area.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { runs } from '../../live/state.ts';
import { address, pathTo, setQuery } from '../../router.ts';
import { backfillDraft } from '../../settings/draft.ts';
import { SettingGroups } from '../../settings/setting-groups.tsx';
import { wholeSeconds } from '../overview/times.tsx';
import { Verification } from '../runs/verification.tsx';
import { PresetChoice } from '../traffic/preset-choice.tsx';
import { Calendar } from './calendar.tsx';

type Plan = Calls['/api/v2/backfill-plans/{id}']['get']['answer'];

const state = backfillDraft;
const WINDOW = ['BACKFILL_START_DATE', 'BACKFILL_END_DATE', 'BACKFILL_DAYS_BACK', 'BACKFILL_DURATION_DAYS'];
const STEPS = ['Prepare', 'Review', 'Send', 'Verify'] as const;

function Steps({ at }: { at: number }) {
  return (
    <ol class="steps" aria-label="Steps of a backfill">
      {STEPS.map((step, i) => (
        <li key={step} aria-current={i === at ? 'step' : undefined}>
          {step}
        </li>
      ))}
    </ol>
  );
}

function Prepare({ onPlan }: { onPlan: (plan: Plan) => void }) {
  const isPreparing = useSignal(false);
  const { values, isSink } = state.draft.value;
  const [from, to] = [values.BACKFILL_START_DATE ?? '', values.BACKFILL_END_DATE ?? ''];
  const prepare = async () => {
    isPreparing.value = true;
    await attempt(async () => {
      const { preset, settings, sink } = state.request();
      const name = `${from} to ${to}`;
      const { data } = await call('post', '/api/v2/backfill-plans', {
        body: { name, preset, settings, sink, verify: !sink },
      });
      onPlan(data);
    });
    isPreparing.value = false;
  };
  return (
    <div class="stack wide">
      <div class="split">
        <section class="stack">
          <h2>Which days</h2>
          <Calendar
            from={from}
            to={to}
            onChange={(first, last) => {
              state.set('BACKFILL_START_DATE', first);
              state.set('BACKFILL_END_DATE', last);
            }}
          />
          <PresetChoice state={state} />
          <label class="check">
            <input
              type="checkbox"
              checked={isSink}
              onChange={({ currentTarget }) => state.useSink(currentTarget.checked)}
            />
            Send to the embedded endpoint, to try it out
          </label>
        </section>
        <section class="aside card stack">
          <h2>Next</h2>
          <p>
            The plan counts days, visits and hits. Nothing is sent before you have seen the numbers and
            confirmed them.
          </p>
          <div>
            <button
              type="button"
              class="primary"
              disabled={isPreparing.value || from === '' || to === ''}
              onClick={prepare}
            >
              {isPreparing.value ? 'Counting …' : 'Count the visits'}
            </button>
          </div>
          {from === '' && <small>Choose the first and the last day.</small>}
        </section>
      </div>
      <section>
        <h2>Settings</h2>
        <SettingGroups command="backfill" state={state} without={WINDOW} />
      </section>
    </div>
  );
}

function Look({ plan, onBack, onRun }: { plan: Plan; onBack: () => void; onRun: (run: Run) => void }) {
  const confirm = async () => {
    const isConfirmed = await ask({
      title: `Send ${formatNumber(plan.visits)} visits?`,
      text: `${formatNumber(plan.hits)} hits for the ${plan.days.length} days from ${plan.from} to ${plan.to}. Matomo cannot undo this.`,
      confirm: `Send ${formatNumber(plan.visits)} visits`,
    });
    if (!isConfirmed) return;
    const token = state.draft.value.values.MATOMO_TOKEN_AUTH;
    await attempt(async () => {
      const tokens = token === undefined ? {} : { MATOMO_TOKEN_AUTH: token };
      const { digest, visits } = plan;
      const { data } = await call('post', '/api/v2/backfill-plans/{id}/confirm', {
        path: { id: plan.id },
        body: { digest, visits, tokens, rememberTokens: false },
      });
      onRun(data);
    });
  };
  return (
    <div class="stack">
      <dl class="figures">
        <div>
          <dt>Days</dt>
          <dd>{formatNumber(plan.days.length)}</dd>
        </div>
        <div>
          <dt>Visits</dt>
          <dd>{formatNumber(plan.visits)}</dd>
        </div>
        <div>
          <dt>Hits</dt>
          <dd>{formatNumber(plan.hits)}</dd>
        </div>
        <div>
          <dt>From, to</dt>
          <dd>
            <small>
              {plan.from}, {plan.to}
            </small>
          </dd>
        </div>
      </dl>
      <p>
        Digest <code>{plan.digest.slice(0, 16)}…</code>{' '}
        <small>The same settings and seed always give this digest.</small>
      </p>
      <ScrollArea label="Days of the plan" maxHeight="20rem">
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" class="number">
                Visits
              </th>
              <th scope="col" class="number">
                Hits
              </th>
            </tr>
          </thead>
          <tbody>
            {plan.days.map(({ date, visits, hits }) => (
              <tr key={date}>
                <th scope="row">{date}</th>
                <td class="number">{formatNumber(visits)}</td>
                <td class="number">{formatNumber(hits)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      <div class="row">
        <button type="button" onClick={onBack}>
          Back
        </button>
        <button type="button" class="primary" onClick={confirm}>
          Send {formatNumber(plan.visits)} visits
        </button>
      </div>
    </div>
  );
}

function Progress({ run, planned, onDone }: { run: Run; planned: number; onDone: () => void }) {
  const done = run.totals?.visits.complete ?? 0;
  const share = planned > 0 ? Math.min(1, done / planned) : 0;
  const isDone = run.isEnded && run.exitCode === 0;
  return (
    <div class="stack">
      <div class="row">
        <StateMark state={run.state} />
        <span>
          {formatNumber(done)} of {formatNumber(planned)} visits ({Math.round(share * 100)} %)
        </span>
        {run.rates && !run.isEnded && (
          <span class="soft">
            {formatNumber(run.rates.hitsPerSecond)} hits/s
            {run.rates.visitsPerSecond > 0 &&
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
      {run.error !== null && <p class="bad">{run.error}</p>}
      <div class="row">
        {!run.isEnded && (
          <button
            type="button"
            class="danger"
            onClick={() =>
              attempt(
                () => call('post', '/api/v2/runs/{id}/stop', { path: { id: run.id }, body: {} }),
                'Stopped. It can be resumed.',
              )
            }
          >
            Stop
          </button>
        )}
        {run.isEnded && !isDone && (
          <button
            type="button"
            class="primary"
            onClick={() =>
              attempt(
                () =>
                  call('post', '/api/v2/runs/{id}/resume-backfill', {
                    path: { id: run.id },
                    body: { tokens: {}, rememberTokens: false },
                  }),
                'The backfill continues.',
              )
            }
          >
            Resume where it stopped
          </button>
        )}
        {run.isEnded && (
          <a class="button" href={pathTo('runs', String(run.id))}>
            Open the report
          </a>
        )}
        {isDone && (
          <button type="button" onClick={onDone}>
            Prepare another backfill
          </button>
        )}
      </div>
      {isDone && (
        <p class="soft">These days are locked now, so that they cannot be sent twice by accident.</p>
      )}
    </div>
  );
}

function Past({ plans }: { plans: readonly Plan[] }) {
  if (plans.length === 0) return null;
  return (
    <section>
      <h2>Past backfills</h2>
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Days</th>
              <th scope="col" class="number">
                Visits
              </th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {plans.map((plan) => (
              <tr key={plan.id}>
                <th scope="row">
                  <a href={`${pathTo('backfill')}?plan=${plan.id}`}>{plan.name}</a>
                </th>
                <td>
                  {plan.from} to {plan.to}
                </td>
                <td class="number">{formatNumber(plan.visits)}</td>
                <td>
                  {plan.run === null
                    ? plan.state === 'expired'
                      ? 'expired'
                      : 'prepared, not sent'
                    : `sent by run ${plan.run}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function Backfill() {
  const plans = useSignal<readonly Plan[]>([]);
  const started = useSignal<Run | undefined>(undefined);
  const wanted = Number(address.value.query.get('plan'));
  const load = () =>
    attempt(async () => {
      const { data } = await call('get', '/api/v2/backfill-plans');
      plans.value = data.plans;
    });
  useEffect(() => void load(), []);
  const plan = plans.value.find(({ id }) => id === wanted);
  const runNumber = plan?.run ?? (started.value !== undefined && plan ? started.value.id : undefined);
  const run = runs.value.find(({ id }) => id === runNumber) ?? started.value;
  const reset = () => setQuery({ plan: null });
  const at =
    plan === undefined ? 0 : runNumber === undefined || runNumber === null ? 1 : run?.isEnded ? 3 : 2;
  return (
    <div class="stack wide">
      <div class="head">
        <div>
          <h1>Backfill</h1>
          <p>Fill past days with visits. You see the numbers before anything is sent.</p>
        </div>
      </div>
      <Steps at={at} />
      {plan === undefined && (
        <Prepare
          onPlan={(made) => {
            plans.value = [made, ...plans.value];
            setQuery({ plan: String(made.id) });
          }}
        />
      )}
      {plan !== undefined && at === 1 && (
        <Look
          plan={plan}
          onBack={reset}
          onRun={(begun) => {
            started.value = begun;
            void load();
          }}
        />
      )}
      {plan !== undefined && run && at > 1 && (
        <>
          <Progress run={run} planned={plan.visits} onDone={reset} />
          <Verification run={run} />
        </>
      )}
      <Past plans={plans.value.filter(({ id }) => id !== wanted)} />
    </div>
  );
}

/** Past days, step by step: the window, a look at its numbers, the confirmation, the progress, and what Matomo has of it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import type { BackfillPlan, Run } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { runs } from '../../live/state.ts';
import { address, setQuery } from '../../router.ts';
import { Verification } from '../runs/verification.tsx';
import { Past } from './past.tsx';
import { Prepare } from './prepare.tsx';
import { Progress } from './progress.tsx';
import { Review } from './review.tsx';

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

export function Backfill() {
  const plans = useSignal<readonly BackfillPlan[]>([]);
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
  const isSent = run?.isEnded === true && run.exitCode === 0;
  const at = plan === undefined ? 0 : runNumber === undefined || runNumber === null ? 1 : isSent ? 3 : 2;
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
        <Review
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
          {(run.totals?.hits.accepted ?? 0) > 0 && <Verification run={run} />}
        </>
      )}
      <Past plans={plans.value.filter(({ id }) => id !== wanted)} />
    </div>
  );
}

/** Past days, step by step: the window, a look at its numbers, the confirmation, the progress, and what Matomo has of it. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import type { BackfillPlan, Run } from '../../api/schema.ts';
import { useFetched } from '../../components/fetched.tsx';
import { Head } from '../../components/head.tsx';
import { runs } from '../../live/state.ts';
import { address, setQuery } from '../../router.ts';
import { wasSent } from '../overview/outcomes.ts';
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
  const known = useFetched(
    async (): Promise<readonly BackfillPlan[]> => (await call('get', '/api/v2/backfill-plans')).data.plans,
  );
  const plans = known.value ?? [];
  /** The run that this page has just begun, and its plan: the list of plans comes a moment later. */
  const begun = useSignal<{ readonly plan: number; readonly run: Run } | undefined>(undefined);
  const wanted = Number(address.value.query.get('plan'));
  const plan = plans.find(({ id }) => id === wanted);
  const own = begun.value?.plan === plan?.id ? begun.value?.run : undefined;
  const runNumber = plan?.run ?? own?.id;
  const run = runs.value.find(({ id }) => id === runNumber) ?? own;
  const reset = () => setQuery({ plan: null });
  const isSent = run?.isEnded === true && run.exitCode === 0;
  const at = plan === undefined ? 0 : runNumber === undefined ? 1 : isSent ? 3 : 2;
  return (
    <div class="stack wide">
      <Head title="Backfill">
        <p>Fill past days with visits. You see the numbers before anything is sent.</p>
      </Head>
      <Steps at={at} />
      {plan === undefined && (
        <Prepare
          onPlan={(made) => {
            known.set([made, ...plans]);
            setQuery({ plan: String(made.id) });
          }}
        />
      )}
      {plan !== undefined && at === 1 && (
        <Review
          plan={plan}
          onBack={reset}
          onRun={(started) => {
            begun.value = { plan: plan.id, run: started };
            void known.fetch();
          }}
        />
      )}
      {plan !== undefined && run && at > 1 && (
        <>
          <Progress run={run} planned={plan.visits} onDone={reset} />
          {/* It begins with the tokens of the targets, which are known by then. */}
          {wasSent(run.totals) && <Verification run={run} />}
        </>
      )}
      <Past plans={plans.filter(({ id }) => id !== wanted)} onDeleted={known.fetch} />
    </div>
  );
}

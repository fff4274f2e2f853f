/** Backfills that were prepared or sent before. */
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { BackfillPlan } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { runs } from '../../live/state.ts';
import { pathTo } from '../../router.ts';

async function remove(plan: BackfillPlan, onDeleted: () => void): Promise<void> {
  const isConfirmed = await ask({
    title: `Delete the plan of ${plan.from} to ${plan.to}?`,
    text: `Its ${formatNumber(plan.visits)} visits were not sent.`,
    confirm: 'Delete',
    isDangerous: true,
  });
  const work = () => call('delete', '/api/v2/backfill-plans/{id}', { path: { id: plan.id } });
  if (isConfirmed && (await attempt(work, 'The plan is deleted.'))) onDeleted();
}

/** How the plan's run stands, as it goes on. */
function State({ plan: { run, result, state, visits } }: { plan: BackfillPlan }) {
  if (run === null) return <>{state === 'expired' ? 'expired' : 'prepared, not sent'}</>;
  const live = runs.value.find(({ id }) => id === run);
  const at = live ? { state: live.state, completeVisits: live.totals?.visits.complete ?? 0 } : result;
  if (!at) return <>run {run}, deleted</>;
  return (
    <>
      <StateMark state={at.state} /> {formatNumber(at.completeVisits)} of {formatNumber(visits)}
      {', '}
      <a href={pathTo('runs', String(run))}>run {run}</a>
    </>
  );
}

function columnsOf(onDeleted: () => void): readonly Column<BackfillPlan>[] {
  return [
    {
      title: 'Name',
      of: (plan) => <a href={`${pathTo('backfill')}?plan=${plan.id}`}>{plan.name}</a>,
      isHead: true,
    },
    { title: 'Days', of: ({ from, to }) => `${from} to ${to}` },
    { title: 'Visits', of: ({ visits }) => formatNumber(visits), isNumber: true },
    { title: 'State', of: (plan) => <State plan={plan} /> },
    {
      title: 'Delete',
      isBare: true,
      of: (plan) =>
        plan.run === null && (
          <button
            type="button"
            class="small danger"
            aria-label={`Delete the plan of ${plan.from} to ${plan.to}`}
            onClick={() => remove(plan, onDeleted)}
          >
            Delete
          </button>
        ),
    },
  ];
}

export function Past({ plans, onDeleted }: { plans: readonly BackfillPlan[]; onDeleted: () => void }) {
  if (plans.length === 0) return null;
  return (
    <section>
      <h2>Prepared and past backfills</h2>
      <Table
        caption="Prepared and past backfills"
        columns={columnsOf(onDeleted)}
        rows={plans}
        keyOf={({ id }) => id}
      />
    </section>
  );
}

/** Backfills that were prepared or sent before. */
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { BackfillPlan } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
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

export function Past({ plans, onDeleted }: { plans: readonly BackfillPlan[]; onDeleted: () => void }) {
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
                    : `sent by run ${plan.run}`}{' '}
                  {plan.run === null && (
                    <button
                      type="button"
                      class="small danger"
                      aria-label={`Delete the plan of ${plan.from} to ${plan.to}`}
                      onClick={() => remove(plan, onDeleted)}
                    >
                      Delete
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Backfills that were prepared or sent before. */
import { formatNumber } from '../../../report/format.ts';
import type { BackfillPlan } from '../../api/schema.ts';
import { pathTo } from '../../router.ts';

export function Past({ plans }: { plans: readonly BackfillPlan[] }) {
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

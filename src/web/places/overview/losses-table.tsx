/** Hits that were not accepted, by reason, each with its remedy. */
import { formatNumber } from '../../../report/format.ts';
import { isIntended, reasonOf } from '../../../report/reasons.ts';
import type { Totals } from './outcomes.ts';

export function Losses({ totals }: { totals: Totals }) {
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
              .sort(([one, a], [other, b]) => Number(isIntended(one)) - Number(isIntended(other)) || b - a)
              .map(([reason, hits]) => {
                const { what, remedy } = reasonOf(reason);
                return (
                  <tr key={reason}>
                    <th scope="row">
                      {what.charAt(0).toUpperCase() + what.slice(1)} <code class="soft">{reason}</code>
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

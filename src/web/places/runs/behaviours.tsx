/** Visits that the behaviours of plugins have written. */
import { formatNumber } from '../../../report/format.ts';
import type { Totals } from '../overview/outcomes.ts';

export function Behaviours({ totals: { behaviours = {}, visits } }: { totals: Totals }) {
  const rows = Object.entries(behaviours);
  if (rows.length === 0) return null;
  const all = Math.max(1, visits.planned ?? 0);
  return (
    <section>
      <h2>Visits of plugins</h2>
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">Behaviour</th>
              <th scope="col" class="number">
                Visits
              </th>
              <th scope="col" class="number">
                Of all visits
              </th>
              <th scope="col" class="number">
                Complete
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, { planned = 0, complete = 0 }]) => (
              <tr key={name}>
                <th scope="row" class="breaks">
                  {name}
                </th>
                <td class="number">{formatNumber(planned)}</td>
                <td class="number">{formatNumber((planned / all) * 100, 1)} %</td>
                <td class="number">{formatNumber(complete)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Hits that were not accepted and attempts that failed, by reason, each with an example and its remedy. */
import { formatNumber } from '../../../report/format.ts';
import { exampleText, troublesOf } from '../../../report/troubles.ts';
import type { Totals } from './outcomes.ts';

const timeOfDay = (ms: number) => new Date(ms).toLocaleTimeString([], { hourCycle: 'h23' });

export function Losses({ totals }: { totals: Totals }) {
  const troubles = troublesOf(totals);
  if (troubles.length === 0) return null;
  const hasAttempts = troubles.some(({ attempts }) => attempts > 0);
  return (
    <section>
      <h2>{hasAttempts ? 'What went wrong' : 'Hits not accepted, by reason'}</h2>
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col" class="number">
                Hits not accepted
              </th>
              {hasAttempts && (
                <th scope="col" class="number">
                  Failed attempts
                </th>
              )}
              <th scope="col">What to do</th>
            </tr>
          </thead>
          <tbody>
            {troubles.map(({ name, what, hits, attempts, example, remedy, section }) => (
              <tr key={name}>
                <th scope="row">
                  {what} <code class="soft">{name}</code>
                </th>
                <td class="number">{formatNumber(hits)}</td>
                {hasAttempts && <td class="number">{formatNumber(attempts)}</td>}
                <td>
                  {remedy}
                  {example && <div class="breaks">Example: {exampleText(example, timeOfDay)}</div>}
                  <div class="soft">More in docs/troubleshooting.md, “{section}”</div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

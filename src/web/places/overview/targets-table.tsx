/** The targets of a run side by side. */
import { comparisonSentence } from '../../../report/comparison-sentence.ts';
import { missingOf } from '../../../report/counts.ts';
import { formatNumber } from '../../../report/format.ts';
import { healthOf } from '../../../report/health.ts';
import type { Run } from '../../api/schema.ts';
import { attemptsText, failedAttemptsOf, outcomesOf } from './outcomes.ts';
import { useRunSettings } from './run-settings.ts';

const HEALTH = {
  healthy: ['good', 'Healthy'],
  degraded: ['warn', 'Degraded'],
  failing: ['bad', 'Failing'],
  unknown: ['soft', 'No response yet'],
} as const;

const ATTEMPTS_FAIL = ['warn', 'Some attempts fail'] as const;

/** Of targets that get the same visits. */
function Comparison({ run: { id, targets } }: { run: Run }) {
  const settings = useRunSettings(id);
  if (!settings?.some(({ env, value }) => env === 'TARGET_STRATEGY' && value === 'mirror')) return null;
  const sentence = comparisonSentence(
    targets.map(({ name, totals }) => ({
      name,
      p95: totals?.latencyMs.p95 ?? 0,
      failedAttempts: failedAttemptsOf(totals),
    })),
  );
  return sentence === undefined ? null : <p>{sentence}</p>;
}

export function Targets({ run }: { run: Run }) {
  if (run.targets.length === 0) return null;
  return (
    <section>
      <h2>{run.targets.length > 1 ? 'Targets' : 'Target'}</h2>
      {run.targets.length > 1 && <Comparison run={run} />}
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
                Failed attempts
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
              const reasons = target.totals?.reasons ?? {};
              const failed = failedAttemptsOf(target.totals);
              const health = outcomes ? healthOf(outcomes, reasons) : 'unknown';
              const [tone, word] = health === 'healthy' && failed > 0 ? ATTEMPTS_FAIL : HEALTH[health];
              return (
                <tr key={target.name}>
                  <th scope="row">{target.name}</th>
                  <td class="wide-only">
                    {target.url} <span class="soft">site {target.site}</span>
                  </td>
                  <td class={tone}>{target.activity?.isTargetDown ? 'Down, trying again' : word}</td>
                  <td class="number">{formatNumber(outcomes?.accepted ?? 0)}</td>
                  <td class="number">{formatNumber(outcomes ? missingOf(outcomes, reasons) : 0)}</td>
                  <td class="number" title={attemptsText(target.totals)}>
                    {formatNumber(failed)}
                  </td>
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

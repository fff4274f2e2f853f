/** Where traffic goes now and how it gets on, and what a check of the targets finds. */
import { useSignal } from '@preact/signals';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import { CheckResult } from '../../components/check-result.tsx';
import { attempt } from '../../components/notices.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { runsAtWork } from '../../live/state.ts';
import { pathTo } from '../../router.ts';
import { wholeCheck } from '../../settings/checks.ts';
import { trafficDraft } from '../../settings/draft.ts';
import { healthText, lostBy } from '../overview/targets-table.tsx';

/** Side by side: every target that a run sends to now. */
export function ActiveTargets() {
  const rows = runsAtWork.value.flatMap((run) => run.targets.map((target) => ({ run, target })));
  if (rows.length === 0) return null;
  return (
    <section>
      <h2>Receiving traffic now</h2>
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">Target</th>
              <th scope="col">Run</th>
              <th scope="col">Health</th>
              <th scope="col" class="number">
                Accepted
              </th>
              <th scope="col" class="number">
                Lost
              </th>
              <th scope="col" class="number wide-only">
                Response time, p95
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ run, target }) => {
              const [tone, word] = healthText(target);
              return (
                <tr key={`${run.id} ${target.name}`}>
                  <th scope="row" class="breaks">
                    {target.name === 'default' ? '' : `${target.name}, `}
                    {target.url}, site {target.site}
                  </th>
                  <td>
                    <a href={`${pathTo('overview')}?run=${run.id}`}>{run.name}</a>
                  </td>
                  <td class={tone}>{word}</td>
                  <td class="number">{formatNumber(target.totals?.hits.accepted ?? 0)}</td>
                  <td class="number">{formatNumber(lostBy(target))}</td>
                  <td class="number wide-only">{formatNumber(target.totals?.latencyMs.p95 ?? 0)} ms</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function TargetCheck() {
  const isBusy = useSignal(false);
  const { value: draft } = trafficDraft.draft;
  const check = async () => {
    isBusy.value = true;
    await attempt(async () => {
      const { preset, settings } = trafficDraft.request();
      const { data } = await call('post', '/api/v2/targets/check', { body: { preset, settings } });
      wholeCheck.value = { draft, findings: data.findings };
      await trafficDraft.resolve();
    });
    isBusy.value = false;
  };
  const { value: last } = wholeCheck;
  const isStale = last !== undefined && last.draft !== draft;
  return (
    <section class="stack">
      <div class="row">
        <button type="button" class="primary" disabled={isBusy.value} onClick={check}>
          {isBusy.value ? <Waiting word="Checking" /> : 'Check everything'}
        </button>
        <small>Server, site, token and settings. No visit is recorded.</small>
      </div>
      {isStale && <p class="soft">Something was changed since the last check.</p>}
      {last && !isStale && <CheckResult findings={last.findings} />}
    </section>
  );
}

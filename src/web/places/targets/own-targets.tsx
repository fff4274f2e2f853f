/** The targets that the settings of this service name: used where a run has none of its own. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Calls } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { runsAtWork, storeChanges } from '../../live/state.ts';
import { pathTo } from '../../router.ts';

type Found = Calls['/api/v2/targets']['get']['answer'];

const HEALTH: Readonly<Record<Found['targets'][number]['health'], readonly [tone: string, word: string]>> = {
  idle: ['soft', 'Idle'],
  good: ['good', 'Healthy'],
  losing: ['warn', 'Losing hits'],
  down: ['bad', 'Down, trying again'],
};

export function OwnTargets() {
  const found = useSignal<Found | undefined>(undefined);
  const changes = storeChanges.value;
  const atWork = runsAtWork.value.map(({ id }) => id).join();
  useEffect(() => {
    void attempt(async () => {
      found.value = (await call('get', '/api/v2/targets')).data;
    });
  }, [changes, atWork, found]);
  const targets = found.value?.targets.filter(({ url }) => url !== null) ?? [];
  if (targets.length === 0) return null;
  return (
    <section aria-label="Targets of this service">
      <h2>From the settings of this service</h2>
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">Target</th>
              <th scope="col">Health</th>
              <th scope="col">Token</th>
              <th scope="col" class="wide-only">
                Timezone
              </th>
              <th scope="col" class="number wide-only">
                Weight
              </th>
            </tr>
          </thead>
          <tbody>
            {targets.map(({ name, url, site, health, runs, hasToken, timezone, weight }) => {
              const [tone, word] = HEALTH[health];
              const [run] = runs;
              return (
                <tr key={name}>
                  <th scope="row" class="breaks">
                    {name === 'default' ? '' : `${name}, `}
                    {url}, site {site}
                  </th>
                  <td class={tone}>
                    {word} {run !== undefined && <a href={pathTo('runs', String(run))}>run {run}</a>}
                  </td>
                  <td>{hasToken ? 'set' : <span class="soft">none</span>}</td>
                  <td class="wide-only">{timezone}</td>
                  <td class="number wide-only">{formatNumber(weight, Number.isInteger(weight) ? 0 : 2)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

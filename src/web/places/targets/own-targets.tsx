/** The targets that the settings of this service name: used where a run has none of its own. */
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Calls } from '../../api/schema.ts';
import { useFetched } from '../../components/fetched.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { runs, runsAtWork, storeChanges } from '../../live/state.ts';
import { pathTo } from '../../router.ts';
import { healthText } from '../overview/targets-table.tsx';

type Found = Calls['/api/v2/targets']['get']['answer'];

type OwnTarget = Found['targets'][number];

/** As the run that sends to it shows it. */
function healthOf(own: OwnTarget): readonly [tone: string, word: string] {
  const [sent] = runs.value
    .filter(({ id }) => own.runs.includes(id))
    .flatMap(({ targets }) => targets.filter(({ url, site }) => url === own.url && site === own.site));
  return sent ? healthText(sent) : ['soft', 'Idle'];
}

const COLUMNS: readonly Column<OwnTarget>[] = [
  {
    title: 'Target',
    of: ({ name, url, site }) => `${name === 'default' ? '' : `${name}, `}${url}, site ${site}`,
    isHead: true,
    look: () => 'breaks',
  },
  {
    title: 'Health',
    of: (target) => (
      <>
        {healthOf(target)[1]}{' '}
        {target.runs[0] !== undefined && (
          <a href={pathTo('runs', String(target.runs[0]))}>run {target.runs[0]}</a>
        )}
      </>
    ),
    look: (target) => healthOf(target)[0],
  },
  { title: 'Token', of: ({ hasToken }) => (hasToken ? 'set' : <span class="soft">none</span>) },
  { title: 'Timezone', of: ({ timezone }) => timezone, isExtra: true },
  {
    title: 'Weight',
    of: ({ weight }) => formatNumber(weight, Number.isInteger(weight) ? 0 : 2),
    isNumber: true,
    isExtra: true,
  },
];

export function OwnTargets() {
  const atWork = runsAtWork.value.map(({ id }) => id).join();
  const found = useFetched(
    async (): Promise<Found> => (await call('get', '/api/v2/targets')).data,
    [storeChanges.value, atWork],
  );
  const targets = found.value?.targets.filter(({ url }) => url !== null) ?? [];
  if (targets.length === 0) return null;
  return (
    <section aria-label="Targets of this service">
      <h2>From the settings of this service</h2>
      <Table caption="Targets of this service" columns={COLUMNS} rows={targets} keyOf={({ name }) => name} />
    </section>
  );
}

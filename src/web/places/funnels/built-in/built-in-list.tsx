/** The built-in funnels: to look at, and to copy into one's own. */
import { useSignal } from '@preact/signals';
import { formatNumber } from '../../../../report/format.ts';
import { call } from '../../../api/client.ts';
import type { BuiltInFunnel } from '../../../api/schema.ts';
import { attempt } from '../../../components/notices.tsx';
import { type Column, Table } from '../../../components/table.tsx';
import { pathTo } from '../../../router.ts';
import type { Completion } from '../past-completion.tsx';
import { shareText } from '../steps.ts';
import { anyInWords, commonFunnels, presetsWithFunnels, type Used } from './used-funnels.tsx';

interface Row {
  /** Null: of all runs whose preset has none. */
  readonly preset: string | null;
  readonly funnel: BuiltInFunnel;
}

/** The address names the funnel in its query: by name, and by preset where it is one of a preset. */
const addressOf = (what: string, { preset, funnel: { name } }: Row) =>
  `${pathTo('funnels', what)}?${new URLSearchParams({ ...(preset === null ? {} : { preset }), funnel: name })}`;
export const copyPath = (row: Row) => addressOf('copy', row);

/** What such a query names. */
export function findBuiltIn({ sets }: Used, query: URLSearchParams): Row | undefined {
  const preset = query.get('preset');
  const name = query.get('funnel');
  const funnel = sets.find((one) => one.preset === preset)?.funnels.find((one) => one.name === name);
  return funnel && { preset, funnel };
}

function columnsOf(isOfPresets: boolean, completionOf: (name: string) => Completion): readonly Column<Row>[] {
  return [
    {
      title: 'Name',
      of: (row) => (
        <>
          <a href={addressOf('built-in', row)}>{row.funnel.name}</a>
          {row.funnel.description && <small style={{ display: 'block' }}>{row.funnel.description}</small>}
        </>
      ),
      isHead: true,
    },
    ...(isOfPresets ? [{ title: 'Preset', of: ({ preset }: Row) => preset }] : []),
    { title: 'Share', of: ({ funnel }) => shareText(funnel.probability), isNumber: true },
    { title: 'Priority', of: ({ funnel }) => funnel.priority, isNumber: true, isExtra: true },
    { title: 'Steps', of: ({ funnel }) => funnel.steps.length, isNumber: true },
    { title: 'Completed', of: ({ funnel }) => completedOf(completionOf(funnel.name)), isNumber: true },
    {
      title: 'Copy',
      of: (row) => (
        <a class="button small" aria-label={`Copy ${row.funnel.name}`} href={copyPath(row)}>
          Copy
        </a>
      ),
      isNumber: true,
      isBare: true,
    },
  ];
}

export const completedOf = ({ entered, completed }: Completion) =>
  entered > 0 ? `${formatNumber(completed)} of ${formatNumber(entered)}` : '–';

interface Props {
  readonly used: Used;
  /** Of one's own funnels: no two have the same. */
  readonly ownNames: readonly string[];
  readonly completionOf: (name: string) => Completion;
  readonly onCopied: () => Promise<unknown>;
}

/** Those that one has not copied yet. */
function CopyAll({ used, ownNames, onCopied }: Omit<Props, 'completionOf'>) {
  const isBusy = useSignal(false);
  const { length: all } = commonFunnels(used);
  const missing = commonFunnels(used).filter(({ name }) => !ownNames.includes(name));
  if (missing.length < 2) return null;
  const copy = async () => {
    isBusy.value = true;
    await attempt(async () => {
      for (const body of missing) await call('post', '/api/funnels', { body });
    }, `${missing.length} funnels are copied. They are yours now: change them as you like.`);
    await onCopied();
    isBusy.value = false;
  };
  return (
    <button type="button" disabled={isBusy.value} onClick={copy}>
      {isBusy.value
        ? 'Copying …'
        : `Copy ${missing.length === all ? `all ${all}` : `the other ${missing.length}`}`}
    </button>
  );
}

const rowsOf = ({ sets }: Used, isWanted: (preset: string | null) => boolean): readonly Row[] =>
  sets
    .filter(({ preset }) => isWanted(preset))
    .flatMap(({ preset, funnels }) => funnels.map((funnel) => ({ preset, funnel })));

const keyOf = ({ preset, funnel }: Row) => `${preset} ${funnel.name}`;

export function BuiltInList({ used, ownNames, completionOf, onCopied }: Props) {
  return (
    <>
      <section class="stack">
        <div class="row spread">
          <div>
            <h2>Built-in funnels</h2>
            <p class="soft">
              {used.used === 'built-in' ? 'Used now' : 'Not used now'}. To change one, copy it.
            </p>
          </div>
          <CopyAll used={used} ownNames={ownNames} onCopied={onCopied} />
        </div>
        <Table
          caption="Built-in funnels"
          columns={columnsOf(false, completionOf)}
          rows={rowsOf(used, (preset) => preset === null)}
          keyOf={keyOf}
        />
      </section>
      <section class="stack">
        <div>
          <h2>Funnels of presets</h2>
          <p class="soft">
            Runs with the preset {anyInWords(presetsWithFunnels(used))} use these, whatever funnels you have.
          </p>
        </div>
        <Table
          caption="Funnels of presets"
          columns={columnsOf(true, completionOf)}
          rows={rowsOf(used, (preset) => preset !== null)}
          keyOf={keyOf}
        />
      </section>
    </>
  );
}

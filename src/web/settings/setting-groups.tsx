/** All settings of a command in their groups, found by a word; parts that depend on another setting show when it is on. */
import { useSignal } from '@preact/signals';
import { Missing, useFetched } from '../components/fetched.tsx';
import { DESTINATION } from './destination.tsx';
import type { DraftState } from './draft.ts';
import { loadTable, type SettingInfo, table } from './schema.ts';
import { SettingField } from './setting-field.tsx';

/** The settings that most people change, shown first. */
const CORE: Readonly<Record<'run' | 'backfill', readonly string[]>> = {
  run: ['TARGET_VISITS_PER_DAY', 'TIMEZONE', 'ACTIVE_HOURS', 'MAX_VISITS_PER_DAY', 'AUTO_STOP_AFTER_HOURS'],
  backfill: ['TARGET_VISITS_PER_DAY', 'TIMEZONE', 'SEED'],
};

type Value = (env: string) => string;

/** Settings that mean nothing while another one is off. */
const SHOWN_WHEN: Readonly<Record<string, (value: Value) => boolean>> = {
  PAUSE_BETWEEN_PVS_MIN: (value) => value('VISIT_TIMING') === 'compressed',
  PAUSE_BETWEEN_PVS_MAX: (value) => value('VISIT_TIMING') === 'compressed',
  ...Object.fromEntries(
    [
      'CART_ABANDONMENT',
      'ECOMMERCE_ORDER_VALUE_MIN',
      'ECOMMERCE_ORDER_VALUE_MAX',
      'ECOMMERCE_ITEMS_MIN',
      'ECOMMERCE_ITEMS_MAX',
      'ECOMMERCE_TAX_RATE',
      'ECOMMERCE_SHIPPING_RATES',
    ].map((env) => [env, (value: Value) => Number(value('ECOMMERCE_PROBABILITY')) > 0] as const),
  ),
};

function isShown({ env }: SettingInfo, state: DraftState): boolean {
  return SHOWN_WHEN[env]?.(state.valueOf) ?? true;
}

const isDestination = (env: string) => DESTINATION.some((one) => one === env);

interface RowsProps {
  readonly rows: readonly SettingInfo[];
  readonly state: DraftState;
}

function Fields({ rows, state }: RowsProps) {
  return (
    <div class="fields">
      {rows
        .filter((info) => isShown(info, state))
        .map((info) => (
          <SettingField key={info.env} info={info} state={state} />
        ))}
    </div>
  );
}

/** Its fields are made when it is opened: most people open few. */
function Group({ title, rows, state }: RowsProps & { readonly title: string }) {
  const isOpen = useSignal(false);
  const changed = rows.filter(({ env }) => state.draft.value.values[env] !== undefined).length;
  return (
    <details
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>
        {title} <span class="soft">{changed > 0 ? `${changed} changed` : `${rows.length} settings`}</span>
      </summary>
      {isOpen.value && (
        <div style={{ marginTop: '.75rem' }}>
          <Fields rows={rows} state={state} />
        </div>
      )}
    </details>
  );
}

interface Props {
  readonly command: 'run' | 'backfill';
  readonly state: DraftState;
  /** Settings that the place asks for in its own way. */
  readonly without?: readonly string[];
}

export function SettingGroups({ command, state, without = [] }: Props) {
  const search = useSignal('');
  const loaded = useFetched(async () => {
    await loadTable();
    await state.resolve();
    return true;
  }, [state]);
  const { value: all } = table;
  if (!all) return <Missing what="The settings" fetched={loaded} />;
  const rows = all.settings.filter(
    ({ commands, env }) => commands.includes(command) && !without.includes(env) && !isDestination(env),
  );
  const text = search.value.trim().toLowerCase();
  const found = rows.filter(({ env, description }) => `${env} ${description}`.toLowerCase().includes(text));
  const core = CORE[command].flatMap((env) => rows.find((row) => row.env === env) ?? []);
  return (
    <div class="stack">
      <label>
        <span class="hidden-text">Find a setting</span>
        <input
          type="search"
          placeholder={`Find one of ${rows.length} settings`}
          value={search.value}
          onInput={({ currentTarget }) => {
            search.value = currentTarget.value;
          }}
        />
      </label>
      {text !== '' &&
        (found.length > 0 ? <Fields rows={found} state={state} /> : <p class="soft">No setting matches.</p>)}
      {text === '' && (
        <>
          <fieldset>
            <legend class="hidden-text">Core</legend>
            <Fields rows={core} state={state} />
          </fieldset>
          {all.groups.map(({ key, title }) => {
            const rest = rows.filter((row) => row.group === key && !core.includes(row));
            return rest.length === 0 ? null : <Group key={key} title={title} rows={rest} state={state} />;
          })}
        </>
      )}
    </div>
  );
}

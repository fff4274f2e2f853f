/** The settings of a run: what was changed against its preset, and everything that differs from the defaults. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { type Column, Table } from '../../components/table.tsx';
import { loadTable, table, valueText } from '../../settings/schema.ts';
import type { SettingInForce } from './run-settings.ts';

function usePresetValues(name: string | undefined): ReadonlyMap<string, string> {
  const values = useSignal<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    values.value = new Map();
    // Without them the column with the preset's values stays empty.
    loadTable().catch(() => {});
    if (name === undefined) return;
    call('get', '/api/v2/presets/{name}', { path: { name } }).then(
      ({ data }) => {
        values.value = new Map(Object.entries(data.settings).map(([env, value]) => [env, valueText(value)]));
      },
      () => {},
    );
  }, [name, values]);
  return values.value;
}

interface RowsProps {
  readonly caption: string;
  readonly rows: readonly SettingInForce[];
  /** What the setting would be otherwise; undefined leaves the column out. */
  readonly before?: { readonly title: string; readonly of: (env: string) => string };
}

function Rows({ caption, rows, before }: RowsProps) {
  const columns: readonly Column<SettingInForce>[] = [
    { title: 'Setting', of: ({ env }) => env, isHead: true, look: () => 'mono breaks' },
    { title: 'Value', of: ({ value }) => value, look: () => 'breaks' },
    ...(before
      ? [
          {
            title: before.title,
            of: ({ env }: SettingInForce) => before.of(env) || 'not set',
            look: () => 'breaks soft',
          },
        ]
      : []),
    { title: 'From', of: ({ origin }) => origin, isExtra: true, look: () => 'soft' },
  ];
  return <Table caption={caption} columns={columns} rows={rows} keyOf={({ env }) => env} />;
}

export function SettingsInForce({
  rows,
  presets,
}: {
  rows: readonly SettingInForce[] | undefined;
  presets: readonly string[];
}) {
  const preset = presets.at(-1);
  const own = usePresetValues(preset);
  if (!rows || rows.length === 0) return null;
  const changed = rows.filter(({ origin }) => !origin.startsWith('preset ') && origin !== 'default');
  const standard = (env: string) => valueText(table.value?.settings.find((one) => one.env === env)?.default);
  return (
    <section class="stack">
      <h2>Settings</h2>
      {changed.length === 0 ? (
        <p class="soft">{preset === undefined ? 'All defaults.' : `Exactly the preset ${preset}.`}</p>
      ) : (
        <Rows
          caption="Changed settings"
          rows={changed}
          before={{
            title: preset === undefined ? 'Default' : `Preset ${preset}`,
            of: (env) => own.get(env) ?? standard(env),
          }}
        />
      )}
      <details>
        <summary class="soft">All {rows.length} settings that differ from the defaults</summary>
        <Rows caption="All settings that differ from the defaults" rows={rows} />
      </details>
    </section>
  );
}

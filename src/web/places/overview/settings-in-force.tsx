/** The settings of a run: what was changed against its preset, and everything that differs from the defaults. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
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
  readonly rows: readonly SettingInForce[];
  /** What the setting would be otherwise; undefined leaves the column out. */
  readonly before?: { readonly title: string; readonly of: (env: string) => string };
}

function Rows({ rows, before }: RowsProps) {
  return (
    <div class="table">
      <table class="rows-as-cards">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Value</th>
            {before && <th scope="col">{before.title}</th>}
            <th scope="col" class="wide-only">
              From
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ env, value, origin }) => (
            <tr key={env}>
              <th scope="row" class="mono breaks">
                {env}
              </th>
              <td class="breaks">{value}</td>
              {before && (
                <td class="breaks soft" data-label={before.title}>
                  {before.of(env) || 'not set'}
                </td>
              )}
              <td class="soft wide-only" data-label="From">
                {origin}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
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
          rows={changed}
          before={{
            title: preset === undefined ? 'Default' : `Preset ${preset}`,
            of: (env) => own.get(env) ?? standard(env),
          }}
        />
      )}
      <details>
        <summary class="soft">All {rows.length} settings that differ from the defaults</summary>
        <Rows rows={rows} />
      </details>
    </section>
  );
}

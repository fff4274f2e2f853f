/** The plugins of this service: what each adds to visits, and with which options it was loaded. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import type { Plugin } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';

interface Property {
  readonly description?: string;
  readonly default?: unknown;
}

/** What the plugin's JSON Schema says of each option. */
function propertiesOf({ schema }: Plugin): Readonly<Record<string, Property>> {
  const { properties } = schema as { readonly properties?: Readonly<Record<string, Property>> };
  return properties ?? {};
}

const textOf = (value: unknown) =>
  value === undefined ? 'not set' : typeof value === 'string' ? value : JSON.stringify(value);

function Options({ plugin }: { plugin: Plugin }) {
  const properties = propertiesOf(plugin);
  const names = [...new Set([...Object.keys(properties), ...Object.keys(plugin.options)])];
  if (names.length === 0) return <small>It has no options.</small>;
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">Option</th>
            <th scope="col">Value</th>
            <th scope="col" class="wide-only">
              What it does
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const { description = '', default: standard } = properties[name] ?? {};
            return (
              <tr key={name}>
                <th scope="row" class="mono breaks">
                  {name}
                </th>
                <td class="breaks">
                  {textOf(plugin.options[name] ?? standard)}{' '}
                  {plugin.options[name] === undefined && standard !== undefined && (
                    <span class="soft">default</span>
                  )}
                </td>
                <td class="soft wide-only">{description}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function PluginCard({ plugin }: { plugin: Plugin }) {
  const hooks = Object.entries(plugin.hooks);
  return (
    <section class="card stack">
      <div class="row spread">
        <h2>{plugin.name}</h2>
        <span class="badge">{plugin.version}</span>
      </div>
      {plugin.description !== null && <p>{plugin.description}</p>}
      {hooks.length > 0 && (
        <dl class="facts">
          {hooks.map(([hook, names]) => (
            <div key={hook}>
              <dt>{hook}</dt>
              <dd>{names.length > 0 ? names.join(', ') : 'yes'}</dd>
            </div>
          ))}
        </dl>
      )}
      <Options plugin={plugin} />
      <small>
        Loaded by <code>{plugin.use}</code>
      </small>
    </section>
  );
}

export function Plugins() {
  const plugins = useSignal<readonly Plugin[] | undefined>(undefined);
  useEffect(() => {
    void attempt(async () => {
      const { data } = await call('get', '/api/v2/plugins');
      plugins.value = data.plugins;
    });
  }, [plugins]);
  return (
    <div class="stack">
      <div class="head">
        <div>
          <h1>Plugins</h1>
          <p>Code of your own that adds to visits. Plugins are named in the settings of this service.</p>
        </div>
      </div>
      {plugins.value?.length === 0 && (
        <div class="empty">
          <h2>No plugins</h2>
          <p>
            Name them in <code>PLUGINS</code> or in the settings file of the service, and start it again.{' '}
            <code>trafficinator plugin new</code> writes one that works.
          </p>
        </div>
      )}
      {plugins.value?.map((plugin) => (
        <PluginCard key={plugin.name} plugin={plugin} />
      ))}
    </div>
  );
}

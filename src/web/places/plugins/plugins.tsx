/** The plugins of this service: what each adds to visits, and the options that it takes. */
import { call } from '../../api/client.ts';
import type { Plugin } from '../../api/schema.ts';
import { Missing, useFetched } from '../../components/fetched.tsx';
import { Head } from '../../components/head.tsx';
import { storeChanges } from '../../live/state.ts';
import { pathTo } from '../../router.ts';
import { PluginOptions } from './plugin-options.tsx';

function Hooks({ hooks }: Pick<Plugin, 'hooks'>) {
  const all = Object.entries(hooks);
  if (all.length === 0) return null;
  return (
    <dl class="facts">
      {all.map(([hook, names]) => (
        <div key={hook}>
          <dt>{hook}</dt>
          <dd>{names.length > 0 ? names.join(', ') : 'yes'}</dd>
        </div>
      ))}
    </dl>
  );
}

function PluginCard({ plugin, onSaved }: { plugin: Plugin; onSaved: (plugin: Plugin) => void }) {
  const { name, version, description, hooks, use, problem } = plugin;
  return (
    <section class="card stack" aria-label={`Plugin ${name}`}>
      <div class="row spread">
        <h2>{name}</h2>
        <span class="badge">{version}</span>
      </div>
      {description !== null && <p>{description}</p>}
      {problem !== null && (
        <p class="banner bad" style={{ margin: 0 }}>
          The saved options do not fit the plugin any more, and no run can start with them. {problem}
        </p>
      )}
      <Hooks hooks={hooks} />
      <PluginOptions plugin={plugin} onSaved={onSaved} />
      <small class="breaks">
        Loaded from <code>{use}</code>
      </small>
    </section>
  );
}

export function Plugins() {
  const plugins = useFetched(
    async () => (await call('get', '/api/v2/plugins')).data.plugins,
    [storeChanges.value],
  );
  const put = (saved: Plugin) => {
    plugins.set((plugins.value ?? []).map((one) => (one.name === saved.name ? saved : one)));
  };
  return (
    <div class="stack">
      <Head
        title="Plugins"
        actions={
          plugins.value !== undefined &&
          plugins.value.length > 0 && (
            <a class="button" href={pathTo('traffic')}>
              See a day with them
            </a>
          )
        }
      >
        <p>Code of your own that adds to visits. Plugins are named in the settings of this service.</p>
      </Head>
      <Missing what="The plugins" fetched={plugins} />
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
        <PluginCard key={plugin.name} plugin={plugin} onSaved={put} />
      ))}
    </div>
  );
}

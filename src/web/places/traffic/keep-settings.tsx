/** Settings for every run of this service: what was changed here is kept after a look at the difference, and taken back again. */
import { call } from '../../api/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Missing, useFetched } from '../../components/fetched.tsx';
import { attempt } from '../../components/notices.tsx';
import type { DraftState } from '../../settings/draft.ts';
import { table, valueText } from '../../settings/schema.ts';

type Values = Readonly<Record<string, string>>;

function isSecret(env: string): boolean {
  const plain = env.replace(/_\d+$/, '');
  return table.value?.settings.find((one) => one.env === plain)?.isSecret ?? /TOKEN|HEADERS/.test(env);
}

const shown = (env: string, value: string) => (isSecret(env) ? '•••' : value);

/** What would change, from what to what. */
function Difference({ changes, now }: { changes: Values; now: (env: string) => string }) {
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Now</th>
            <th scope="col">Then</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(changes).map(([env, value]) => (
            <tr key={env}>
              <th scope="row" class="mono breaks">
                {env}
              </th>
              <td class="breaks soft">{now(env) || 'not set'}</td>
              <td class="breaks">{shown(env, value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Kept({ kept, onDrop }: { kept: Values; onDrop: (env: string) => void }) {
  const all = Object.entries(kept);
  if (all.length === 0) return null;
  return (
    <section class="stack" aria-label="Kept settings">
      <h3>Kept so far</h3>
      <dl class="facts">
        {all.map(([env, value]) => (
          <div key={env}>
            <dt class="mono">{env}</dt>
            <dd>
              {shown(env, value)}{' '}
              <button type="button" class="small" aria-label={`Take back ${env}`} onClick={() => onDrop(env)}>
                Take back
              </button>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function KeepSettings({ state, onClose }: { state: DraftState; onClose: () => void }) {
  const fetched = useFetched(async () => {
    const [kept, standard] = await Promise.all([
      call('get', '/api/v2/settings/kept'),
      // Without anything that was typed here or a preset.
      call('post', '/api/v2/settings/resolve', { body: { preset: [], settings: {}, command: 'run' } }),
    ]);
    const inForce = standard.data.settings.map(({ env, value }) => [env, valueText(value)] as const);
    return { kept: kept.data.settings, inForce: new Map(inForce) };
  });
  const { values: changes, preset } = state.draft.value;
  const count = Object.keys(changes).length;
  const words = `${count} ${count === 1 ? 'setting' : 'settings'}`;
  const patch = async (settings: Readonly<Record<string, string | null>>) => {
    await call('patch', '/api/v2/settings/kept', { body: { settings } });
  };
  const now = (env: string) => {
    const value = fetched.value?.inForce.get(env) ?? '';
    return value === '' ? '' : shown(env, value);
  };
  const keep = async () => {
    const isKept = await attempt(
      () => patch(changes),
      `${words} kept. Runs that start from now on use them.`,
    );
    if (!isKept) return;
    for (const env of Object.keys(changes)) state.set(env, '');
    onClose();
  };
  const drop = async (env: string) => {
    if (!(await attempt(() => patch({ [env]: null }), `${env} is not kept any more.`))) return;
    await Promise.all([fetched.fetch(), attempt(state.resolve)]);
  };
  return (
    <Dialog title="Settings for all runs of this service" onClose={onClose}>
      <p>
        Schedules, backfills and live runs use them where they say nothing else. Runs that have started are
        not affected.
      </p>
      <Missing what="The kept settings" fetched={fetched} />
      {fetched.value !== undefined && count === 0 && (
        <p class="soft">Nothing is changed on this place: there is nothing to keep.</p>
      )}
      {fetched.value !== undefined && count > 0 && <Difference changes={changes} now={now} />}
      {preset !== undefined && count > 0 && <small>The preset {preset} itself is not kept.</small>}
      <Kept kept={fetched.value?.kept ?? {}} onDrop={drop} />
      <div class="row end">
        <button type="button" onClick={onClose}>
          Close
        </button>
        <button
          type="button"
          class="primary"
          disabled={count === 0 || fetched.value === undefined}
          onClick={keep}
        >
          Keep {words}
        </button>
      </div>
    </Dialog>
  );
}

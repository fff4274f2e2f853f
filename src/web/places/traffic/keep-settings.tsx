/** Settings for every run of this service: what was changed here is kept after a look at the difference, and taken back again. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { Dialog } from '../../components/dialog.tsx';
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
  const kept = useSignal<Values>({});
  useEffect(() => {
    void attempt(async () => {
      kept.value = (await call('get', '/api/v2/settings/kept')).data.settings;
    });
  }, [kept]);
  const { values: changes, preset } = state.draft.value;
  const count = Object.keys(changes).length;
  const words = `${count} ${count === 1 ? 'setting' : 'settings'}`;
  const patch = async (settings: Readonly<Record<string, string | null>>) => {
    const { data } = await call('patch', '/api/v2/settings/kept', { body: { settings } });
    kept.value = data.settings;
  };
  const now = (env: string) => {
    const { value, origin } = state.inForce.value.get(env) ?? {};
    if (kept.value[env] !== undefined) return shown(env, kept.value[env]);
    return origin === 'request' ? '' : shown(env, valueText(value));
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
    if (await attempt(() => patch({ [env]: null }), `${env} is not kept any more.`)) await state.resolve();
  };
  return (
    <Dialog title="Settings for all runs of this service" onClose={onClose}>
      <p>
        Schedules, backfills and live runs use them where they say nothing else. Runs that have started are
        not affected.
      </p>
      {count === 0 ? (
        <p class="soft">Nothing is changed on this place: there is nothing to keep.</p>
      ) : (
        <Difference changes={changes} now={now} />
      )}
      {preset !== undefined && count > 0 && <small>The preset {preset} itself is not kept.</small>}
      <Kept kept={kept.value} onDrop={drop} />
      <div class="row end">
        <button type="button" onClick={onClose}>
          Close
        </button>
        <button type="button" class="primary" disabled={count === 0} onClick={keep}>
          Keep {words}
        </button>
      </div>
    </Dialog>
  );
}

/** Keeps the settings under a name: the command line finds them by `--preset`. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import { FormDialog, type TextOf } from '../../components/form-dialog.tsx';
import type { DraftState } from '../../settings/draft.ts';

/** Address, site, token and the days of a backfill are not part of a preset. */
const isPartOfPreset = (env: string) => !/^(MATOMO|BACKFILL)_/.test(env);

/** With a preset, what that one sets too. */
function configOf(state: DraftState): Record<string, unknown> {
  const { preset, settings } = state.request();
  const all: [string, unknown][] =
    preset.length > 0
      ? [...state.inForce.value.values()]
          .filter(({ origin }) => origin !== 'default')
          .map(({ env, value }) => [env, value])
      : Object.entries(settings);
  return Object.fromEntries(
    all.filter(([env]) => isPartOfPreset(env)).map(([env, value]) => [env.toLowerCase(), value]),
  );
}

export function SavePreset({ state, onClose }: { state: DraftState; onClose: () => void }) {
  const name = useSignal('');
  const save = (textOf: TextOf) =>
    call('post', '/api/presets', { body: { name: textOf('name'), config: configOf(state) } });
  return (
    <FormDialog
      title="Save as a preset"
      done={`Saved. On the command line: --preset ${name.value.trim()}`}
      save={save}
      onClose={onClose}
    >
      <div class="field">
        <label for="preset-name">Name</label>
        <input
          id="preset-name"
          name="name"
          required
          maxLength={100}
          value={name.value}
          onInput={({ currentTarget }) => {
            name.value = currentTarget.value;
          }}
        />
        <small>Address, site and token are not part of a preset.</small>
      </div>
    </FormDialog>
  );
}

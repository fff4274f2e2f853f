/** Keeps the settings under a name: the command line finds them by `--preset`. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import { FormDialog, type TextOf } from '../../components/form-dialog.tsx';
import type { DraftState } from '../../settings/draft.ts';
import { usePresets } from '../../settings/presets.ts';

/** Address, site, token and the days of a backfill are not part of a preset. */
const isPartOfPreset = (env: string) => !/^(MATOMO|BACKFILL)_/.test(env);

/** With a preset, what that one sets too. */
function configOf(state: DraftState): Record<string, unknown> {
  const { preset, settings } = state.request();
  const all: [string, unknown][] =
    preset.length > 0
      ? [...state.inForce.value.values()]
          .filter(({ origin }) => origin !== 'default' && origin !== 'site')
          .map(({ env, value }) => [env, value])
      : Object.entries(settings);
  return Object.fromEntries(
    all.filter(([env]) => isPartOfPreset(env)).map(([env, value]) => [env.toLowerCase(), value]),
  );
}

export function SavePreset({ state, onClose }: { state: DraftState; onClose: () => void }) {
  const name = useSignal('');
  const presets = usePresets();
  const known = presets.find((preset) => preset.id !== null && preset.name === name.value.trim());
  const save = (textOf: TextOf) => {
    const config = configOf(state);
    if (known?.id == null) return call('post', '/api/presets', { body: { name: textOf('name'), config } });
    return call('put', '/api/presets/{id}', { path: { id: known.id }, body: { config } });
  };
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
        {known && (
          <span class="warn" role="status">
            You have a preset of this name. Saving replaces what it sets.
          </span>
        )}
      </div>
    </FormDialog>
  );
}

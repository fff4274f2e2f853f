/** Keeps the settings under a name: the command line finds them by `--preset`. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { attempt } from '../../components/notices.tsx';
import type { DraftState } from '../../settings/draft.ts';

export function SavePreset({ state, onClose }: { state: DraftState; onClose: () => void }) {
  const name = useSignal('');
  const save = async (event: Event) => {
    event.preventDefault();
    const { preset, settings } = state.request();
    const isSaved = await attempt(async () => {
      const inForce = Object.fromEntries(
        [...state.inForce.value.values()]
          .filter(
            ({ env, origin }) =>
              origin !== 'default' && !env.startsWith('MATOMO_') && !env.startsWith('BACKFILL_'),
          )
          .map(({ env, value }) => [env.toLowerCase(), value]),
      );
      const config =
        preset.length > 0
          ? inForce
          : Object.fromEntries(Object.entries(settings).map(([env, value]) => [env.toLowerCase(), value]));
      await call('post', '/api/presets', { body: { name: name.value.trim(), config } });
    }, `Saved. On the command line: --preset ${name.value.trim()}`);
    if (isSaved) onClose();
  };
  return (
    <Dialog title="Save as a preset" onClose={onClose}>
      <form class="stack" onSubmit={save}>
        <div class="field">
          <label for="preset-name">Name</label>
          <input
            id="preset-name"
            required
            maxLength={100}
            value={name.value}
            onInput={({ currentTarget }) => {
              name.value = currentTarget.value;
            }}
          />
          <small>Address, site and token are not part of a preset.</small>
        </div>
        <div class="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The preset as one field, where there is no room for cards. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import type { Preset } from '../../api/schema.ts';
import { attempt } from '../../components/notices.tsx';
import { storeChanges } from '../../live/state.ts';
import type { DraftState } from '../../settings/draft.ts';

export function PresetChoice({ state }: { state: DraftState }) {
  const presets = useSignal<readonly Preset[]>([]);
  const changes = storeChanges.value;
  useEffect(() => {
    void attempt(async () => {
      const { data } = await call('get', '/api/v2/presets');
      presets.value = data.presets;
    });
  }, [changes, presets]);
  return (
    <div class="field" style={{ maxWidth: '26rem' }}>
      <label for="preset-choice">Preset</label>
      <select
        id="preset-choice"
        value={state.draft.value.preset ?? ''}
        onChange={({ currentTarget }) => state.usePreset(currentTarget.value || undefined)}
      >
        <option value="">none</option>
        {presets.value.map(({ name, purpose }) => (
          <option key={name} value={name}>
            {name}: {purpose}
          </option>
        ))}
      </select>
      <small>A set of settings to start from. Address, site and token stay as they are.</small>
    </div>
  );
}

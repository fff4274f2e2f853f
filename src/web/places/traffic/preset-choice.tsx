/** The preset as one field, where there is no room for cards. */
import type { DraftState } from '../../settings/draft.ts';
import { usePresets } from '../../settings/presets.ts';

export function PresetChoice({ state }: { state: DraftState }) {
  const presets = usePresets();
  return (
    <div class="field" style={{ maxWidth: '26rem' }}>
      <label for="preset-choice">Preset</label>
      <select
        id="preset-choice"
        value={state.draft.value.preset ?? ''}
        onChange={({ currentTarget }) => state.usePreset(currentTarget.value || undefined)}
      >
        <option value="">none</option>
        {presets.map(({ name, purpose }) => (
          <option key={name} value={name}>
            {name}: {purpose}
          </option>
        ))}
      </select>
      <small>A set of settings to start from. Address, site and token stay as they are.</small>
    </div>
  );
}

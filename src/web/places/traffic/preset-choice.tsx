/** The preset as one field, where there is no room for cards. */
import type { DraftState } from '../../settings/draft.ts';
import { usePresets } from '../../settings/presets.ts';
import { choosePreset } from './choose-preset.ts';

export function PresetChoice({ state }: { state: DraftState }) {
  const presets = usePresets();
  const choose = async (select: HTMLSelectElement) => {
    if (!(await choosePreset(state, select.value || undefined)))
      select.value = state.draft.value.preset ?? '';
  };
  return (
    <div class="field" style={{ maxWidth: '26rem' }}>
      <label for="preset-choice">Preset</label>
      <select
        id="preset-choice"
        value={state.draft.value.preset ?? ''}
        onChange={({ currentTarget }) => choose(currentTarget)}
      >
        <option value="">none</option>
        {presets.map(({ name, purpose }) => (
          <option key={name} value={name}>
            {name}: {purpose}
          </option>
        ))}
      </select>
      <small>A set of settings to start from. Targets with their sites and tokens stay as they are.</small>
    </div>
  );
}

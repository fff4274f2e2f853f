/** A question before a preset is loaded that takes the place of what was set by hand. */
import { ask } from '../../components/dialog.tsx';
import type { DraftState } from '../../settings/draft.ts';
import { labelOf, table } from '../../settings/schema.ts';

/** `“Daily cap”, “Concurrency”`. */
function inWords(names: readonly string[]): string {
  const labels = names.map((env) => {
    const setting = table.value?.settings.find((one) => one.env === env);
    return setting ? `“${labelOf(setting)}”` : env;
  });
  return labels.join(', ');
}

/** @param name undefined: none, and all that was set by hand stays. Resolves to whether it is in use now. */
export async function choosePreset(state: DraftState, name: string | undefined): Promise<boolean> {
  const replaced = name === undefined ? [] : state.replaceable();
  const isConfirmed =
    replaced.length === 0 ||
    (await ask({
      title: `Load the preset ${name}?`,
      text: `Targets with their sites and tokens stay as they are. The preset replaces what you have set for ${inWords(replaced)}.`,
      confirm: `Load ${name}`,
    }));
  if (isConfirmed) state.usePreset(name);
  return isConfirmed;
}

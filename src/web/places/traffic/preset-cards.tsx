/** Presets as cards: what a day of each brings, and which one is chosen. */
import { formatNumber } from '../../../report/format.ts';
import { call, Problem } from '../../api/client.ts';
import type { Preset } from '../../api/schema.ts';
import { ask } from '../../components/dialog.tsx';
import { useFetched } from '../../components/fetched.tsx';
import { attempt } from '../../components/notices.tsx';
import type { DraftState } from '../../settings/draft.ts';
import { usePresets } from '../../settings/presets.ts';
import { table } from '../../settings/schema.ts';
import { choosePreset } from './choose-preset.ts';

function Facts({ settings }: { settings: Readonly<Record<string, unknown>> | undefined }) {
  const standard = (env: string) => table.value?.settings.find((one) => one.env === env)?.default;
  const number = (env: string) => Number(settings?.[env] ?? standard(env));
  const perDay = number('TARGET_VISITS_PER_DAY');
  if (!settings || !Number.isFinite(perDay)) return null;
  return (
    <>
      <p>
        <span class="amount">{formatNumber(perDay)}</span> <small>visits a day</small>
      </p>
      <small>
        {formatNumber(perDay / 24)} an hour
        {Number.isFinite(number('PAGEVIEWS_MIN')) && (
          <>
            , {number('PAGEVIEWS_MIN')} to {number('PAGEVIEWS_MAX')} pages
          </>
        )}
        {Number.isFinite(number('CONCURRENCY')) && <>, {number('CONCURRENCY')} at once</>}
      </small>
    </>
  );
}

interface CardProps {
  readonly preset: Preset;
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  readonly isChosen: boolean;
  readonly onUse: () => void;
  readonly onDelete: () => void;
}

function PresetCard({ preset, settings, isChosen, onUse, onDelete }: CardProps) {
  const { name, purpose, isBuiltIn, id } = preset;
  return (
    <div class={isChosen ? 'card choice active stack' : 'card choice stack'} style={{ gap: '.25rem' }}>
      <div class="row spread">
        <h2 class="name">{name}</h2>
        {isChosen && <span class="badge">in use</span>}
        {!isBuiltIn && <span class="badge">yours</span>}
      </div>
      <small>{purpose}</small>
      <Facts settings={settings} />
      <div class="row">
        <button type="button" class="small cover" aria-pressed={isChosen} onClick={onUse}>
          {isChosen ? 'Stop using it' : 'Use'}
        </button>
        {id !== null && (
          <button type="button" class="small danger above" aria-label={`Delete ${name}`} onClick={onDelete}>
            Delete
          </button>
        )}
      </div>
    </div>
  );
}

async function remove({ name, id }: Preset, state: DraftState): Promise<void> {
  if (id === null) return;
  const isConfirmed = await ask({
    title: `Delete the preset ${name}?`,
    text: 'Runs that have started keep their settings. Schedules that use it cannot start any more.',
    confirm: 'Delete',
    isDangerous: true,
  });
  if (!isConfirmed) return;
  await attempt(async () => {
    await call('delete', '/api/presets/{id}', { path: { id } });
    if (state.draft.value.preset === name) state.usePreset(undefined);
  }, `The preset ${name} is deleted.`);
}

/** Undefined where somebody has deleted it meanwhile: the list without it is on its way. */
async function settingsOf({ name }: Preset) {
  try {
    return [name, (await call('get', '/api/v2/presets/{name}', { path: { name } })).data.settings] as const;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return [name, undefined] as const;
    throw error;
  }
}

export function PresetCards({ state }: { state: DraftState }) {
  const presets = usePresets();
  const settings = useFetched(
    async () => Object.fromEntries(await Promise.all(presets.map(settingsOf))),
    [presets],
  );
  const { preset: chosen } = state.draft.value;
  return (
    <div class="cards">
      {presets.map((preset) => (
        <PresetCard
          key={preset.name}
          preset={preset}
          settings={settings.value?.[preset.name]}
          isChosen={preset.name === chosen}
          onUse={() => choosePreset(state, preset.name === chosen ? undefined : preset.name)}
          onDelete={() => remove(preset, state)}
        />
      ))}
    </div>
  );
}

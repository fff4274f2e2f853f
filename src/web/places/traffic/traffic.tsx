/** Live traffic: a preset, every setting, what a day will look like, and the start. */
import { signal, useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import type { DayPreview as Day } from '../../api/schema.ts';
import { ProblemsFound } from '../../components/checks/problems-found.tsx';
import { ask } from '../../components/dialog.tsx';
import { FileButton } from '../../components/files/file-button.tsx';
import { download } from '../../components/files/files.ts';
import { Head } from '../../components/head.tsx';
import { attempt } from '../../components/notices.tsx';
import { navigate, pathTo } from '../../router.ts';
import { Destination } from '../../settings/destination.tsx';
import { trafficDraft } from '../../settings/draft.ts';
import { Findings } from '../../settings/findings.tsx';
import { SettingGroups } from '../../settings/setting-groups.tsx';
import { DayPreview, previewRequest } from './day-preview.tsx';
import { startText } from './day-words.ts';
import { importSettings } from './import-settings.tsx';
import { KeepSettings } from './keep-settings.tsx';
import { PresetCards } from './preset-cards.tsx';
import { ReplacedRuns, runsToReplace } from './replaced-runs.tsx';
import { SavePreset } from './save-preset.tsx';

const state = trafficDraft;

const exportFile = (format: 'env' | 'yaml') =>
  attempt(async () => {
    const { data } = await call('post', '/api/v2/settings/export', {
      query: { format },
      body: { ...state.request(), command: 'run' },
    });
    download(`trafficinator.${format}`, data);
  });

async function start(): Promise<void> {
  // What was typed a moment ago counts too.
  if (!(await attempt(state.resolve)) || state.resolved.value?.isValid !== true) return;
  const planned: Day[] = [];
  const look = async () => {
    planned.push((await call('post', '/api/v2/previews', { body: previewRequest(state) })).data);
  };
  if (!(await attempt(look))) return;
  const [day] = planned;
  if (!day) return;
  const targets = (state.resolved.value?.targets ?? []).map(({ url, site }) => `site ${site} at ${url}`);
  const text = startText(day, state.draft.value.isSink ? ['the embedded endpoint'] : targets, {
    cap: state.valueOf('MAX_VISITS_PER_DAY'),
    hours: state.valueOf('ACTIVE_HOURS'),
    hasEnd: day.partsOf === 'run' || Number(state.valueOf('STOP_AFTER_VISITS')) > 0,
  });
  const others = runsToReplace(state);
  const isReplacing = signal(others.length > 0);
  const isConfirmed = await ask({
    title: 'Start live traffic?',
    text: (
      <div class="stack">
        <ProblemsFound state={state} />
        <p>{text}</p>
        {others.length > 0 && <ReplacedRuns runs={others} isReplacing={isReplacing} />}
      </div>
    ),
    confirm: 'Start sending',
  });
  if (!isConfirmed) return;
  const { preset, settings, sink } = state.request();
  await attempt(async () => {
    if (isReplacing.value)
      for (const { id } of others) await call('post', '/api/v2/runs/{id}/stop', { path: { id }, body: {} });
    const { data } = await call('post', '/api/v2/runs', {
      body: { preset, settings, sink, name: preset[0] ?? 'Live traffic' },
    });
    navigate(`${pathTo('overview')}?run=${data.id}`);
  });
}

function Changes() {
  const { values, preset } = state.draft.value;
  const changed = Object.entries(values);
  if (changed.length === 0) return null;
  return (
    <details>
      <summary>
        {changed.length} {changed.length === 1 ? 'change' : 'changes'}{' '}
        {preset === undefined ? 'to the defaults' : `to the preset ${preset}`}
      </summary>
      <dl class="facts" style={{ marginTop: '.5rem' }}>
        {changed.map(([env, value]) => (
          <div key={env}>
            <dt class="mono">{env}</dt>
            <dd>
              {env.includes('TOKEN') || env.includes('HEADERS') ? '•••' : value}{' '}
              <button
                type="button"
                class="small"
                onClick={() => state.set(env, '')}
                aria-label={`Undo the change of ${env}`}
              >
                Undo
              </button>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export function Traffic() {
  const isSaving = useSignal(false);
  const isKeeping = useSignal(false);
  const isValid = state.resolved.value?.isValid === true;
  return (
    <div class="stack wide">
      <Head
        title="Traffic"
        actions={
          <div class="row">
            <button type="button" onClick={() => exportFile('env')}>
              Export
            </button>
            <FileButton
              label="Import"
              accept=".env,.txt,.yaml,.yml,.json"
              onText={(text, name) => importSettings(state, name, text)}
            />
            <button
              type="button"
              onClick={() => {
                isSaving.value = true;
              }}
            >
              Save as preset
            </button>
            <button
              type="button"
              onClick={() => {
                isKeeping.value = true;
              }}
            >
              Keep for all runs
            </button>
          </div>
        }
      >
        <p>
          Live visits, spread over the day as people come. Say where to and how much, look at a day of it, and
          start.
        </p>
      </Head>
      <div class="split">
        <div class="stack wide">
          <Destination state={state} />
          <section class="stack">
            <h2>What kind of site, and how much</h2>
            <PresetCards state={state} />
          </section>
          <section class="stack">
            <h2>Settings</h2>
            <Changes />
            <SettingGroups command="run" state={state} />
          </section>
        </div>
        <div class="aside stack">
          <button type="button" class="primary large" disabled={!isValid} onClick={start}>
            Start
          </button>
          <Findings state={state} />
          <DayPreview state={state} />
        </div>
      </div>
      {isKeeping.value && (
        <KeepSettings
          state={state}
          onClose={() => {
            isKeeping.value = false;
          }}
        />
      )}
      {isSaving.value && (
        <SavePreset
          state={state}
          onClose={() => {
            isSaving.value = false;
          }}
        />
      )}
    </div>
  );
}

/** Makes or changes one funnel: undo and redo, an honest mark for what is not saved, and a test in numbers. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { formatNumber } from '../../../report/format.ts';
import { call } from '../../api/client.ts';
import type { Funnel, FunnelStep } from '../../api/schema.ts';
import { attempt, notify } from '../../components/notices.tsx';
import { saveOver, useLeaveQuestion } from '../../components/unsaved.ts';
import { pathTo } from '../../router.ts';
import { FunnelTest } from './funnel-test.tsx';
import { createHistory } from './history.ts';
import { NumberInput } from './number-input.tsx';
import { PastCompletion } from './past-completion.tsx';
import { StepList } from './step-list.tsx';
import { EMPTY_FUNNEL, type FunnelDraft, problemsOf, reachOf, STEP_TYPES, TEMPLATES } from './steps.ts';

/** Values that nobody set come back as null. */
function draftOf({ name, description, config }: Funnel): FunnelDraft {
  const { probability, priority, enabled, exit_after_completion, steps } = config;
  const own = steps.map((step) =>
    Object.fromEntries(Object.entries(step).filter(([, value]) => value !== null)),
  );
  // The service has checked them when they were saved.
  return {
    name,
    description: description ?? '',
    probability,
    priority,
    enabled,
    exit_after_completion,
    steps: own as unknown as readonly FunnelStep[],
  };
}

function Summary({ draft }: { draft: FunnelDraft }) {
  const reach = reachOf(draft.steps);
  const share = Number.isNaN(draft.probability) ? 0 : Math.min(1, draft.probability);
  const end = (reach.at(-1) ?? 0) * share;
  return (
    <section class="card stack">
      <h2>Of 1,000 visits</h2>
      <p>
        {formatNumber(share * 1000)} enter, {formatNumber(end * 1000, 1)} get to the last step.
      </p>
      <ol class="stack" style={{ gap: '.25rem' }}>
        {draft.steps.map((step, i) => (
          <li key={i} class="row" style={{ flexWrap: 'nowrap' }}>
            <span class="share">
              <i style={{ width: `${(reach[i] ?? 0) * 100}%` }} />
            </span>
            <span>
              {formatNumber((reach[i] ?? 0) * share * 1000, 1)}{' '}
              <span class="soft">
                {step.title ||
                  step.url ||
                  step.event_name ||
                  step.search_keyword ||
                  step.target_url ||
                  STEP_TYPES[step.type].label}
              </span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Facts({ draft, onChange }: { draft: FunnelDraft; onChange: (draft: FunnelDraft) => void }) {
  return (
    <div class="fields">
      <div class="field">
        <label for="funnel-name">Name</label>
        <input
          id="funnel-name"
          maxLength={100}
          value={draft.name}
          onInput={({ currentTarget }) => onChange({ ...draft, name: currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for="funnel-description">Description</label>
        <input
          id="funnel-description"
          maxLength={500}
          value={draft.description}
          onInput={({ currentTarget }) => onChange({ ...draft, description: currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for="funnel-share">Share of all visits</label>
        <NumberInput
          id="funnel-share"
          value={draft.probability}
          onValue={(value) => onChange({ ...draft, probability: value ?? Number.NaN })}
          isPercent
        />
      </div>
      <div class="field">
        <label for="funnel-priority">Priority</label>
        <NumberInput
          id="funnel-priority"
          value={draft.priority}
          onValue={(value) => onChange({ ...draft, priority: value ?? Number.NaN })}
        />
        <small>Funnels with a lower number are tried first.</small>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.enabled}
          onChange={({ currentTarget }) => onChange({ ...draft, enabled: currentTarget.checked })}
        />
        In use
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.exit_after_completion}
          onChange={({ currentTarget }) =>
            onChange({ ...draft, exit_after_completion: currentTarget.checked })
          }
        />
        The visit ends with the funnel
      </label>
    </div>
  );
}

const OVERWRITE = {
  title: 'Somebody else has changed this funnel',
  text: 'If you save, their changes are lost.',
};

/** A funnel as the service has it. */
export interface SavedFunnel {
  readonly id: number;
  readonly draft: FunnelDraft;
  readonly etag: string | undefined;
}

export async function loadFunnel(id: number): Promise<SavedFunnel> {
  const { data, etag } = await call('get', '/api/funnels/{id}', { path: { id } });
  return { id, draft: draftOf(data), etag };
}

interface BuilderProps {
  /** Undefined for a new one. */
  readonly funnel: SavedFunnel | undefined;
  /** Called when it is saved for the first time: it has an address of its own from now on. */
  readonly onFirstSave?: (id: number) => void;
}

/** @param funnel as it is when the builder opens; what changes there later is noticed when it is saved */
export function Builder({ funnel, onFirstSave }: BuilderProps) {
  const saved = useSignal(funnel);
  const history = useMemo(() => createHistory(funnel?.draft ?? EMPTY_FUNNEL), []);
  const draft = history.present.value;
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved.value?.draft ?? EMPTY_FUNNEL);
  const problems = problemsOf(draft);
  useLeaveQuestion(isChanged, 'Leave without saving the funnel?');
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
      event.preventDefault();
      if (event.shiftKey) history.redo();
      else history.undo();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [history]);
  const isSaving = useSignal(false);
  const save = async () => {
    isSaving.value = true;
    await attempt(async () => {
      const body = { ...draft, name: draft.name.trim() };
      const before = saved.value;
      if (before === undefined) {
        const { data, etag } = await call('post', '/api/funnels', { body });
        saved.value = { id: data.id, draft, etag };
        onFirstSave?.(data.id);
        notify('Saved. Runs that start from now on use it.');
        return;
      }
      const put = async (etag: string | undefined) => {
        const ifMatch = etag === undefined ? {} : { ifMatch: etag };
        const answer = await call('put', '/api/funnels/{id}', { path: { id: before.id }, body, ...ifMatch });
        saved.value = { ...before, draft, etag: answer.etag };
      };
      const isSaved = await saveOver(before.etag, put, OVERWRITE);
      if (isSaved) notify('Saved. Runs that start from now on use it.');
    });
    isSaving.value = false;
  };
  return (
    <div class="stack wide">
      <div class="head">
        <div>
          <p class="crumb">
            <a href={pathTo('funnels')}>Funnels</a>
          </p>
          <h1>{saved.value === undefined ? 'New funnel' : draft.name}</h1>
          {isChanged && <strong>Unsaved changes</strong>}
        </div>
        <div class="row">
          <button
            type="button"
            title="Ctrl Z"
            disabled={history.past.value.length === 0}
            onClick={history.undo}
          >
            Undo
          </button>
          <button
            type="button"
            title="Ctrl Shift Z"
            disabled={history.future.value.length === 0}
            onClick={history.redo}
          >
            Redo
          </button>
          <button
            type="button"
            class="primary"
            disabled={problems.length > 0 || !isChanged || isSaving.value}
            onClick={save}
          >
            Save
          </button>
        </div>
      </div>
      {saved.value === undefined && (
        <div class="row">
          <span class="soft">Start with</span>
          {TEMPLATES.map((template) => (
            <button key={template.name} type="button" class="small" onClick={() => history.change(template)}>
              {template.name}
            </button>
          ))}
        </div>
      )}
      {problems.length > 0 && (
        <ul class="banner" style={{ margin: 0 }}>
          {problems.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      <Facts draft={draft} onChange={history.change} />
      <div class="split">
        <section class="stack">
          <h2>Steps</h2>
          <StepList steps={draft.steps} onChange={(steps) => history.change({ ...draft, steps })} />
        </section>
        <div class="aside stack">
          <Summary draft={draft} />
          {saved.value !== undefined && <PastCompletion name={saved.value.draft.name} />}
        </div>
      </div>
      <FunnelTest draft={draft} isComplete={problems.length === 0} />
    </div>
  );
}

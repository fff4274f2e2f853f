/** Makes or changes one funnel: its steps, an honest mark for what is not saved, and a test in numbers. */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { Head } from '../../../components/head.tsx';
import { useLeaveQuestion } from '../../../components/unsaved.ts';
import { TakesPlace } from '../built-in/used-funnels.tsx';
import type { FunnelDraft, SavedFunnel } from '../draft.ts';
import { FunnelTest } from '../funnel-test.tsx';
import { PastCompletion } from '../past-completion.tsx';
import { Reach } from '../reach.tsx';
import { problemsOf } from '../steps.ts';
import { FactFields } from './fact-fields.tsx';
import { createHistory } from './history.ts';
import { HistoryButtons } from './history-buttons.tsx';
import { useSaving } from './saving.tsx';
import { StepList } from './step-list.tsx';
import { EMPTY_FUNNEL, TEMPLATES } from './templates.ts';

function Templates({ onChoose }: { onChoose: (template: FunnelDraft) => void }) {
  return (
    <div class="row">
      <span class="soft">Start with</span>
      {TEMPLATES.map((template) => (
        <button key={template.name} type="button" class="small" onClick={() => onChoose(template)}>
          {template.name}
        </button>
      ))}
    </div>
  );
}

function Problems({ problems }: { problems: readonly string[] }) {
  if (problems.length === 0) return null;
  return (
    <ul class="banner" style={{ margin: 0 }}>
      {problems.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

interface BuilderProps {
  /** Undefined for a new one. */
  readonly funnel: SavedFunnel | undefined;
  /** What a new one begins with: a copy of another. */
  readonly start?: FunnelDraft | undefined;
  /** Called when it is saved for the first time: it has an address of its own from now on. */
  readonly onFirstSave?: (id: number) => void;
}

/** @param funnel as it is when the builder opens; what changes there later is noticed when it is saved */
export function Builder({ funnel, start = EMPTY_FUNNEL, onFirstSave }: BuilderProps) {
  const saved = useSignal(funnel);
  const history = useMemo(() => createHistory(funnel?.draft ?? start), []);
  const { save, isSaving } = useSaving(saved, onFirstSave);
  const draft = history.present.value;
  const isNew = saved.value === undefined;
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved.value?.draft ?? EMPTY_FUNNEL);
  const problems = problemsOf(draft);
  useLeaveQuestion(isChanged, 'Leave without saving the funnel?');
  return (
    <div class="stack wide">
      <Head
        above="funnels"
        title={isNew ? 'New funnel' : draft.name}
        actions={
          <div class="row">
            <HistoryButtons history={history} />
            <button
              type="button"
              class="primary"
              disabled={problems.length > 0 || !isChanged || isSaving}
              onClick={() => save(draft)}
            >
              Save
            </button>
          </div>
        }
      >
        {isChanged && <strong>Unsaved changes</strong>}
      </Head>
      {isNew && <TakesPlace />}
      {isNew && <Templates onChoose={history.change} />}
      <Problems problems={problems} />
      <FactFields draft={draft} onChange={history.change} />
      <div class="split">
        <section class="stack">
          <h2>Steps</h2>
          <StepList steps={draft.steps} onChange={(steps) => history.change({ ...draft, steps })} />
        </section>
        <div class="aside stack">
          <Reach draft={draft} />
          {saved.value !== undefined && <PastCompletion name={saved.value.draft.name} />}
        </div>
      </div>
      <FunnelTest draft={draft} isComplete={problems.length === 0} />
    </div>
  );
}

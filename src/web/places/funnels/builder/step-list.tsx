/** The steps of a funnel, moved by keyboard or by drag. */
import { useSignal } from '@preact/signals';
import type { FunnelStep } from '../../../api/schema.ts';
import { reachOf, STEP_TYPES, type StepField, type StepType, TIMES } from '../steps.ts';
import { NumberInput } from './number-input.tsx';

interface Props {
  readonly steps: readonly FunnelStep[];
  readonly onChange: (steps: readonly FunnelStep[]) => void;
}

function moved(steps: readonly FunnelStep[], from: number, to: number): readonly FunnelStep[] {
  const step = steps[from];
  if (!step || to < 0 || to >= steps.length || from === to) return steps;
  const others = steps.filter((_, i) => i !== from);
  return [...others.slice(0, to), step, ...others.slice(to)];
}

function Field({
  field,
  step,
  index,
  onValue,
}: {
  field: StepField;
  step: FunnelStep;
  index: number;
  onValue: (value: string | number | null) => void;
}) {
  const id = `step-${index}-${field.key}`;
  const value = step[field.key] ?? null;
  return (
    <div class="field">
      <label for={id}>
        {field.label}
        {field.isNeeded && <span class="soft"> (required)</span>}
      </label>
      {field.isNumber ? (
        <NumberInput
          id={id}
          value={typeof value === 'number' ? value : null}
          onValue={onValue}
          isPercent={field.isPercent === true}
          placeholder={field.placeholder}
        />
      ) : (
        <input
          id={id}
          value={String(value ?? '')}
          required={field.isNeeded}
          onInput={({ currentTarget }) => onValue(currentTarget.value || null)}
        />
      )}
    </div>
  );
}

interface StepFieldsProps {
  readonly step: FunnelStep;
  readonly index: number;
  readonly onChange: (step: FunnelStep) => void;
}

function StepFields({ step, index, onChange }: StepFieldsProps) {
  const field = (one: StepField) => (
    <Field
      key={one.key}
      field={one}
      step={step}
      index={index}
      onValue={(value) => onChange({ ...step, [one.key]: value })}
    />
  );
  return (
    <>
      <div class="fields">{STEP_TYPES[step.type].fields.map(field)}</div>
      <div class="fields short">{TIMES.map(field)}</div>
    </>
  );
}

export function StepList({ steps, onChange }: Props) {
  const dragged = useSignal<number | undefined>(undefined);
  const over = useSignal<number | undefined>(undefined);
  const said = useSignal('');
  const reach = reachOf(steps);
  const put = (index: number, step: FunnelStep) =>
    onChange(steps.map((old, i) => (i === index ? step : old)));
  const move = (from: number, to: number, way?: 'up' | 'down') => {
    onChange(moved(steps, from, to));
    said.value = `Step ${from + 1} is now step ${to + 1} of ${steps.length}.`;
    // On the button that was pressed, to press it again; at the end of the way, and after a drag, on the step.
    const step = `[data-step="${to}"]`;
    requestAnimationFrame(() => {
      const button = way && document.querySelector<HTMLElement>(`${step} [data-way="${way}"]:enabled`);
      (button || document.querySelector<HTMLElement>(step))?.focus();
    });
  };
  return (
    <>
      <p class="hidden-text" role="status">
        {said.value}
      </p>
      <ol class="stack">
        {steps.map((step, i) => (
          <li key={i}>
            <fieldset
              class={over.value === i && dragged.value !== i ? 'card active stack' : 'card stack'}
              data-step={i}
              tabIndex={-1}
              aria-label={`Step ${i + 1}: ${STEP_TYPES[step.type].label}`}
              onDragOver={(event) => {
                if (dragged.value === undefined) return;
                event.preventDefault();
                over.value = i;
              }}
              onDrop={(event) => {
                event.preventDefault();
                if (dragged.value !== undefined) move(dragged.value, i);
                dragged.value = undefined;
                over.value = undefined;
              }}
            >
              <div class="row spread">
                <div class="row">
                  <span
                    draggable
                    aria-hidden="true"
                    style={{ cursor: 'grab' }}
                    title="Drag to move"
                    onDragStart={(event) => {
                      dragged.value = i;
                      // Firefox starts no drag without data.
                      event.dataTransfer?.setData('text/plain', String(i + 1));
                    }}
                    onDragEnd={() => {
                      dragged.value = undefined;
                      over.value = undefined;
                    }}
                  >
                    ⠿
                  </span>
                  <strong>{i + 1}</strong>
                  <select
                    aria-label={`Kind of step ${i + 1}`}
                    style={{ width: 'auto' }}
                    value={step.type}
                    onChange={({ currentTarget }) =>
                      put(i, { ...step, type: currentTarget.value as StepType })
                    }
                  >
                    {Object.entries(STEP_TYPES).map(([type, { label }]) => (
                      <option key={type} value={type}>
                        {label}
                      </option>
                    ))}
                  </select>
                  <span class="soft">{Math.round((reach[i] ?? 0) * 100)} % reach this step</span>
                </div>
                <div class="row">
                  <button
                    type="button"
                    class="small"
                    disabled={i === 0}
                    aria-label={`Move step ${i + 1} up`}
                    data-way="up"
                    onClick={() => move(i, i - 1, 'up')}
                  >
                    ↑
                  </button>
                  <button
                    type="button"
                    class="small"
                    disabled={i === steps.length - 1}
                    aria-label={`Move step ${i + 1} down`}
                    data-way="down"
                    onClick={() => move(i, i + 1, 'down')}
                  >
                    ↓
                  </button>
                  <button
                    type="button"
                    class="small"
                    onClick={() => onChange([...steps.slice(0, i + 1), step, ...steps.slice(i + 1)])}
                  >
                    Duplicate
                  </button>
                  <button
                    type="button"
                    class="small danger"
                    onClick={() => onChange(steps.filter((_, at) => at !== i))}
                  >
                    Remove
                  </button>
                </div>
              </div>
              <StepFields step={step} index={i} onChange={(changed) => put(i, changed)} />
            </fieldset>
          </li>
        ))}
      </ol>
      <div>
        <button type="button" onClick={() => onChange([...steps, { type: 'pageview', url: '', title: '' }])}>
          Add a step
        </button>
      </div>
    </>
  );
}

/** One setting as a field: the right control for its kind, its unit, its help, where its value comes from, what is wrong. */
import { useComputed } from '@preact/signals';
import type { DraftState } from './draft.ts';
import { inPageWords } from './page-words.ts';
import { factsOf, labelOf, problemOf, type SettingInfo, valueText } from './schema.ts';

interface Props {
  readonly info: SettingInfo;
  readonly state: DraftState;
  readonly label?: string;
  /** What the choices are called, where the values of the setting do not say it. */
  readonly words?: Readonly<Record<string, string>>;
}

function Control({
  info,
  text,
  placeholder,
  isWrong,
  isDefault,
  words: given = {},
  onText,
}: {
  info: SettingInfo;
  text: string;
  placeholder: string;
  isWrong: boolean;
  isDefault: boolean;
  words: Readonly<Record<string, string>> | undefined;
  onText: (text: string) => void;
}) {
  const { kind, choices, isWhole } = factsOf(info);
  const id = `setting-${info.env}`;
  const common = { id, 'aria-describedby': `${id}-help`, 'aria-invalid': isWrong };
  if (kind === 'switch' || kind === 'choice') {
    const all = kind === 'switch' ? ['true', 'false'] : choices;
    const words: Readonly<Record<string, string>> = kind === 'switch' ? { true: 'yes', false: 'no' } : given;
    const unchanged =
      placeholder === ''
        ? 'not set'
        : `${words[placeholder] ?? placeholder} (${isDefault ? 'default' : 'unchanged'})`;
    return (
      <select {...common} value={text} onChange={({ currentTarget }) => onText(currentTarget.value)}>
        <option value="">{text === '' ? unchanged : 'undo the change'}</option>
        {/* The one in force has its line already. */}
        {all
          .filter((choice) => text !== '' || choice !== placeholder)
          .map((choice) => (
            <option key={choice} value={choice}>
              {words[choice] ?? choice}
            </option>
          ))}
      </select>
    );
  }
  const field = { ...common, value: text, placeholder };
  if (info.isSecret) {
    return (
      <input
        {...field}
        type="password"
        autocomplete="off"
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
    );
  }
  // Not of type number: that one takes away what it does not understand.
  const inputMode = kind === 'number' ? (isWhole ? 'numeric' : 'decimal') : 'text';
  return (
    <input
      {...field}
      type="text"
      inputMode={inputMode}
      onInput={({ currentTarget }) => onText(currentTarget.value)}
    />
  );
}

const ORIGINS: Readonly<Record<string, string>> = {
  service: 'the settings of the service',
  site: 'the site in Matomo',
};

export function SettingField({ info, state, label, words }: Props) {
  // Of its own setting only: a change elsewhere in the form leaves this field alone.
  const typed = useComputed(() => state.draft.value.values[info.env] ?? '');
  const resolved = useComputed(() => {
    const { value, origin = 'default' } = state.inForce.value.get(info.env) ?? {};
    return JSON.stringify({ value, origin });
  });
  const problem = useComputed(() => state.problems.value.get(info.env)?.message);
  const text = typed.value;
  const current: { readonly value?: unknown; readonly origin: string } = JSON.parse(resolved.value);
  const placeholder = valueText(current.value ?? info.default);
  // What nobody has filled in yet is no mistake: the place says what is missing.
  const isOpen = text === '' && placeholder === '';
  const wrong = problemOf(info, text) ?? (isOpen ? undefined : problem.value);
  const id = `setting-${info.env}`;
  return (
    <div class={text === '' ? 'field' : 'field changed'}>
      <label for={id}>{label ?? labelOf(info)}</label>
      <div class="input">
        <Control
          info={info}
          text={text}
          placeholder={placeholder}
          isWrong={wrong !== undefined}
          isDefault={current.origin === 'default'}
          words={words}
          onText={(value) => state.set(info.env, value)}
        />
        {info.unit !== null && <small>{info.unit}</small>}
      </div>
      <small id={`${id}-help`}>
        {info.description.replaceAll('`', '')} <span class="mono">{info.env}</span>
        {text === '' && current.origin !== 'default' && (
          <> · from {ORIGINS[current.origin] ?? current.origin}</>
        )}
      </small>
      {wrong !== undefined && <span class="wrong">{inPageWords(wrong)}</span>}
    </div>
  );
}

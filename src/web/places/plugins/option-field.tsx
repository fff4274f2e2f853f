/** One option of a plugin as a field: the right control for its kind, its default, what differs from it, what is wrong. */
import { type Option, textOf } from './option.ts';

interface Props {
  readonly plugin: string;
  readonly option: Option;
  readonly text: string;
  /** What holds where the field is empty. */
  readonly fallback: unknown;
  /** Of what is saved. */
  readonly isChanged: boolean;
  readonly problem: string | undefined;
  readonly onText: (text: string) => void;
}

const WORDS: Readonly<Record<string, string>> = { true: 'yes', false: 'no' };

function Control({ plugin, option, text, fallback, problem, onText }: Props) {
  const id = `option-${plugin}-${option.name}`;
  const standard = textOf(option, fallback);
  const common = {
    id,
    'aria-describedby': `${id}-help`,
    'aria-invalid': problem !== undefined,
    disabled: option.isGiven,
    value: text,
  };
  if (option.kind === 'switch' || option.kind === 'choice') {
    const choices = option.kind === 'switch' ? ['true', 'false'] : (option.property.enum ?? []).map(String);
    const word = (choice: string) => (option.kind === 'switch' ? (WORDS[choice] ?? choice) : choice);
    return (
      <select {...common} onChange={({ currentTarget }) => onText(currentTarget.value)}>
        <option value="">{standard === '' ? 'not set' : `${word(standard)} (default)`}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {word(choice)}
          </option>
        ))}
      </select>
    );
  }
  const typed = { ...common, placeholder: standard, spellcheck: false };
  if (option.kind === 'json') {
    return (
      <textarea
        {...typed}
        style={{ minHeight: '5rem' }}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
    );
  }
  // Not of type number: that one takes away what it does not understand.
  const inputMode = option.kind === 'number' ? 'decimal' : 'text';
  return (
    <input
      {...typed}
      type="text"
      inputMode={inputMode}
      onInput={({ currentTarget }) => onText(currentTarget.value)}
    />
  );
}

function rangeOf({ property, kind }: Option): string | undefined {
  const { minimum, maximum } = property;
  if (kind === 'json') return 'as JSON';
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? undefined : `at most ${maximum}`;
}

export function OptionField(props: Props) {
  const { plugin, option, text, fallback, isChanged, problem } = props;
  const { name, property, isGiven, isRequired } = option;
  const id = `option-${plugin}-${name}`;
  const standard = textOf(option, fallback).replace(/\s+/g, ' ');
  const facts = [
    rangeOf(option),
    text !== '' && standard !== '' ? `default ${standard}` : undefined,
    isGiven ? 'set with the plugin in the settings of this service, which goes first' : undefined,
    isRequired ? 'required' : undefined,
  ].filter((fact) => fact !== undefined);
  return (
    <div class={isChanged ? 'field changed' : 'field'}>
      <label for={id} class="mono breaks">
        {name}
      </label>
      <Control {...props} />
      <small id={`${id}-help`}>{[property.description, facts.join(' · ')].filter(Boolean).join(' ')}</small>
      {problem !== undefined && <span class="wrong">{problem}</span>}
    </div>
  );
}

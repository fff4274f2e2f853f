/** A number that somebody types: it counts at every key, and its text stays as it was typed. */
import { useSignal } from '@preact/signals';
import { textOf, valueTyped } from './typed-number.ts';

interface Props {
  readonly id: string;
  /** NaN is a text that is no number, null is empty. */
  readonly value: number | null;
  readonly onValue: (value: number | null) => void;
  /** The value is a share from 0 to 1, and is typed in percent. */
  readonly isPercent?: boolean;
  /** What holds where it is empty. */
  readonly placeholder?: string | undefined;
}

export function NumberInput({ id, value, onValue, isPercent = false, placeholder }: Props) {
  const typed = useSignal('');
  // `0.` means 0, and becomes `0.6` with the next key. A value that was changed elsewhere has another text.
  const isTyped = typed.value !== '' && Object.is(valueTyped(typed.value, isPercent), value);
  const input = (
    <input
      id={id}
      inputMode="decimal"
      placeholder={placeholder}
      value={isTyped ? typed.value : textOf(value, isPercent)}
      onInput={({ currentTarget }) => {
        typed.value = currentTarget.value;
        onValue(valueTyped(currentTarget.value, isPercent));
      }}
    />
  );
  if (!isPercent) return input;
  return (
    <div class="input">
      {input}
      <small>%</small>
    </div>
  );
}

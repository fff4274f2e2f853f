/** Questions in a dialog: what will happen, in numbers, and a button that says so. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface Question {
  readonly title: string;
  readonly text: ComponentChildren;
  /** What the button does: "Send 12,000 visits". */
  readonly confirm: string;
  readonly isDangerous?: boolean;
}

interface Asked extends Question {
  readonly answer: (isConfirmed: boolean) => void;
}

const asked = signal<Asked | undefined>(undefined);

/** @returns false when the dialog was closed in any way but its button */
export function ask(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer(isConfirmed) {
        asked.value = undefined;
        resolve(isConfirmed);
      },
    };
  });
}

export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { current } = dialog;
    if (current && !current.open) current.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={onClose}>
      <div class="stack">
        <h2 id="dialog-title">{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

/** Where the question that is open is shown. */
export function QuestionDialog() {
  const question = asked.value;
  if (!question) return null;
  const { title, text, confirm, isDangerous, answer } = question;
  return (
    <Dialog title={title} onClose={() => answer(false)}>
      <div>{text}</div>
      <div class="row end">
        <button type="button" onClick={() => answer(false)}>
          Cancel
        </button>
        <button type="button" class={isDangerous ? 'danger' : 'primary'} onClick={() => answer(true)}>
          {confirm}
        </button>
      </div>
    </Dialog>
  );
}

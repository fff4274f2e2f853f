/** Questions in a dialog: what will happen, in numbers, the tokens that it needs, and a button that says so. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface Question {
  readonly title: string;
  readonly text: ComponentChildren;
  /** What the button does: "Send 12,000 visits". */
  readonly confirm: string;
  readonly isDangerous?: boolean;
  /** Environment names of the tokens to be typed, each with what is already known of it. */
  readonly tokens?: Tokens;
}

type Tokens = Readonly<Record<string, string>>;

interface Asked extends Question {
  /** @param typed undefined when the dialog was closed in any way but its button */
  readonly answer: (typed: Tokens | undefined) => void;
}

const asked = signal<Asked | undefined>(undefined);

/** @returns the tokens that were typed; undefined when the dialog was closed in any way but its button */
export function askForTokens(question: Question): Promise<Tokens | undefined> {
  asked.value?.answer(undefined);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer(typed) {
        asked.value = undefined;
        resolve(typed);
      },
    };
  });
}

/** @returns false when the dialog was closed in any way but its button */
export const ask = async (question: Question): Promise<boolean> =>
  (await askForTokens(question)) !== undefined;

export function Dialog({
  title,
  hasClose = false,
  onClose,
  children,
}: {
  title: string;
  /** For one without a button that closes it: not everybody has the key. */
  hasClose?: boolean;
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
        <div class="row spread">
          <h2 id="dialog-title">{title}</h2>
          {hasClose && (
            <button type="button" class="plain" aria-label="Close" onClick={onClose}>
              ✕
            </button>
          )}
        </div>
        {children}
      </div>
    </dialog>
  );
}

const TOKEN = /^MATOMO_TOKEN_AUTH(?:_(\d+))?$/;

function tokenLabel(env: string): string {
  const [found, number] = TOKEN.exec(env) ?? [];
  if (found === undefined) return env;
  return number === undefined ? 'Token' : `Token of target ${number}`;
}

/** Where the question that is open is shown. */
export function QuestionDialog() {
  const question = asked.value;
  if (!question) return null;
  const { title, text, confirm, isDangerous, tokens = {}, answer } = question;
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const typed = [...new FormData(event.currentTarget)].map(
      ([name, value]) => [name, String(value)] as const,
    );
    answer(Object.fromEntries(typed));
  };
  return (
    <Dialog title={title} onClose={() => answer(undefined)}>
      <form class="stack" onSubmit={submit}>
        <div>{text}</div>
        {Object.entries(tokens).map(([env, known]) => (
          <div key={env} class="field">
            <label for={`token-${env}`}>{tokenLabel(env)}</label>
            <input id={`token-${env}`} name={env} type="password" autocomplete="off" required value={known} />
          </div>
        ))}
        <div class="row end">
          <button type="button" onClick={() => answer(undefined)}>
            Cancel
          </button>
          <button type="submit" class={isDangerous ? 'danger' : 'primary'}>
            {confirm}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** A dialog with a few fields and a button that saves them; it closes when that has worked. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Dialog } from './dialog.tsx';
import { attempt } from './notices.tsx';

/** The text of a field by its name, without blanks around it. */
export type TextOf = (name: string) => string;

interface Props {
  readonly title: string;
  /** @throws Problem where it could not be saved: it is shown, and the dialog stays */
  readonly save: (textOf: TextOf, form: FormData) => Promise<unknown>;
  readonly done: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function FormDialog({ title, save, done, onClose, children }: Props) {
  const isSaving = useSignal(false);
  const submit = async (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    isSaving.value = true;
    const isSaved = await attempt(() => save((name) => String(form.get(name) ?? '').trim(), form), done);
    isSaving.value = false;
    if (isSaved) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        {children}
        <div class="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={isSaving.value}>
            {isSaving.value ? 'Saving …' : 'Save'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Short messages in the corner: what has been done, or what went wrong with its remedy. */
import { signal, useSignalEffect } from '@preact/signals';
import { isAway, Problem } from '../api/client.ts';
import { address } from '../router.ts';
import { inPageWords } from '../settings/page-words.ts';

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly hint: string | undefined;
  readonly isBad: boolean;
}

const SHOWN_MS = 6000;
const notices = signal<readonly Notice[]>([]);
let count = 0;

function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

function add(text: string, isBad: boolean, hint?: string): void {
  count++;
  const id = count;
  const others = notices.value.filter((notice) => notice.text !== text);
  notices.value = [...others.slice(-3), { id, text, hint, isBad }];
  // What went wrong stays until it was read.
  if (!isBad) setTimeout(() => dismiss(id), SHOWN_MS);
}

/** What went wrong with values that have been changed since, or at another place, is of no use any more. */
export function clearErrors(): void {
  if (notices.peek().some(({ isBad }) => isBad)) notices.value = notices.peek().filter(({ isBad }) => !isBad);
}

let lastPlace = '';

export function notify(text: string): void {
  add(text, false);
}

/** Shows what went wrong, in the words of the service. */
function notifyError(error: unknown): void {
  if (isAway(error))
    add('The service does not answer. Nothing was changed.', true, 'Is `trafficinator serve` still running?');
  else if (error instanceof Problem)
    add(inPageWords(error.message), true, error.hint === undefined ? undefined : inPageWords(error.hint));
  else add(error instanceof Error ? error.message : String(error), true);
}

/** Carries out the work of a button, and shows what goes wrong. @returns whether it was done */
export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work();
    if (done !== undefined) notify(done);
    return true;
  } catch (error) {
    notifyError(error);
    return false;
  }
}

export function Notices() {
  useSignalEffect(() => {
    const { place } = address.value;
    if (place !== lastPlace) clearErrors();
    lastPlace = place;
  });
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, text, hint, isBad }) => (
        <div key={id} class={isBad ? 'notice bad' : 'notice'} role={isBad ? 'alert' : undefined}>
          <div>
            {text}
            {hint !== undefined && <small style={{ display: 'block' }}>{hint}</small>}
          </div>
          <button
            type="button"
            class="plain small"
            onClick={() => dismiss(id)}
            aria-label="Close this message"
          >
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}

/** What a place fetches from the service: on its way, there, or not to be had, which is said with a button that tries again. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { connection } from '../live/state.ts';
import { attempt } from './notices.tsx';

export interface Fetched<T> {
  /** Undefined until it has come once; what has come stays when a later attempt fails. */
  readonly value: T | undefined;
  readonly hasFailed: boolean;
  fetch(): Promise<void>;
  /** Shows what a change has answered, and fetches it all again. */
  set(value: T): void;
}

/** @param inputs it is fetched again when one of these changes, and after a failure when the service is back */
export function useFetched<T>(work: () => Promise<T>, inputs: readonly unknown[] = []): Fetched<T> {
  const value = useSignal<T | undefined>(undefined);
  const hasFailed = useSignal(false);
  /** How often it was asked for: an answer that comes after that to a later question is older than what is shown. */
  const asked = useRef(0);
  const fetch = async () => {
    asked.current++;
    const question = asked.current;
    const isNewest = () => question === asked.current;
    const isDone = await attempt(async () => {
      const found = await work();
      if (isNewest()) value.value = found;
    });
    if (isNewest()) hasFailed.value = !isDone;
  };
  useEffect(() => void fetch(), inputs);
  const state = connection.value;
  useEffect(() => {
    if (state === 'live' && hasFailed.peek()) void fetch();
  }, [state]);
  const set = (changed: T) => {
    value.value = changed;
    void fetch();
  };
  return { value: value.value, hasFailed: hasFailed.value, fetch, set };
}

interface Props {
  /** As a sentence begins with it: `The runs`. */
  readonly what: string;
  readonly fetched: Pick<Fetched<unknown>, 'value' | 'hasFailed' | 'fetch'>;
}

/** Stands where it is missing; nothing where it is there. */
export function Missing({ what, fetched: { value, hasFailed, fetch } }: Props) {
  if (value !== undefined) return null;
  if (!hasFailed) {
    return (
      <p class="soft" role="status">
        Loading …
      </p>
    );
  }
  return (
    <div class="empty">
      <h2>{what} could not be loaded</h2>
      <p>The message says what went wrong. Nothing was changed.</p>
      <button type="button" onClick={() => void fetch()}>
        Try again
      </button>
    </div>
  );
}

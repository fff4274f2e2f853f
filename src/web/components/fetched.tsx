/** What a place fetches from the service: on its way, there, or not to be had, which is said with a button that tries again. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { connection } from '../live/state.ts';
import { attempt } from './notices.tsx';

export interface Fetched<T> {
  /** Undefined until it has come once; what has come stays when a later attempt fails. */
  readonly value: T | undefined;
  readonly hasFailed: boolean;
  fetch(): Promise<void>;
  /** What a change has answered. */
  set(value: T): void;
}

/** @param inputs it is fetched again when one of these changes, and after a failure when the service is back */
export function useFetched<T>(work: () => Promise<T>, inputs: readonly unknown[] = []): Fetched<T> {
  const value = useSignal<T | undefined>(undefined);
  const hasFailed = useSignal(false);
  const fetch = async () => {
    hasFailed.value = !(await attempt(async () => {
      value.value = await work();
    }));
  };
  useEffect(() => void fetch(), inputs);
  const state = connection.value;
  useEffect(() => {
    if (state === 'live' && hasFailed.peek()) void fetch();
  }, [state]);
  const set = (changed: T) => {
    value.value = changed;
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

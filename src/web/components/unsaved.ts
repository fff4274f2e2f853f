/** Work that is not saved yet: a question before it is left, and another before it replaces what somebody else has saved. */
import { useLayoutEffect } from 'preact/hooks';
import { Problem } from '../api/client.ts';
import { guardLeaving } from '../router.ts';
import { ask, type Question } from './dialog.tsx';

/** @param question asked before the place is left; the browser asks its own before the page is */
export function useLeaveQuestion(isChanged: boolean, question: string): void {
  // With what the page shows: whoever sees unsaved changes is asked, and whoever sees none is not.
  useLayoutEffect(() => {
    if (!isChanged) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', onUnload);
    const release = guardLeaving(() => confirm(question));
    return () => {
      removeEventListener('beforeunload', onUnload);
      release();
    };
  }, [isChanged, question]);
}

/**
 * Saves what is based on `etag`. Where somebody else has saved meanwhile, it asks and saves over what is there.
 * @returns whether it was saved
 */
export async function saveOver(
  etag: string | undefined,
  save: (etag: string | undefined) => Promise<unknown>,
  question: Pick<Question, 'title' | 'text'>,
): Promise<boolean> {
  try {
    await save(etag);
    return true;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 412) throw error;
    const isConfirmed = await ask({ ...question, confirm: 'Overwrite theirs', isDangerous: true });
    if (isConfirmed) await save(undefined);
    return isConfirmed;
  }
}

/** Saves the funnel that is built: for the first time, or over what the service has, asking where somebody else was faster. */
import { type Signal, useSignal } from '@preact/signals';
import { call } from '../../../api/client.ts';
import { attempt, notify } from '../../../components/notices.tsx';
import { saveOver } from '../../../components/unsaved.ts';
import { pathTo } from '../../../router.ts';
import type { FunnelDraft, SavedFunnel } from '../draft.ts';

function overwriteQuestion(id: number) {
  return {
    title: 'Somebody else has changed this funnel',
    text: (
      <>
        If you save, their changes are lost.{' '}
        <a href={pathTo('funnels', String(id))} target="_blank" rel="noreferrer">
          Look at theirs in another tab
        </a>
      </>
    ),
  };
}

async function saveFirst(draft: FunnelDraft, body: FunnelDraft): Promise<SavedFunnel> {
  const { data, etag } = await call('post', '/api/funnels', { body });
  return { id: data.id, draft, etag };
}

/** @returns undefined where the user did not want to save over somebody else's changes */
async function saveAgain(
  before: SavedFunnel,
  draft: FunnelDraft,
  body: FunnelDraft,
): Promise<SavedFunnel | undefined> {
  let answered: string | undefined;
  const put = async (etag: string | undefined) => {
    const ifMatch = etag === undefined ? {} : { ifMatch: etag };
    const answer = await call('put', '/api/funnels/{id}', { path: { id: before.id }, body, ...ifMatch });
    answered = answer.etag;
  };
  const isSaved = await saveOver(before.etag, put, overwriteQuestion(before.id));
  return isSaved ? { ...before, draft, etag: answered } : undefined;
}

/** @param saved as the service has the funnel; undefined for a new one */
export function useSaving(
  saved: Signal<SavedFunnel | undefined>,
  onFirstSave: ((id: number) => void) | undefined,
) {
  const isSaving = useSignal(false);
  const save = async (draft: FunnelDraft) => {
    isSaving.value = true;
    await attempt(async () => {
      const body = { ...draft, name: draft.name.trim() };
      const before = saved.value;
      const after = await (before === undefined ? saveFirst(draft, body) : saveAgain(before, draft, body));
      if (after === undefined) return;
      saved.value = after;
      if (before === undefined) onFirstSave?.(after.id);
      notify('Saved. Runs that start from now on use it.');
    });
    isSaving.value = false;
  };
  return { save, isSaving: isSaving.value };
}

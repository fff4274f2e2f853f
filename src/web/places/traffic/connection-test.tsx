/** Asks the target whether it would take hits. Nothing is recorded. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import { attempt } from '../../components/notices.tsx';
import type { DraftState } from '../../settings/draft.ts';
import { valueText } from '../../settings/schema.ts';

export function ConnectionTest({ state }: { state: DraftState }) {
  const isAsking = useSignal(false);
  const result = useSignal<{ readonly isGood: boolean; readonly text: string } | undefined>(undefined);
  const value = (env: string) =>
    state.draft.value.values[env] ?? valueText(state.inForce.value.get(env)?.value);
  const url = value('MATOMO_URL');
  const test = async () => {
    isAsking.value = true;
    result.value = undefined;
    await attempt(async () => {
      const token = state.draft.value.values.MATOMO_TOKEN_AUTH;
      const { data } = await call('post', '/api/test-connection', {
        body: {
          matomo_url: url,
          site_id: Number(value('MATOMO_SITE_ID') || 1),
          ...(token === undefined ? {} : { token_auth: token }),
        },
      });
      result.value = { isGood: data.success, text: data.message };
    });
    isAsking.value = false;
  };
  return (
    <div class="row">
      <button type="button" disabled={isAsking.value || url === ''} onClick={test}>
        {isAsking.value ? 'Asking …' : 'Test the connection'}
      </button>
      {url === '' && <small>Enter the address first.</small>}
      {result.value && (
        <span role="status" class={result.value.isGood ? 'good' : 'bad'}>
          {result.value.text}
        </span>
      )}
    </div>
  );
}

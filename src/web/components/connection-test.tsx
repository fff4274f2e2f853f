/** Asks a Matomo whether it would take hits. Nothing is recorded. */
import { useSignal } from '@preact/signals';
import { call } from '../api/client.ts';
import { attempt } from './notices.tsx';

interface Props {
  readonly url: string;
  readonly site: string;
  /** Empty: the one that the service has. */
  readonly token: string;
}

export function ConnectionTest({ url, site, token }: Props) {
  const isAsking = useSignal(false);
  const result = useSignal<{ readonly isGood: boolean; readonly text: string } | undefined>(undefined);
  const test = async () => {
    isAsking.value = true;
    result.value = undefined;
    await attempt(async () => {
      const { data } = await call('post', '/api/test-connection', {
        body: {
          matomo_url: url,
          site_id: Number(site || 1),
          ...(token === '' ? {} : { token_auth: token }),
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

/** Asks a Matomo whether it would take visits: server, site and token. Nothing is recorded. */
import { useSignal } from '@preact/signals';
import { call } from '../api/client.ts';
import type { Finding } from '../api/schema.ts';
import { CheckResult } from './check-result.tsx';
import { attempt } from './notices.tsx';

interface Props {
  readonly url: string;
  readonly site: string;
  /** Empty: the one that the service has. */
  readonly token: string;
}

export function ConnectionTest({ url, site, token }: Props) {
  const isAsking = useSignal(false);
  const asked = useSignal('');
  const findings = useSignal<readonly Finding[]>([]);
  // What was asked about: another address or token makes the answer void.
  const question = JSON.stringify({ url, site: site || '1', token });
  const test = async () => {
    isAsking.value = true;
    await attempt(async () => {
      const settings = {
        MATOMO_URL: url,
        ...(site === '' ? {} : { MATOMO_SITE_ID: site }),
        ...(token === '' ? {} : { MATOMO_TOKEN_AUTH: token }),
      };
      const { data } = await call('post', '/api/v2/targets/check', { body: { settings } });
      // The other settings are those of the form, which are checked beside their fields.
      findings.value = data.findings.filter(({ code }) => code !== 'settings');
      asked.value = question;
    });
    isAsking.value = false;
  };
  return (
    <div class="stack">
      <div class="row">
        <button type="button" disabled={isAsking.value || url === ''} onClick={test}>
          {isAsking.value ? 'Asking …' : 'Test the connection'}
        </button>
        <small>
          {url === '' ? 'Enter the address first.' : 'Server, site and token. Nothing is recorded.'}
        </small>
      </div>
      {asked.value === question && <CheckResult findings={findings.value} />}
    </div>
  );
}

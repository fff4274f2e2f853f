/** Asks a Matomo whether it would take visits: server, site and token. Nothing is recorded. */
import { useSignal } from '@preact/signals';
import { call } from '../../api/client.ts';
import { findingsOf, noteFindings, type Question } from '../../settings/checks.ts';
import type { DraftState } from '../../settings/draft.ts';
import { attempt } from '../notices.tsx';
import { Waiting } from '../waiting.tsx';
import { CheckResult } from './check-result.tsx';

interface Props {
  readonly question: Question;
  /** Of the form that the target is a part of: it takes what the site says. */
  readonly state: DraftState;
}

export function ConnectionTest({ question, state }: Props) {
  const isAsking = useSignal(false);
  const { url, site, token } = question;
  // Another address or token makes an answer void.
  const findings = findingsOf(question);
  const test = async () => {
    isAsking.value = true;
    await attempt(async () => {
      const settings = {
        MATOMO_URL: url,
        ...(site === '' ? {} : { MATOMO_SITE_ID: site }),
        ...(token === '' ? {} : { MATOMO_TOKEN_AUTH: token }),
      };
      const { data } = await call('post', '/api/v2/targets/check', { body: { settings } });
      // Settings and files are those of no preset: the form's own are checked beside its fields.
      noteFindings(
        question,
        data.findings.filter(({ code }) => code !== 'settings' && code !== 'files'),
      );
      await state.resolve();
    });
    isAsking.value = false;
  };
  return (
    <div class="stack">
      <div class="row">
        <button type="button" disabled={isAsking.value || url === ''} onClick={test}>
          {isAsking.value ? <Waiting word="Asking" /> : 'Test the connection'}
        </button>
        <small>
          {url === '' ? 'Enter the address first.' : 'Server, site and token. Nothing is recorded.'}
        </small>
      </div>
      {findings && <CheckResult findings={findings} />}
    </div>
  );
}

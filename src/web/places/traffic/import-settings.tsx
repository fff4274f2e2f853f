/** Puts the settings of a file into the form, after what is wrong with it was told by line. */
import { call } from '../../api/client.ts';
import { ask } from '../../components/dialog.tsx';
import { attempt, notify } from '../../components/notices.tsx';
import type { DraftState } from '../../settings/draft.ts';

/** The service does not answer with secrets: those of a .env file are taken from the text. */
function secretsOf(text: string, names: readonly string[]): Record<string, string> {
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const [, name = '', value = ''] = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(\S+)\s*$/.exec(line) ?? [];
    return names.includes(name) ? [[name, value.replace(/^(["'])(.*)\1$/, '$2')] as const] : [];
  });
  return Object.fromEntries(pairs);
}

export const importSettings = (state: DraftState, name: string, text: string) =>
  attempt(async () => {
    const { data } = await call('post', '/api/v2/settings/read', { body: { name, text } });
    const { settings, errors, warnings } = data;
    const count = Object.keys(settings).length;
    const found = [...errors, ...warnings];
    const isUsed =
      found.length === 0 ||
      (await ask({
        title: `${found.length} ${found.length === 1 ? 'problem' : 'problems'} in ${name}`,
        text: (
          <div class="stack">
            <ul class="stack">
              {found.map(({ message, hint }) => (
                <li key={message}>
                  {message} {hint !== null && <small>{hint}</small>}
                </li>
              ))}
            </ul>
            <p>
              {count === 0
                ? 'The file has no setting that can be used.'
                : 'Everything else can be used. Wrong values are marked in the form.'}
            </p>
          </div>
        ),
        confirm: count === 0 ? 'Close' : `Use ${count} ${count === 1 ? 'setting' : 'settings'}`,
      }));
    if (!isUsed || count === 0) return;
    const secrets = secretsOf(text, data.secrets);
    state.load({ ...settings, ...secrets });
    const left = data.secrets.filter((secret) => secrets[secret] === undefined);
    notify(
      left.length === 0
        ? `The form has the settings of ${name}.`
        : `The form has the settings of ${name}, but not ${left.join(', ')}: enter it here.`,
    );
  });

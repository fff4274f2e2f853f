/** How the page looks and listens: theme and shortcuts, and who is logged in. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { attempt, notify } from '../../components/notices.tsx';
import { prefer, preferences, THEMES, type Theme } from '../../preferences.ts';
import { openHelp } from '../../shortcuts.tsx';
import { Audit } from './audit.tsx';
import { BundleFile } from './bundle-file.tsx';

const THEME_WORDS: Readonly<Record<Theme, string>> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
};

function Session() {
  const role = useSignal<string | undefined>(undefined);
  const link = useSignal<string | undefined>(undefined);
  useEffect(() => {
    void attempt(async () => {
      const { data } = await call('get', '/api/v2/session');
      role.value = data.role;
    });
  }, [role]);
  const makeLink = () =>
    attempt(async () => {
      const { data } = await call('post', '/api/v2/login-links');
      link.value = location.origin + data.path;
    }, 'The link works once, within an hour.');
  const logOut = () =>
    attempt(async () => {
      await call('delete', '/api/v2/session');
      location.assign('/login');
    });
  return (
    <section>
      <h2>Access</h2>
      <p>
        {role.value === 'read'
          ? 'You are logged in with the read-only key: you can look at everything and change nothing.'
          : 'You are logged in with the full key.'}
      </p>
      <div class="row" style={{ marginTop: '.75rem' }}>
        <button type="button" onClick={logOut}>
          Log out
        </button>
        {role.value === 'write' && (
          <button type="button" onClick={makeLink}>
            Create a login link for somebody else
          </button>
        )}
      </div>
      {link.value !== undefined && (
        <p style={{ marginTop: '.75rem' }}>
          <code>{link.value}</code>{' '}
          <button
            type="button"
            class="small"
            onClick={() =>
              navigator.clipboard
                .writeText(link.value ?? '')
                .then(() => notify('The link is on the clipboard.'))
            }
          >
            Copy
          </button>
        </p>
      )}
    </section>
  );
}

export function PreferencesPlace() {
  const { theme, hasShortcuts } = preferences.value;
  return (
    <div class="stack wide" style={{ maxWidth: '46rem' }}>
      <div>
        <h1>Preferences</h1>
        <p class="soft">Theme and shortcuts are kept in this browser.</p>
      </div>
      <fieldset class="stack" style={{ gap: '.5rem' }}>
        <legend>Theme</legend>
        {THEMES.map((name) => (
          <label key={name} class="check">
            <input
              type="radio"
              name="theme"
              checked={theme === name}
              onChange={() => prefer({ theme: name })}
            />
            {THEME_WORDS[name]}
          </label>
        ))}
      </fieldset>
      <section>
        <h2>Keyboard</h2>
        <label class="check">
          <input
            type="checkbox"
            checked={hasShortcuts}
            onChange={({ currentTarget }) => prefer({ hasShortcuts: currentTarget.checked })}
          />
          Shortcuts of one or two letters
        </label>
        <p style={{ marginTop: '.5rem' }}>
          <button type="button" onClick={openHelp}>
            Show all shortcuts
          </button>
        </p>
      </section>
      <Session />
      <BundleFile />
      <Audit />
    </div>
  );
}

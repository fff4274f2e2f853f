/** What the service finds in settings that somebody is working on. */
import type { DraftState } from './draft.ts';
import { inPageWords } from './page-words.ts';

/** What helps on this page, where the service's hint speaks of flags. */
const HINTS: Readonly<Record<string, string>> = {
  'no-stop-condition': 'To limit it, set “Auto stop after hours” or “Max visits per day”.',
};

/** Errors and warnings of the settings, and what is missing before anything can be sent. */
export function Findings({
  state,
  without = [],
}: {
  state: DraftState;
  /** Settings that the place itself asks for. */
  without?: readonly string[];
}) {
  const { errors: found = [], warnings = [] } = state.resolved.value ?? {};
  const all = found.filter(({ setting }) => !without.includes(setting));
  const isWithoutTarget = state.draft.value.values.MATOMO_URL === undefined;
  const errors = all.filter(({ setting }) => !(isWithoutTarget && setting === 'MATOMO_URL'));
  if (all.length + warnings.length === 0) return null;
  return (
    <ul class="stack" style={{ gap: '.5rem' }}>
      {errors.length < all.length && (
        <li class="banner" style={{ margin: 0 }}>
          Enter the URL of your Matomo, or send to the embedded endpoint.
        </li>
      )}
      {errors.map(({ message, hint }) => (
        <li key={message} class="banner bad" style={{ margin: 0 }}>
          {inPageWords(message)} {hint !== null && <small>{inPageWords(hint)}</small>}
        </li>
      ))}
      {warnings.map(({ code, message, hint }) => (
        <li key={message} class="banner" style={{ margin: 0 }}>
          {inPageWords(message)} {hint !== null && <small>{HINTS[code] ?? inPageWords(hint)}</small>}
        </li>
      ))}
    </ul>
  );
}

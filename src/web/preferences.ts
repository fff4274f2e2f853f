/** What a person prefers, kept in the browser. */
import { effect, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'trafficinator';

interface Preferences {
  readonly theme: Theme;
  readonly hasShortcuts: boolean;
}

function read(): Preferences {
  const standard: Preferences = { theme: 'system', hasShortcuts: true };
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const { theme, hasShortcuts } = (
      typeof kept === 'object' && kept !== null ? kept : {}
    ) as Partial<Preferences>;
    return {
      theme: THEMES.find((name) => name === theme) ?? standard.theme,
      hasShortcuts: typeof hasShortcuts === 'boolean' ? hasShortcuts : standard.hasShortcuts,
    };
  } catch {
    // Storage may be switched off, or hold what an older page wrote.
    return standard;
  }
}

export const preferences = signal(read());

export function prefer(changes: Partial<Preferences>): void {
  preferences.value = { ...preferences.value, ...changes };
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences.value));
  } catch {
    // It holds until the page is closed.
  }
}

effect(() => {
  const { theme } = preferences.value;
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
});

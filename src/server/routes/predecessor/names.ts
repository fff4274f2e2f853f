/** Names and texts that clients of the earlier control service rely on. */
import { SETTINGS } from '../../../config/schema/settings.ts';
import { valueText } from '../../../config/schema/value-text.ts';
import type { LoadedSession } from '../../settings/session.ts';
import type { JobState } from '../../store/job-store.ts';
import { MASKED } from '../../store/secrets.ts';

export const CONTAINER = 'matomo-loadgen';

const STATES: Readonly<Record<JobState, string>> = {
  starting: 'running',
  running: 'running',
  paused: 'paused',
  stopping: 'running',
  restarting: 'restarting',
  'needs-token': 'paused',
  done: 'stopped',
  stopped: 'stopped',
  failed: 'stopped',
};

/** @param state undefined before the first run */
export function containerState(state: JobState | undefined): string {
  return state === undefined ? 'created' : STATES[state];
}

/** `1d 3h`, `2h 15m`, `42s`: seconds only when nothing is larger. */
export function uptimeText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const parts = [
    days > 0 ? `${days}d` : '',
    hours > 0 ? `${hours}h` : '',
    minutes > 0 && days === 0 ? `${minutes}m` : '',
  ];
  return parts.filter((part) => part !== '').join(' ') || `${seconds}s`;
}

/** Every setting of live traffic as the environment would have it; a secret that is set is masked. */
export function environmentOf({ settings }: Pick<LoadedSession, 'settings'>): Record<string, string> {
  const rows = SETTINGS.filter(({ commands }) => commands.includes('run')).map((row) => {
    const text = valueText(settings[row.key]);
    return [row.env, row.secret && text !== '' ? MASKED : text] as const;
  });
  return Object.fromEntries(rows);
}

/** With the offset that earlier answers left away. */
export function isoWithOffset(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000+00:00');
}

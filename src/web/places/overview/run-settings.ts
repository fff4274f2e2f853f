/** The settings of a run, fetched once: what is in force, and where each came from. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../../api/client.ts';

export interface SettingInForce {
  readonly env: string;
  readonly value: string;
  /** As people say it: `preset shop`. */
  readonly origin: string;
}

const ORIGINS: Readonly<Record<string, string>> = {
  request: 'set at the start',
  service: 'the service',
  default: 'default',
};

/** Lines such as `NAME=value`; values with blanks are quoted. Origins are those of the API. */
export function rowsOf(text: string, origins: Readonly<Record<string, string>>): SettingInForce[] {
  return text.split('\n').flatMap((line) => {
    const [, env, value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (env === undefined) return [];
    return [{ env, value: value.replace(/^(["'])(.*)\1$/, '$2'), origin: origins[env] ?? 'default' }];
  });
}

/** @param runId undefined: they are not needed. @returns the settings that differ from their defaults; undefined while they are not known */
export function useRunSettings(runId: number | undefined): readonly SettingInForce[] | undefined {
  const rows = useSignal<readonly SettingInForce[] | undefined>(undefined);
  useEffect(() => {
    const over = new AbortController();
    rows.value = undefined;
    if (runId === undefined) return;
    call('get', '/api/v2/runs/{id}/settings', { path: { id: runId }, signal: over.signal }).then(
      ({ data }) => {
        rows.value = rowsOf(data.text, data.origins).map((row) => ({
          ...row,
          origin: ORIGINS[row.origin] ?? row.origin,
        }));
      },
      // The overview does without them: the banner says when the service does not respond.
      () => {},
    );
    return () => over.abort();
  }, [runId, rows]);
  return rows.value;
}

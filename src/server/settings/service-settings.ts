/** The service's own settings, below those of presets and of what is started: its environment, then those that were kept. */
import type { Host } from '../../host.ts';
import type { Facts } from '../store/facts.ts';
import type { ListFiles } from '../store/list-files.ts';
import type { Secrets } from '../store/secrets.ts';
import { filtered, isBackfillName, settingsIn } from './names.ts';

/** Fact and secret of the settings that are kept. */
export const APPLIED = 'applied settings';

/**
 * Variables of lists that the environment names and nobody has saved yet: until then what is built in holds, as with
 * the predecessor.
 */
export function unsavedLists(host: Pick<Host, 'env' | 'exists'>, lists: ListFiles): string[] {
  const named = Object.values(lists).filter(({ env }) => host.env[env]);
  return named.flatMap(({ env, path }) => (host.exists(path) ? [] : [env]));
}

interface Sources {
  readonly host: Pick<Host, 'env' | 'exists'>;
  readonly lists: ListFiles;
  readonly facts: Facts;
  readonly secrets: Secrets;
}

/** As they are now. */
export function serviceSettings({ host, lists, facts, secrets }: Sources): Map<string, string> {
  const kept = facts.read(APPLIED);
  const values = typeof kept === 'object' && kept !== null ? Object.entries(kept) : [];
  const unsaved = unsavedLists(host, lists);
  const own = filtered(settingsIn(host.env), (name) => !isBackfillName(name) && !unsaved.includes(name));
  return new Map([
    ...own,
    ...values.map(([name, value]) => [name, String(value)] as const),
    ...secrets.read(APPLIED),
  ]);
}

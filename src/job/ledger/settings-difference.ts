/** In what a backfill differs from an earlier one, so that it cannot continue it. */
import type { RunFacts } from '../../ledger/ledger.ts';

/** What a digest begins with, which tells nobody anything. */
const DIGEST = 'sha256:';

type Compared = Pick<RunFacts, 'from' | 'to' | 'seed' | 'shard' | 'settings' | 'contents'>;

function was(what: string, before: string | undefined, now: string | undefined): string[] {
  if (before === now) return [];
  return [`${what} was ${before ?? 'not set'} and is ${now ?? 'not set'}`];
}

function differing(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  names: readonly string[],
): string[] {
  return names.flatMap((name) => was(name, before[name], now[name]));
}

/** Names of both, each once. */
function namesOf(...records: readonly Readonly<Record<string, string>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

/** @param names of the settings that change what is sent */
export function differencesOf(before: Compared, now: Compared, names: readonly string[]): string[] {
  const isKept = Object.keys(before.settings).length > 0;
  return [
    ...was('the window', `${before.from} to ${before.to}`, `${now.from} to ${now.to}`),
    ...was('the seed', before.seed, now.seed),
    ...was('the shard', before.shard, now.shard),
    ...(isKept ? differing(before.settings, now.settings, names) : []),
    ...(isKept ? namesOf(before.contents, now.contents) : []).flatMap((name) => {
      const [old, present] = [before.contents[name], now.contents[name]];
      if (old === present) return [];
      return old?.startsWith(DIGEST) ? [`${name} changed`] : was(name, old, present);
    }),
  ];
}

/** The ledger as one SQLite file, of which this thread has the store. */
import type { Ledger } from '../ledger.ts';
import { createCommitStore, createLockStore } from './commits.ts';
import { createRunStore, createSiteStore } from './runs.ts';
import { MIGRATIONS } from './schema.ts';
import { openSqliteFile, tidy } from './sqlite-file.ts';
import { callStore, createLedger, type SqliteStore } from './store.ts';

/** Opens the file and writes to it, so that nothing is sent that could not be kept. Throws what `openSqliteFile` does. */
export async function openStore(path: string, steps: readonly string[]): Promise<SqliteStore> {
  const connection = await openSqliteFile(path, steps);
  const { keep, ...locks } = createLockStore(connection);
  return {
    ...createRunStore(connection),
    ...createSiteStore(connection),
    ...createCommitStore(connection, keep),
    ...locks,
    close() {
      tidy(connection);
      connection.close();
    },
  };
}

/**
 * For commands that have nothing to do meanwhile: every call keeps this thread until it is done.
 *
 * @param steps the formats up to the current one
 */
export async function openSqliteLedger(path: string, steps: readonly string[] = MIGRATIONS): Promise<Ledger> {
  const store = await openStore(path, steps);
  return createLedger(async (method, ...args) => callStore(store, method, args));
}

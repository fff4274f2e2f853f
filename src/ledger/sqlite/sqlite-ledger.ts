/** The ledger as one SQLite file. */
import type { Ledger } from '../ledger.ts';
import { createCommitStore, createLockStore } from './commits.ts';
import { createRunStore, createSiteStore } from './runs.ts';
import { MIGRATIONS } from './schema.ts';
import { openSqliteFile, tidy } from './sqlite-file.ts';
import { callStore, createLedger, type SqliteStore } from './store.ts';

async function openStore(path: string, steps: readonly string[]): Promise<SqliteStore> {
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
 * Opens the file and writes to it, so that nothing is sent that could not be kept. Throws what `openSqliteFile` does.
 *
 * @param steps the formats up to the current one
 */
export async function openSqliteLedger(path: string, steps: readonly string[] = MIGRATIONS): Promise<Ledger> {
  const store = await openStore(path, steps);
  return createLedger(async (method, ...args) => callStore(store, method, args));
}

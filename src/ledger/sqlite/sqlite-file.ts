/** One SQLite file of ours: opened, made durable, and brought to the current format. */
import { dirname } from 'node:path';
import { makeFolder } from '../../disk.ts';
import { type Connection, openConnection } from './connection.ts';
import { folderError, isBusy } from './errors.ts';
import { migrate, refuseDamaged, refuseNewer } from './schema.ts';

/** How long a statement waits for another process that is writing. */
const BUSY_TIMEOUT_MS = 5000;
const WAL_ATTEMPTS = 50;

// `fullfsync` has macOS flush the disk's own cache; elsewhere every sync does.
const DURABLE = 'pragma synchronous = full; pragma fullfsync = on; pragma checkpoint_fullfsync = on';

function makeFolderOf(path: string): void {
  try {
    makeFolder(dirname(path), 0o700);
  } catch (error) {
    throw folderError(path, error);
  }
}

/**
 * SQLite does not wait for another process while it switches a new file, whatever the timeout: two that make the file
 * at once would refuse each other. An exclusive transaction does wait, and the switch is tried again after it.
 */
function switchToWal(connection: Connection): void {
  for (let attemptsLeft = WAL_ATTEMPTS; ; attemptsLeft--) {
    try {
      connection.script('pragma journal_mode = wal');
      return;
    } catch (error) {
      if (attemptsLeft === 1 || !isBusy(error)) throw error;
    }
    connection.script('begin exclusive; commit');
  }
}

/** Empties the write-ahead log into the file where nobody else is reading it; the log is as durable as the file. */
export function tidy(connection: Connection): void {
  try {
    connection.script('pragma busy_timeout = 0; pragma wal_checkpoint(truncate)');
  } catch {
    // What is in the log stays there until the next one who opens the file.
  }
}

/**
 * Opens the file, makes it and its folder where there are none, and writes to it. Throws a `UserError`: `ledger-newer`,
 * `ledger-corrupt`, `ledger-not-writable`, `ledger-full`, `ledger-busy` or `ledger-unavailable`.
 *
 * @param steps the formats up to the current one
 */
export async function openSqliteFile(path: string, steps: readonly string[]): Promise<Connection> {
  makeFolderOf(path);
  const connection = await openConnection(path);
  try {
    connection.script(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
    refuseNewer(connection, steps);
    refuseDamaged(connection);
    switchToWal(connection);
    connection.script(`${DURABLE}; pragma foreign_keys = on`);
    migrate(connection, steps);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

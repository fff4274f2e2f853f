/** One open SQLite file: prepared statements, transactions, and errors in the user's terms. */
import type Libsql from 'libsql';
import { missingLibrary, translateError, unwritableLedger } from './errors.ts';
import { DamagedRow, type Row } from './rows.ts';

export type Value = string | number | null;

export interface Connection {
  readonly path: string;
  /** Changes rows, only inside `write`. */
  run(sql: string, values?: readonly Value[]): { readonly changes: number; readonly id: number };
  /** All rows at once: a cursor left open would keep the write-ahead log from being emptied. */
  rows<T>(sql: string, values: readonly Value[], read: (row: Row) => T): T[];
  /** Statements without values or results, outside of or inside `write`. */
  script(sql: string): void;
  /**
   * One transaction that has the only right to write from its start; all is on the disk when it returns. One inside
   * another is part of it.
   */
  write<T>(work: () => T): T;
  close(): void;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

async function openDatabase(path: string): Promise<Libsql.Database> {
  const { default: Database } = await import('libsql').catch((error: unknown) => {
    throw missingLibrary(path, error);
  });
  try {
    return new Database(path);
  } catch (error) {
    throw unwritableLedger(path, error);
  }
}

export async function openConnection(path: string): Promise<Connection> {
  const database = await openDatabase(path);
  const statements = new Map<string, Libsql.Statement>();

  function prepared(sql: string): Libsql.Statement {
    let statement = statements.get(sql);
    if (!statement) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  }

  function translated<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw translateError(path, error);
    }
  }

  function rollBack(): void {
    // SQLite has already rolled back after a full disk or a failed write.
    if (database.inTransaction) database.exec('rollback');
  }

  // `begin` and `commit` are not prepared: libsql leaves a prepared statement that failed as busy in progress, and
  // no later transaction could commit (https://github.com/tursodatabase/libsql-client-ts/issues/352).
  function write<T>(work: () => T): T {
    if (database.inTransaction) return work();
    return translated(() => {
      database.exec('begin immediate');
      try {
        const result = work();
        database.exec('commit');
        return result;
      } catch (error) {
        rollBack();
        throw error;
      }
    });
  }

  return {
    path,
    write,
    // Values go in as one array: libsql takes a lone null for named values.
    run(sql, values = []) {
      const { changes, lastInsertRowid } = prepared(sql).run([...values]);
      return { changes, id: Number(lastInsertRowid) };
    },
    rows: (sql, values, read) =>
      translated(() =>
        prepared(sql)
          .all([...values])
          .map((row) => {
            if (!isRow(row)) throw new DamagedRow('row', 'an object', row);
            return read(row);
          }),
      ),
    script: (sql) => translated(() => void database.exec(sql)),
    close() {
      statements.clear();
      if (database.open) database.close();
    },
  };
}

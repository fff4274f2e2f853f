/** Single values that the service keeps under a name. */
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { json } from '../../ledger/sqlite/rows.ts';

export interface Facts {
  /** Undefined where there is none. */
  read(name: string): unknown;
  write(name: string, value: unknown, nowMs: number): void;
}

export function createFacts(connection: Connection): Facts {
  return {
    read: (name) =>
      connection.rows('select value from fact where name = ?', [name], (row) => json(row, 'value'))[0],
    write(name, value, nowMs) {
      connection.write(() =>
        connection.run(
          `insert into fact (name, value, updated_ms) values (?, ?, ?)
           on conflict (name) do update set value = excluded.value, updated_ms = excluded.updated_ms`,
          [name, JSON.stringify(value), nowMs],
        ),
      );
    },
  };
}

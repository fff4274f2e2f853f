/** Reads columns of rows that come from the disk, and trusts none of them. */

/** A row that no version of the ledger has written. */
export class DamagedRow extends Error {
  constructor(column: string, expected: string, value: unknown) {
    super(`${column} should be ${expected} but is ${value === null ? 'null' : typeof value}`);
    this.name = 'DamagedRow';
  }
}

export type Row = Readonly<Record<string, unknown>>;

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new DamagedRow(column, 'an integer', value);
  return value;
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new DamagedRow(column, 'text', value);
  return value;
}

export function orNull<T>(read: (row: Row, column: string) => T, row: Row, column: string): T | null {
  return row[column] === null ? null : read(row, column);
}

export function oneOf<T extends string>(allowed: readonly T[], row: Row, column: string): T {
  const value = row[column];
  const found = allowed.find((name) => name === value);
  if (found === undefined) throw new DamagedRow(column, `one of ${allowed.join(', ')}`, value);
  return found;
}

/** An object of texts, kept as JSON. */
export function texts(row: Row, column: string): Readonly<Record<string, string>> {
  const value = json(row, column);
  if (typeof value !== 'object' || value === null) throw new DamagedRow(column, 'an object', value);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, String(entry)]));
}

export function json(row: Row, column: string): unknown {
  try {
    return JSON.parse(text(row, column));
  } catch {
    throw new DamagedRow(column, 'JSON', row[column]);
  }
}

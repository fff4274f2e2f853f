/** Funnels in their file, which every command reads, with the ids and times that clients know them by. */

import { readFunnels } from '../../config/files/funnels.ts';
import { parseStructured } from '../../config/sources/structured-text.ts';
import { SettingsError } from '../../errors.ts';
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { integer, type Row, text } from '../../ledger/sqlite/rows.ts';
import { conflict, notFound, Refusal } from '../http/refusal.ts';
import { digestOf, type ListFile } from './list-files.ts';

export type FunnelRecord = Readonly<Record<string, unknown>> & { readonly name: string };

export interface StoredFunnel {
  readonly id: number;
  readonly record: FunnelRecord;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface FunnelStore {
  /** As the file has them now, whoever changed it. */
  list(): StoredFunnel[];
  /** @throws Refusal */
  get(id: number): StoredFunnel;
  create(record: FunnelRecord): StoredFunnel;
  replace(id: number, record: FunnelRecord): StoredFunnel;
  remove(id: number): void;
  /** Takes the place of all. */
  replaceAll(records: readonly FunnelRecord[]): StoredFunnel[];
  /** Back to the built-in ones. @returns how many were deleted */
  reset(): number;
}

interface IdRow {
  readonly id: number;
  readonly name: string;
  readonly digest: string;
  readonly createdMs: number;
  readonly updatedMs: number;
}

function idRow(row: Row): IdRow {
  return {
    id: integer(row, 'id'),
    name: text(row, 'name'),
    digest: text(row, 'digest'),
    createdMs: integer(row, 'created_ms'),
    updatedMs: integer(row, 'updated_ms'),
  };
}

function isRecord(value: unknown): value is FunnelRecord {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}

/** What stands beside the funnels in the file: personas. Undefined where the file is a plain list, or there is none. */
function othersIn(content: string | undefined, path: string): Record<string, unknown> | undefined {
  const parsed = content === undefined ? undefined : parseStructured(content, path);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  return Object.fromEntries(Object.entries(parsed).filter(([key]) => key !== 'funnels'));
}

/** @throws Refusal where somebody has made a mistake in the file */
function recordsIn(content: string | undefined, path: string): FunnelRecord[] {
  if (content === undefined) return [];
  try {
    const parsed = parseStructured(content, path);
    const list = Array.isArray(parsed) ? parsed : (parsed as { funnels?: unknown } | null)?.funnels;
    const { problems } = readFunnels(list ?? [], path);
    if (problems.length > 0) throw new SettingsError(problems);
    return (Array.isArray(list) ? list : []).filter(isRecord);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw conflict('funnels-damaged', error.message, `Correct ${path}, or remove it.`);
  }
}

/** @throws Refusal that names everything that is wrong with the funnel */
export function checkFunnel(record: FunnelRecord): void {
  const { problems } = readFunnels([record], 'body');
  if (problems.length === 0) return;
  throw new Refusal(422, problems.map(({ message }) => message).join(' '), {
    code: 'invalid-funnel',
    fields: problems.map(({ code, message, hint }) => ({ loc: ['body'], code, message, hint })),
  });
}

export function createFunnelStore(connection: Connection, file: ListFile, now: () => number): FunnelStore {
  const rows = () => connection.rows('select * from funnel', [], idRow);

  /** Ids of names that are gone go, new names get one, and what was changed is told by its time. */
  function synchronize(records: readonly FunnelRecord[]): StoredFunnel[] {
    const known = new Map(rows().map((row) => [row.name, row]));
    const isSame = records.every((record) => known.get(record.name)?.digest === digestOf(record));
    if (!isSame || known.size !== records.length) {
      connection.write(() => {
        for (const { name, id } of known.values()) {
          if (!records.some((record) => record.name === name))
            connection.run('delete from funnel where id = ?', [id]);
        }
        for (const record of records) {
          const digest = digestOf(record);
          if (known.get(record.name)?.digest === digest) continue;
          connection.run(
            `insert into funnel (name, digest, created_ms, updated_ms) values (?, ?, ?, ?)
             on conflict (name) do update set digest = excluded.digest, updated_ms = excluded.updated_ms`,
            [record.name, digest, now(), now()],
          );
        }
      });
    }
    const byName = new Map(rows().map((row) => [row.name, row]));
    return records.flatMap((record) => {
      const row = byName.get(record.name);
      return row ? [{ id: row.id, record, createdMs: row.createdMs, updatedMs: row.updatedMs }] : [];
    });
  }

  const list = () => synchronize(recordsIn(file.read(), file.path));

  function refuseOtherFormat(): void {
    if (file.path.endsWith('.json')) return;
    throw conflict(
      'funnels-not-json',
      `${file.path} is not a JSON file`,
      'Only a JSON file can be changed here.',
    );
  }

  const write = (content: unknown) => file.write(`${JSON.stringify(content, null, 2)}\n`);

  function save(records: readonly FunnelRecord[]): StoredFunnel[] {
    refuseOtherFormat();
    const others = othersIn(file.read(), file.path);
    write(others === undefined ? records : { ...others, funnels: records });
    return synchronize(records);
  }

  function get(id: number): StoredFunnel {
    const found = list().find((funnel) => funnel.id === id);
    if (!found) throw notFound('Funnel');
    return found;
  }

  function refuseDouble(funnels: readonly StoredFunnel[], { name }: FunnelRecord): void {
    if (funnels.some(({ record }) => record.name === name)) {
      throw conflict('funnel-exists', 'Funnel name already exists', 'Use another name.');
    }
  }

  const named = (funnels: readonly StoredFunnel[], name: string) => {
    const found = funnels.find(({ record }) => record.name === name);
    if (!found) throw new Error(`funnel ${name} was not written`);
    return found;
  };

  return {
    list,
    get,
    create(record) {
      checkFunnel(record);
      const before = list();
      refuseDouble(before, record);
      return named(save([...before.map((funnel) => funnel.record), record]), record.name);
    },
    replace(id, record) {
      checkFunnel(record);
      const before = get(id);
      const all = list();
      refuseDouble(
        all.filter((funnel) => funnel.id !== id),
        record,
      );
      if (record.name !== before.record.name) {
        connection.write(() => connection.run('update funnel set name = ? where id = ?', [record.name, id]));
      }
      const records = all.map((funnel) => (funnel.id === id ? record : funnel.record));
      return named(save(records), record.name);
    },
    remove(id) {
      get(id);
      save(list().flatMap((funnel) => (funnel.id === id ? [] : [funnel.record])));
    },
    replaceAll(records) {
      for (const record of records) checkFunnel(record);
      return save(records);
    },
    reset() {
      refuseOtherFormat();
      const deleted = list().length;
      const others = othersIn(file.read(), file.path);
      if (others === undefined) file.remove();
      else write(others);
      synchronize([]);
      return deleted;
    },
  };
}

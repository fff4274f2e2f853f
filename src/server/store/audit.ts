/** Who started, stopped and changed what: kept for a year, and bounded in number. */
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { integer, type Row, text } from '../../ledger/sqlite/rows.ts';
import type { Clock } from '../../types/clock.ts';
import type { Identity } from '../http/authentication.ts';
import type { DelayedWrites } from './delayed-writes.ts';

const KEPT_MS = 366 * 86_400_000;
const MOST_ENTRIES = 100_000;
/** Entries that wait for a disk that is full. The oldest go first. */
const MOST_WAITING = 10_000;
/** Between two looks for what is too old. */
const TIDY_EVERY = 1000;

export interface AuditEntry {
  readonly id: number;
  readonly atMs: number;
  /** `full key`, `read-only key`, `page (full key)`, `schedule NAME`, `service`. */
  readonly who: string;
  /** Such as `run.start`. */
  readonly action: string;
  /** What it was done to, such as `run 12`. */
  readonly subject: string;
  readonly detail: string;
}

export interface Audit {
  add(who: Identity | string, action: string, subject: string, detail?: string): void;
  /** Newest first. */
  entries(limit: number, beforeId?: number): AuditEntry[];
}

export function nameOf({ role, by }: Identity): string {
  if (role === 'none') return 'nobody';
  const key = role === 'write' ? 'full key' : 'read-only key';
  return by === 'cookie' ? `page (${key})` : key;
}

function entryOf(row: Row): AuditEntry {
  return {
    id: integer(row, 'id'),
    atMs: integer(row, 'at_ms'),
    who: text(row, 'who'),
    action: text(row, 'action'),
    subject: text(row, 'subject'),
    detail: text(row, 'detail'),
  };
}

/** @param onAdded is told of each entry */
export function createAudit(
  connection: Connection,
  clock: Clock,
  writes: DelayedWrites,
  onAdded: (action: string, subject: string) => void = () => {},
): Audit {
  /** Entries that the disk has not taken yet. */
  let waiting: Omit<AuditEntry, 'id'>[] = [];

  function write({ atMs, who, action, subject, detail }: Omit<AuditEntry, 'id'>): void {
    const { id } = connection.run(
      'insert into audit (at_ms, who, action, subject, detail) values (?, ?, ?, ?, ?)',
      [atMs, who, action, subject, detail],
    );
    if (id % TIDY_EVERY !== 0) return;
    connection.run('delete from audit where at_ms < ? or id <= ?', [
      clock.now() - KEPT_MS,
      id - MOST_ENTRIES,
    ]);
  }

  function settle(): void {
    if (waiting.length === 0) return;
    const all = () => {
      for (const entry of waiting) write(entry);
    };
    waiting = writes.attempt(() => connection.write(all)) ? [] : waiting.slice(-MOST_WAITING);
  }

  writes.add(settle);
  return {
    add(who, action, subject, detail = '') {
      const name = typeof who === 'string' ? who : nameOf(who);
      const entry = { who: name, action, subject: subject.slice(0, 200), detail: detail.slice(0, 1000) };
      waiting.push({ atMs: clock.now(), ...entry });
      settle();
      onAdded(action, subject);
    },
    entries(limit, beforeId = Number.MAX_SAFE_INTEGER) {
      settle();
      return connection.rows(
        'select * from audit where id < ? order by id desc limit ?',
        [beforeId, limit],
        entryOf,
      );
    },
  };
}

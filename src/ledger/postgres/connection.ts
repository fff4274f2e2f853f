/** Connections to one PostgreSQL: statements that are repeated while the server is away, and errors in the user's terms. */
import type { Client, ClientConfig, Pool, QueryResult } from 'pg';
import type { Clock } from '../../types/clock.ts';
import type { Row } from '../sqlite/rows.ts';
import type { PostgresAddress } from './address.ts';
import { codeOf, isPassing, reasonOf, translateError, unreachableLedger } from './errors.ts';

export type Value = string | number | boolean | null | readonly number[] | readonly (string | null)[];

export interface PostgresOptions {
  readonly address: PostgresAddress;
  readonly clock: Clock;
  /** How long the server may be away before statements fail: one that begins later does not wait as long again. */
  readonly timeoutMs: number;
  /** How long one try of a statement may take. */
  readonly statementTimeoutMs: number;
  /** The server has been away for a second, and is waited for; undefined when it is back. */
  readonly onAway?: (reason: string | undefined) => void;
}

export interface PostgresConnection {
  readonly shown: string;
  readonly clock: Clock;
  /**
   * One statement, which is a transaction of its own; on the disk of the server when it resolves. It is repeated while the
   * server is away: it must come to the same when it has been carried out before.
   */
  rows<T>(sql: string, values: readonly Value[], read: (row: Row) => T): Promise<T[]>;
  /** As `rows`, but never repeated once it may have been carried out. */
  once<T>(sql: string, values: readonly Value[], read: (row: Row) => T): Promise<T[]>;
  /** Several statements as one transaction, on a connection of its own; what they do may be done again. */
  script(statements: (run: (sql: string) => Promise<readonly Row[]>) => Promise<void>): Promise<void>;
  /** A connection outside of the pool; it is the caller's to end. */
  open(): Promise<Client>;
  /** The work, which may be done twice, again when the server or the link to it was away. */
  repeat<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** Shorter absences are told to nobody. */
const NOTED_AFTER_MS = 1_000;
/** A failure so long after the last one is of another absence. */
const SAME_ABSENCE_MS = 2 * LONGEST_PAUSE_MS;
const CONNECTIONS = 4;
const INT8 = 20;

export async function openConnection(options: PostgresOptions): Promise<PostgresConnection> {
  const { address, clock, timeoutMs, statementTimeoutMs } = options;
  const { default: pg } = await import('pg');
  const { shown, host, port, database, user, password, ssl } = address;
  const config: ClientConfig = {
    ...{ host, port, database, user, ssl },
    // Undefined would have the driver look for it elsewhere.
    password: password ?? '',
    application_name: 'trafficinator',
    keepAlive: true,
    connectionTimeoutMillis: statementTimeoutMs,
    query_timeout: statementTimeoutMs,
    types: {
      // Milliseconds and numbers of batches are far below 2^53.
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  };
  const pool: Pool = new pg.Pool({
    ...config,
    max: CONNECTIONS,
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
  });
  // A connection that breaks while nothing is asked of it is replaced by the next statement.
  pool.on('error', () => {});
  // Between a statement that has failed and the end of its connection, nobody else listens: it would end the process.
  pool.on('connect', (client) => void client.on('error', () => {}));
  // A signal of its own for each wait: many statements may wait at the same time.
  const never = () => new AbortController().signal;
  let isClosed = false;
  let isAway = false;
  let hasAnswered = false;
  /** When the first statement began that the server has not answered since, and when the last one failed. */
  let absence: { readonly sinceMs: number; lastMs: number } | undefined;

  function tellAway(reason: string | undefined): void {
    if (isAway === (reason !== undefined)) return;
    isAway = reason !== undefined;
    options.onAway?.(reason);
  }

  /** One try. A connection that failed in any way but by the server's own word is not used again. */
  async function attempt(sql: string, values: readonly Value[], onSent: () => void): Promise<QueryResult> {
    const client = await pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on('error', onError);
    try {
      onSent();
      return await client.query(sql, [...values]);
    } catch (error) {
      if (isPassing(error)) broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  /** @returns since when the server is away */
  function noteFailure(begunMs: number): number {
    if (absence === undefined || begunMs - absence.lastMs > SAME_ABSENCE_MS)
      absence = { sinceMs: begunMs, lastMs: begunMs };
    absence.lastMs = clock.now();
    return absence.sinceMs;
  }

  async function patiently<T>(work: (onSent: () => void) => Promise<T>, mayRepeat: boolean): Promise<T> {
    const begunMs = clock.now();
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      let wasSent = false;
      try {
        const result = await work(() => {
          wasSent = true;
        });
        tellAway(undefined);
        absence = undefined;
        hasAnswered = true;
        return result;
      } catch (error) {
        // A name that has never led anywhere is a mistake, not an outage.
        const isUnknownHost = !hasAnswered && codeOf(error) === 'ENOTFOUND';
        if (!isPassing(error) || isClosed || isUnknownHost) throw translateError(shown, error);
        const sinceMs = noteFailure(begunMs);
        if (clock.now() + pauseMs > sinceMs + timeoutMs) throw unreachableLedger(shown, timeoutMs, error);
        // It may have been carried out, and must not be twice.
        if (wasSent && !mayRepeat) {
          const waitedS = Math.max(1, Math.round((clock.now() - begunMs) / 1000));
          throw unreachableLedger(shown, waitedS * 1000, error);
        }
        if (clock.now() - sinceMs >= NOTED_AFTER_MS) tellAway(reasonOf(error));
      }
      await clock.sleepUntil(clock.now() + pauseMs, never());
    }
  }

  const ask =
    (mayRepeat: boolean): PostgresConnection['rows'] =>
    async (sql, values, read) => {
      const result = await patiently((onSent) => attempt(sql, values, onSent), mayRepeat);
      return result.rows.map(read);
    };

  async function open(): Promise<Client> {
    return patiently(async () => {
      const client = new pg.Client(config);
      client.on('error', () => {});
      await client.connect();
      return client;
    }, true);
  }

  return {
    shown,
    clock,
    rows: ask(true),
    once: ask(false),
    open,
    repeat: (work) => patiently(work, true),
    script: (statements) =>
      patiently(async () => {
        const client = await open();
        try {
          await client.query('begin');
          await statements(async (sql) => (await client.query(sql)).rows);
          await client.query('commit');
        } finally {
          await client.end().catch(() => {});
        }
      }, true),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await pool.end();
    },
  };
}

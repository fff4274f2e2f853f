/** Schedules on the disk, with what each has started last; their tokens are kept apart, encrypted. */
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { integer, json, orNull, type Row } from '../../ledger/sqlite/rows.ts';
import { conflict, notFound } from '../http/refusal.ts';
import { environmentName, isSecretName, type Values } from '../settings/names.ts';
import { withoutLogins } from '../settings/url-logins.ts';
import { MASKED, type Secrets, secretsOf } from '../store/secrets.ts';
import { type ScheduleRecord, scheduleRecord } from './schedule-record.ts';

/** A clock that is put back by less makes nothing start twice. */
const WRONG_CLOCK_MS = 24 * 3_600_000;

export interface Schedule {
  readonly id: number;
  readonly record: ScheduleRecord;
  readonly lastMs: number | null;
  readonly lastJob: number | null;
  /** Since when it is as it is: it starts at times after that. */
  readonly sinceMs: number;
}

export interface ScheduleStore {
  list(): Schedule[];
  /** @throws Refusal, as the next ones do where the name is taken */
  get(id: number): Schedule;
  create(record: ScheduleRecord, nowMs: number): Schedule;
  /** A changed time counts from now on. */
  replace(id: number, record: ScheduleRecord, nowMs: number): Schedule;
  remove(id: number): void;
  /** It was its time. @param job that was started; null where none was */
  note(id: number, atMs: number, job: number | null): void;
  /** Times that lie so far ahead are those of a clock that was wrong: nothing would start until then. */
  forgetFuture(nowMs: number): void;
  tokens(id: number): Values;
}

function loginApart(record: ScheduleRecord): ScheduleRecord {
  return scheduleRecord.parse({ ...record, settings: withoutLogins(record.settings) });
}

/** As it is stored and shown. */
function masked(record: ScheduleRecord): ScheduleRecord {
  const settings = Object.entries(record.settings).map(([name, value]) => {
    return [name, isSecretName(environmentName(name)) ? MASKED : value] as const;
  });
  return { ...record, settings: Object.fromEntries(settings) };
}

/** One that is not among the settings any more is not kept either. */
function tokensOf({ settings }: ScheduleRecord, kept: ReadonlyMap<string, string>): Map<string, string> {
  const hasTokens = Object.keys(settings).some((name) => isSecretName(environmentName(name)));
  return hasTokens ? secretsOf(settings, kept) : new Map();
}

function rowOf(row: Row): Schedule {
  return {
    id: integer(row, 'id'),
    record: scheduleRecord.parse(json(row, 'record')),
    lastMs: orNull(integer, row, 'last_ms'),
    lastJob: orNull(integer, row, 'last_job'),
    sinceMs: integer(row, 'created_ms'),
  };
}

export function createScheduleStore(connection: Connection, secrets: Secrets): ScheduleStore {
  const tokensName = (id: number) => `schedule ${id}`;
  const list = () => connection.rows('select * from schedule order by id', [], rowOf);

  function get(id: number): Schedule {
    const found = list().find((schedule) => schedule.id === id);
    if (!found) throw notFound('Schedule');
    return found;
  }

  function refuseDouble(name: string, id?: number): void {
    if (list().some((schedule) => schedule.record.name === name && schedule.id !== id)) {
      throw conflict('schedule-exists', 'There is a schedule of that name', 'Choose another name.');
    }
  }

  const columns = (record: ScheduleRecord, nowMs: number) => [
    record.name,
    JSON.stringify(masked(record)),
    record.isEnabled ? 1 : 0,
    nowMs,
  ];

  return {
    list,
    get,
    create(given, nowMs) {
      const record = loginApart(given);
      refuseDouble(record.name);
      const sql = 'insert into schedule (name, record, is_enabled, created_ms) values (?, ?, ?, ?)';
      return connection.write(() => {
        const { id } = connection.run(sql, columns(record, nowMs));
        secrets.write(tokensName(id), tokensOf(record, new Map()));
        return get(id);
      });
    },
    replace(id, given, nowMs) {
      const record = loginApart(given);
      get(id);
      refuseDouble(record.name, id);
      const sql = 'update schedule set name = ?, record = ?, is_enabled = ?, created_ms = ? where id = ?';
      return connection.write(() => {
        connection.run(sql, [...columns(record, nowMs), id]);
        secrets.write(tokensName(id), tokensOf(record, secrets.read(tokensName(id))));
        return get(id);
      });
    },
    remove(id) {
      get(id);
      connection.write(() => {
        connection.run('delete from schedule where id = ?', [id]);
        secrets.write(tokensName(id), new Map());
      });
    },
    note(id, atMs, job) {
      const sql = 'update schedule set last_ms = ?, last_job = ? where id = ?';
      connection.write(() => connection.run(sql, [atMs, job, id]));
    },
    forgetFuture(nowMs) {
      const isWrong = 'last_ms > ?1 + ?2 or created_ms > ?1 + ?2';
      const isAny = connection.rows(
        `select id from schedule where ${isWrong} limit 1`,
        [nowMs, WRONG_CLOCK_MS],
        (row) => row,
      );
      if (isAny.length === 0) return;
      const sql = `update schedule set last_ms = min(last_ms, ?1), created_ms = min(created_ms, ?1) where ${isWrong}`;
      connection.write(() => connection.run(sql, [nowMs, WRONG_CLOCK_MS]));
    },
    tokens: (id) => secrets.read(tokensName(id)),
  };
}

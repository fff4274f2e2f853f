/** Jobs that start by themselves at set times: what ran last, what comes next, and what was missed while nobody was there. */
import { Cron } from 'croner';
import * as z from 'zod';
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { integer, json, orNull, type Row } from '../../ledger/sqlite/rows.ts';
import { fixedOffset } from '../../timezone.ts';
import type { Clock } from '../../types/clock.ts';
import { conflict, notFound, Refusal } from '../http/refusal.ts';
import { environmentName, isSecretName } from '../settings/names.ts';
import { MASKED, type Secrets, secretsOf } from '../store/secrets.ts';
import type { ServiceLog } from '../stream/service-log.ts';

/** A schedule that was missed by more than this is not caught up with. */
const LATEST_CATCH_UP_MS = 24 * 3_600_000;
/** Somewhat late is on time. */
const LATE_MS = 60_000;

export const scheduleRecord = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** Minute, hour, day of the month, month, day of the week. */
  cron: z.string().max(200),
  timezone: z.string().max(100).default('UTC'),
  command: z.enum(['run', 'backfill']),
  preset: z.array(z.string().max(200)).max(10).default([]),
  settings: z
    .record(z.string().max(100), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .default({}),
  /** How long a live run lasts. */
  forSeconds: z.number().positive().nullable().default(null),
  verify: z.boolean().default(false),
  sink: z.boolean().default(false),
  /** Start once, late, where the service was away at the time. */
  catchUp: z.boolean().default(true),
  /** Of a backfill, in the place of its window: those of so many last days that were not sent. */
  catchUpDays: z.int().min(1).max(180).nullable().default(null),
  isEnabled: z.boolean().default(true),
});
export type ScheduleRecord = z.output<typeof scheduleRecord>;

export interface Schedule {
  readonly id: number;
  readonly record: ScheduleRecord;
  readonly lastMs: number | null;
  readonly lastJob: number | null;
  readonly createdMs: number;
}

export interface Schedules {
  list(): Schedule[];
  get(id: number): Schedule;
  create(record: ScheduleRecord): Schedule;
  replace(id: number, record: ScheduleRecord): Schedule;
  remove(id: number): void;
  /** Epoch ms; undefined where it never comes. */
  nextMs(schedule: Schedule): number | undefined;
  /** Starts what is due until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
  startNow(id: number): Promise<number>;
}

interface ScheduleRules {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly log: ServiceLog;
  /** Keeps the tokens among the settings of schedules. */
  readonly secrets: Secrets;
  /** @returns the number of the job */
  readonly start: (record: ScheduleRecord, tokens: ReadonlyMap<string, string>) => Promise<number>;
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
    createdMs: integer(row, 'created_ms'),
  };
}

/** When a cron pattern comes next after an instant. @throws Refusal for one that is none */
export function nextAfter(
  { cron, timezone }: Pick<ScheduleRecord, 'cron' | 'timezone'>,
  ms: number,
): number | undefined {
  const utcOffset = fixedOffset(timezone);
  const place = utcOffset === undefined ? { timezone } : { utcOffset };
  try {
    return new Cron(cron, { ...place, mode: '5-part', paused: true }).nextRun(new Date(ms))?.getTime();
  } catch (error) {
    const message = `The time must be five cron fields such as "30 2 * * *" in a known timezone: ${error instanceof Error ? error.message : error}`;
    throw new Refusal(422, message, {
      code: 'invalid-cron',
      fields: [{ loc: ['body', 'cron'], code: 'invalid-cron', message }],
    });
  }
}

export function createSchedules({ connection, clock, log, secrets, start }: ScheduleRules): Schedules {
  const tokensName = (id: number) => `schedule ${id}`;
  const begin = ({ id, record }: Pick<Schedule, 'id' | 'record'>) =>
    start(record, secrets.read(tokensName(id)));
  const list = () => connection.rows('select * from schedule order by id', [], rowOf);
  let wake = new AbortController();

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

  /** After the time that it ran last, or that it was made. */
  function dueMs({ record, lastMs, createdMs }: Schedule): number | undefined {
    return record.isEnabled ? nextAfter(record, lastMs ?? createdMs) : undefined;
  }

  function note(id: number, atMs: number, job: number | null): void {
    connection.write(() =>
      connection.run('update schedule set last_ms = ?, last_job = coalesce(?, last_job) where id = ?', [
        atMs,
        job,
        id,
      ]),
    );
  }

  /** Late by more than a minute: the service was not running at the time. */
  function isMissed({ record, createdMs, lastMs }: Schedule, nowMs: number): boolean {
    const sinceMs = Math.max(lastMs ?? createdMs, nowMs - (record.catchUp ? LATEST_CATCH_UP_MS : LATE_MS));
    const due = nextAfter(record, sinceMs);
    return due === undefined || due > nowMs;
  }

  /** Once, however often it was missed. */
  async function startDue(schedule: Schedule): Promise<void> {
    const { id, record } = schedule;
    const nowMs = clock.now();
    const missed = isMissed(schedule, nowMs);
    // First of all: what fails is not tried again and again.
    note(id, nowMs, null);
    if (missed) {
      log.warning(`Schedule ${record.name} was missed because the service was not running.`);
      return;
    }
    try {
      note(id, nowMs, await begin(schedule));
    } catch (error) {
      log.warning(
        `Schedule ${record.name} could not start: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  return {
    list,
    get,
    create(record) {
      nextAfter(record, clock.now());
      refuseDouble(record.name);
      const { id } = connection.write(() =>
        connection.run('insert into schedule (name, record, is_enabled, created_ms) values (?, ?, ?, ?)', [
          record.name,
          JSON.stringify(masked(record)),
          record.isEnabled ? 1 : 0,
          clock.now(),
        ]),
      );
      secrets.write(tokensName(id), tokensOf(record, new Map()));
      wake.abort();
      return get(id);
    },
    replace(id, record) {
      nextAfter(record, clock.now());
      get(id);
      refuseDouble(record.name, id);
      connection.write(() =>
        // A changed time counts from now on.
        connection.run('update schedule set name = ?, record = ?, is_enabled = ?, last_ms = ? where id = ?', [
          record.name,
          JSON.stringify(masked(record)),
          record.isEnabled ? 1 : 0,
          clock.now(),
          id,
        ]),
      );
      secrets.write(tokensName(id), tokensOf(record, secrets.read(tokensName(id))));
      wake.abort();
      return get(id);
    },
    remove(id) {
      get(id);
      connection.write(() => connection.run('delete from schedule where id = ?', [id]));
      secrets.write(tokensName(id), new Map());
    },
    nextMs: ({ record, lastMs }) =>
      record.isEnabled ? nextAfter(record, Math.max(lastMs ?? 0, clock.now())) : undefined,
    async startNow(id) {
      const job = await begin(get(id));
      note(id, clock.now(), job);
      return job;
    },
    async run(signal) {
      while (!signal.aborted) {
        const due = list().flatMap((schedule) => {
          const atMs = dueMs(schedule);
          return atMs === undefined ? [] : [{ schedule, atMs }];
        });
        for (const { schedule, atMs } of due) if (atMs <= clock.now()) await startDue(schedule);
        const next = Math.min(
          clock.now() + 3_600_000,
          ...due.map(({ atMs }) => atMs).filter((atMs) => atMs > clock.now()),
        );
        wake = new AbortController();
        await clock.sleepUntil(next, AbortSignal.any([signal, wake.signal]));
      }
    },
  };
}

/** Jobs that start by themselves at set times: what ran last, what comes next, and what was missed while nobody was there. */
import type { Connection } from '../../ledger/sqlite/connection.ts';
import type { Clock } from '../../types/clock.ts';
import type { Values } from '../settings/names.ts';
import type { Secrets } from '../store/secrets.ts';
import type { ServiceLog } from '../stream/service-log.ts';
import { nextAfter, type ScheduleRecord } from './schedule-record.ts';
import { createScheduleStore, type Schedule } from './schedule-store.ts';

/** A schedule that was missed by more than this is not caught up with. */
const LATEST_CATCH_UP_MS = 24 * 3_600_000;
/** Somewhat late is on time. */
const LATE_MS = 60_000;
/** The next look at what is due comes no later. */
const LONGEST_SLEEP_MS = 3_600_000;

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
  readonly start: (record: ScheduleRecord, tokens: Values) => Promise<number>;
}

/** Its times up to then are over: it has run, or was made or changed. */
const overUntilMs = ({ lastMs, sinceMs }: Schedule) => Math.max(lastMs ?? 0, sinceMs);

function dueMs(schedule: Schedule): number | undefined {
  const { record } = schedule;
  return record.isEnabled ? nextAfter(record, overUntilMs(schedule)) : undefined;
}

/** Late by more than a minute: the service was not running at the time. */
function isMissed(schedule: Schedule, nowMs: number): boolean {
  const { record } = schedule;
  const sinceMs = Math.max(overUntilMs(schedule), nowMs - (record.catchUp ? LATEST_CATCH_UP_MS : LATE_MS));
  const due = nextAfter(record, sinceMs);
  return due === undefined || due > nowMs;
}

export function createSchedules({ connection, clock, log, secrets, start }: ScheduleRules): Schedules {
  const store = createScheduleStore(connection, secrets);
  let wake = new AbortController();
  const begin = ({ id, record }: Schedule) => start(record, store.tokens(id));

  /** Once, however often it was missed. */
  async function startDue(schedule: Schedule): Promise<void> {
    const { id, record } = schedule;
    const nowMs = clock.now();
    const missed = isMissed(schedule, nowMs);
    try {
      // First of all: what fails is not tried again and again.
      store.note(id, nowMs, null);
      if (missed) log.warning(`Schedule ${record.name} was missed because the service was not running.`);
      else store.note(id, nowMs, await begin(schedule));
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      log.warning(`Schedule ${record.name} could not start: ${why}`);
    }
  }

  /** @returns when the next one is due */
  async function startAllDue(): Promise<number> {
    try {
      store.forgetFuture(clock.now());
    } catch (error) {
      log.warning(`Schedules: ${error instanceof Error ? error.message : error}`);
    }
    let nextMs = clock.now() + LONGEST_SLEEP_MS;
    for (const schedule of store.list()) {
      const atMs = dueMs(schedule);
      if (atMs === undefined) continue;
      if (atMs <= clock.now()) await startDue(schedule);
      else nextMs = Math.min(nextMs, atMs);
    }
    return nextMs;
  }

  return {
    list: store.list,
    get: store.get,
    create(record) {
      nextAfter(record, clock.now());
      const created = store.create(record, clock.now());
      wake.abort();
      return created;
    },
    replace(id, record) {
      nextAfter(record, clock.now());
      const replaced = store.replace(id, record, clock.now());
      wake.abort();
      return replaced;
    },
    remove: store.remove,
    nextMs: ({ record, lastMs }) =>
      record.isEnabled ? nextAfter(record, Math.max(lastMs ?? 0, clock.now())) : undefined,
    async startNow(id) {
      const job = await begin(store.get(id));
      store.note(id, clock.now(), job);
      return job;
    },
    async run(signal) {
      while (!signal.aborted) {
        // Before the look: what is saved meanwhile is looked at next.
        wake = new AbortController();
        const nextMs = await startAllDue();
        await clock.sleepUntil(nextMs, AbortSignal.any([signal, wake.signal]));
      }
    },
  };
}

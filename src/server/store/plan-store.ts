/** Backfills that were prepared: each is looked at, confirmed once, carried out once, and then locked. */
import type { Connection } from '../../ledger/sqlite/connection.ts';
import { integer, json, oneOf, orNull, type Row } from '../../ledger/sqlite/rows.ts';
import type { VolumeCause } from '../../plan/days/volume-causes.ts';

const PLAN_STATES = ['prepared', 'confirmed', 'expired'] as const;
export type PlanState = (typeof PLAN_STATES)[number];

/** What was asked for; no token is in it. */
export interface PlanRequest {
  readonly presets: readonly string[];
  readonly given: Readonly<Record<string, string>>;
  readonly isSink: boolean;
  readonly again: boolean;
  readonly verify: boolean;
  readonly shards: number;
  readonly name: string;
}

/** Where the visits go. */
export interface PlanTarget {
  readonly name: string;
  /** Null for an embedded endpoint. */
  readonly url: string | null;
  readonly site: number;
  readonly timezone: string;
}

/** Why a day has so many visits. */
export interface PlanVolume {
  readonly mode: 'exact' | 'average';
  /** Visits a day as they are set, and as the cap of a backfill's day leaves them. */
  readonly setPerDay: number;
  readonly perDay: number;
  /** True: each of several targets gets so many. */
  readonly isForEach: boolean;
  /** Empty where targets have different visits. */
  readonly causes: readonly VolumeCause[];
  /** Days that would have more without a cap that somebody set. */
  readonly daysAtCap: number;
  /** The limit of the whole backfill leaves visits out. */
  readonly isCutOff: boolean;
  /** Of the present day only those visits that are over. */
  readonly hasToday: boolean;
}

/** How the rate limit spreads the requests; an estimate. */
export interface PlanSending {
  readonly requestsPerSecond: number;
  readonly requests: number;
  readonly durationMs: number;
}

export interface PlanNumbers {
  readonly digest: string;
  readonly visits: number;
  readonly hits: number;
  readonly from: string;
  readonly to: string;
  /** These are absent in plans that were prepared before they were noted. */
  readonly targets?: readonly PlanTarget[];
  readonly orders?: number;
  readonly revenue?: number;
  /** Null where targets have different ones. */
  readonly currency?: string | null;
  readonly volume?: PlanVolume;
  /** Null where nothing limits the rate. */
  readonly sending?: PlanSending | null;
  readonly days: readonly { readonly date: string; readonly visits: number; readonly hits: number }[];
}

export interface PlanRow {
  readonly id: number;
  readonly state: PlanState;
  readonly request: PlanRequest;
  readonly numbers: PlanNumbers;
  /** That carries it out. */
  readonly job: number | null;
  readonly createdMs: number;
}

export interface PlanStore {
  create(request: PlanRequest, numbers: PlanNumbers, nowMs: number): PlanRow;
  plan(id: number): PlanRow | undefined;
  /** Newest first. */
  plans(limit: number): PlanRow[];
  /** True for the one who takes it first. */
  take(id: number): boolean;
  finish(id: number, state: PlanState, job: number | null): void;
  remove(id: number): void;
}

function rowOf(row: Row): PlanRow {
  return {
    id: integer(row, 'id'),
    state: oneOf(PLAN_STATES, row, 'state'),
    // Written by this file only.
    request: json(row, 'request') as PlanRequest,
    numbers: json(row, 'outcome') as PlanNumbers,
    job: orNull(integer, row, 'job'),
    createdMs: integer(row, 'created_ms'),
  };
}

export function createPlanStore(connection: Connection): PlanStore {
  const plan = (id: number) => connection.rows('select * from plan where id = ?', [id], rowOf)[0];
  return {
    plan,
    create(request, numbers, nowMs) {
      const { id } = connection.write(() =>
        connection.run(
          `insert into plan (state, request, settings, outcome, created_ms) values ('prepared', ?, '', ?, ?)`,
          [JSON.stringify(request), JSON.stringify(numbers), nowMs],
        ),
      );
      const created = plan(id);
      if (!created) throw new Error(`plan ${id} was not written`);
      return created;
    },
    plans: (limit) => connection.rows('select * from plan order by id desc limit ?', [limit], rowOf),
    take: (id) =>
      connection.write(
        () =>
          connection.run(`update plan set state = 'confirmed' where id = ? and state = 'prepared'`, [id])
            .changes,
      ) === 1,
    finish: (id, state, job) =>
      void connection.write(() =>
        connection.run('update plan set state = ?, job = ? where id = ?', [state, job, id]),
      ),
    remove: (id) => void connection.write(() => connection.run('delete from plan where id = ?', [id])),
  };
}

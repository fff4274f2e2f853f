/** Runs that several workers share: who has which shard, what is asked of a run, and how far each shard has come. */
import type { RunFilter, RunRow } from '../ledger.ts';
import { integer, type Row, text } from '../sqlite/rows.ts';
import type { PostgresConnection } from './connection.ts';
import { END } from './run-end.ts';
import { readRun } from './runs.ts';
import {
  type ClaimKey,
  type EventRow,
  readShard,
  readSharedRun,
  type ShardRow,
  type SharedRun,
  type SharedRunFacts,
  type Wish,
} from './shared-rows.ts';
import { ms, NEXT, NOTIFY, NOW } from './shared-sql.ts';
import { createWorkers, type SharedWorkers } from './shared-workers.ts';

const RUN_COLUMNS = `id, command, name, url, site, version, job, options, shards, start_ms, wish, wishes,
  together is not null as is_one_of_several,  ${ms('created')} as created_ms, ${ms('ended')} as ended_ms`;

const CREATE = `with next as (${NEXT('run')}),
  made as (insert into trafficinator.shared_run
    select value, $1, $2, $3, $4::bigint, $5, $6, $7, cardinality($8::bigint[]), ${NOW}, null, 'run', 0, null, $9::bigint[] from next
    where not exists (select from trafficinator.shared_run
      where ended is null and command = $1 and url = $3 and site = $4::bigint)
    on conflict (command, url, site) where ended is null do nothing
    returning id),
  parts as (insert into trafficinator.shard
    select id, n, 0, null, null, r, false, false, null, null
    from made, unnest($8::bigint[]) with ordinality as p (r, n)),
  told as (select ${NOTIFY})
  select id from made, told`;

const IS_READY = `update trafficinator.shard set is_ready = true where run = $1 and shard = $2 and epoch = $3`;
/** A statement of its own: whoever is last sees all others. */
const START = `with own as (select array_append(coalesce(together, '{}'), id) as ids from trafficinator.shared_run
    where id = $1 and (together is null or cardinality(together) > 0))
  update trafficinator.shared_run r set start_ms = $2 from own
  where r.id = any (own.ids) and r.start_ms is null and r.ended is null
    and not exists (select from trafficinator.shard s join trafficinator.shared_run o on o.id = s.run
      where o.id = any (own.ids) and (o.id = $1 or (o.ended is null and o.wish <> 'stop'))
        and not s.is_ready and not s.is_done)
  returning ${NOTIFY}`;
const TOGETHER = `update trafficinator.shared_run set together = $1 where id = any ($1) returning ${NOTIFY}`;

/** `day 2026-11-26` is the key of a day that is complete. */
const LAST_DAYS = `select shard, max(substr(key, 5)) as date from trafficinator.event
  where run = $1 and key like 'day %' group by shard`;

/** Of the shard, and of the same one of stopped runs that its run continues: a worker that is not known to be gone had it before. */
const FORMERS = `select exists (select from trafficinator.shard own
    join trafficinator.shard s on (s.run, s.shard) = (own.run, own.shard) or s.run_row = own.run_row
    join trafficinator.former f on (f.run, f.shard) = (s.run, s.shard)
    left join trafficinator.worker w on w.id = f.worker
    where own.run = $1 and own.shard = $2 and not f.is_gone and not coalesce(w.is_gone, false)) as are_there`;

export interface SharedRunFilter extends RunFilter {
  readonly limit: number;
  /** Those that have not ended come before all others. */
  readonly isUnfinishedFirst?: boolean;
}

export interface SharedRuns extends SharedWorkers {
  /** Undefined where one to the same site is under way. */
  create(facts: SharedRunFacts): Promise<number | undefined>;
  /** Live runs that were created to begin at the same instant: these, and no others. */
  startTogether(ids: readonly number[]): Promise<void>;
  run(id: number): Promise<SharedRun | undefined>;
  /** Newest first. */
  runs(filter: SharedRunFilter): Promise<SharedRun[]>;
  /** @returns false where there is no such run, or it has ended */
  ask(id: number, wish: Wish): Promise<boolean>;
  shardsOf(id: number): Promise<ShardRow[]>;
  /** The last day of each shard that is complete; none of those where none is. */
  lastDays(run: number): Promise<ReadonlyMap<number, string>>;
  /** In their order, those after the one with the number. */
  events(run: number, after: number): Promise<EventRow[]>;
  /** Of these, the days that shards have told. */
  dayEvents(run: number): Promise<EventRow[]>;
  /** The runs of the ledger that the shards have begun or gone on with, in the order of the shards. */
  runRows(id: number): Promise<RunRow[]>;

  // Of a claim; nothing happens where it is another's by now.
  keepRunRow(claim: ClaimKey, runRow: number): Promise<void>;
  ready(claim: ClaimKey, startMs: number): Promise<void>;
  /** @param finished batches that the state has counted: they are not kept any longer */
  saveState(claim: ClaimKey, state: string, finished?: readonly number[]): Promise<void>;
  /** Kept once a key. */
  addEvent(claim: ClaimKey, key: string, body: string): Promise<void>;
  finish(claim: ClaimKey, result: string): Promise<void>;
  /** Gives the shard back. */
  release(claim: ClaimKey): Promise<void>;

  /** The worker has seen that the claim is over, and nothing of it is on its way any more. */
  acknowledge(claim: ClaimKey): Promise<void>;
  /** Whether no former owner of the shard can send anything of it any more. */
  areFormersGone(claim: ClaimKey): Promise<boolean>;
  /** Ends runs of which nothing is left to be done. */
  endRuns(): Promise<void>;
}

/** Together: whoever takes the shard over finds what has been removed in the state. */
const SAVE_STATE = `with kept as (update trafficinator.shard set state = $4
    where run = $1 and shard = $2 and epoch = $3 returning run_row)
  delete from trafficinator.batch b using kept where b.run = kept.run_row and b.batch = any ($5::bigint[])`;

const OWN = 'where run = $1 and shard = $2 and epoch = $3';
const keyOf = ({ run, shard, epoch }: ClaimKey) => [run, shard, epoch];

type Runs = Pick<
  SharedRuns,
  | 'create'
  | 'startTogether'
  | 'run'
  | 'runs'
  | 'ask'
  | 'shardsOf'
  | 'lastDays'
  | 'events'
  | 'dayEvents'
  | 'runRows'
  | 'endRuns'
>;

const RUNS = `select ${RUN_COLUMNS} from trafficinator.shared_run
  where ($1::text is null or url = $1) and ($2::bigint is null or site = $2) and ($3::text is null or command = $3)
  order by ($5 and ended is not null), id desc limit $4`;
const RUN_ROWS = `select r.* from trafficinator.shard s join trafficinator.run r on r.id = s.run_row
  where s.run = $1 order by s.shard`;

const readEvent = (row: Row) => ({
  id: integer(row, 'id'),
  shard: integer(row, 'shard'),
  body: text(row, 'body'),
});

function createRuns({ rows, once }: PostgresConnection): Runs {
  return {
    async create({ command, name, url, site, version, job, options, continued, isOneOfSeveral }) {
      const values = [
        command,
        name,
        url,
        site,
        version,
        job,
        options,
        [...continued].map((id) => id?.toString() ?? null),
        isOneOfSeveral ? [] : null,
      ];
      return (await once(CREATE, values, (row) => integer(row, 'id')))[0];
    },
    async startTogether(ids) {
      await rows(TOGETHER, [[...ids]], (row) => row);
    },
    async run(id) {
      return (
        await rows(`select ${RUN_COLUMNS} from trafficinator.shared_run where id = $1`, [id], readSharedRun)
      )[0];
    },
    runs: ({ url = null, site = null, command = null, isUnfinishedFirst = false, limit }) =>
      rows(RUNS, [url, site, command, limit, isUnfinishedFirst], readSharedRun),
    async ask(id, wish) {
      const sql = `update trafficinator.shared_run set wish = $2, wishes = wishes + 1
        where id = $1 and ended is null and wish <> 'stop' returning ${NOTIFY}`;
      return (await rows(sql, [id, wish], (row) => row)).length > 0;
    },
    shardsOf: (id) =>
      rows('select * from trafficinator.shard where run = $1 order by shard', [id], readShard),
    async lastDays(run) {
      const found = await rows(
        LAST_DAYS,
        [run],
        (row) => [integer(row, 'shard'), text(row, 'date')] as const,
      );
      return new Map(found);
    },
    events: (run, after) =>
      rows(
        'select id, shard, body from trafficinator.event where run = $1 and id > $2 order by id',
        [run, after],
        readEvent,
      ),
    dayEvents: (run) =>
      rows(
        "select id, shard, body from trafficinator.event where run = $1 and key like 'day %' order by id",
        [run],
        readEvent,
      ),
    runRows: (id) => rows(RUN_ROWS, [id], readRun),
    async endRuns() {
      await rows(END, [], (row) => row);
    },
  };
}

export function createSharedRuns(connection: PostgresConnection): SharedRuns {
  const { rows } = connection;
  const change = async (sql: string, claim: ClaimKey, value?: string | number) => {
    await rows(sql, [...keyOf(claim), ...(value === undefined ? [] : [value])], (row) => row);
  };
  return {
    ...createRuns(connection),
    ...createWorkers(connection),
    keepRunRow: (claim, runRow) =>
      change(`update trafficinator.shard set run_row = $4 ${OWN}`, claim, runRow),
    async ready(claim, startMs) {
      await change(IS_READY, claim);
      await rows(START, [claim.run, startMs], (row) => row);
    },
    async saveState(claim, state, finished = []) {
      await rows(SAVE_STATE, [...keyOf(claim), state, [...finished]], (row) => row);
    },
    async addEvent(claim, key, body) {
      const sql = `with next as (${NEXT('event')})
        insert into trafficinator.event select value, $1, $2, $4, $5 from next
        where exists (select from trafficinator.shard ${OWN}) on conflict do nothing`;
      await rows(sql, [...keyOf(claim), key, body], (row) => row);
    },
    finish: (claim, result) =>
      change(
        `update trafficinator.shard set result = $4, is_done = true, worker = null ${OWN}`,
        claim,
        result,
      ),
    async release(claim) {
      const sql = `update trafficinator.shard set worker = null ${OWN} returning ${NOTIFY}`;
      await rows(sql, keyOf(claim), (row) => row);
    },
    acknowledge: (claim) => change(`update trafficinator.former set is_gone = true ${OWN}`, claim),
    async areFormersGone({ run, shard }) {
      const [areThere] = await rows(FORMERS, [run, shard], (row) => row.are_there === true);
      return areThere === false;
    },
  };
}

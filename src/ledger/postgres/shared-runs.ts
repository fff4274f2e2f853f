/** Runs that several workers share: who has which shard, what is asked of a run, and how far each shard has come. */
import { integer, orNull, type Row, text } from '../sqlite/rows.ts';
import type { PostgresConnection } from './connection.ts';

const WISHES = ['run', 'pause', 'stop'] as const;
/** What is asked of a run that is shared. */
export type Wish = (typeof WISHES)[number];

/** Told to all who listen when something changes that they should look at. */
const CHANNEL = 'trafficinator';

export interface WorkerFacts {
  readonly hostname: string;
  readonly pid: number;
  /** Tells whether the process ids of two workers can be compared: the same machine, and the same view of its processes. */
  readonly machine: string;
  readonly version: string;
  /** Not seen for so long, it is lost, and its shards are anybody's. */
  readonly lostMs: number;
}

export interface SharedRunFacts {
  readonly command: 'run' | 'backfill';
  /** Of the target. */
  readonly name: string;
  readonly url: string;
  readonly site: number;
  /** Of the program, its plans and its plugins: workers of another one take no part. */
  readonly version: string;
  /** JSON: the job, without secrets. */
  readonly job: string;
  /** JSON. */
  readonly options: string;
  /** Of each shard the run of the ledger that it continues; null for those that start anew. */
  readonly continued: readonly (number | null)[];
}

export interface SharedRun extends Omit<SharedRunFacts, 'continued'> {
  readonly id: number;
  readonly shards: number;
  readonly createdMs: number;
  /** When a live run begins, once all of its shards are ready. */
  readonly startMs: number | null;
  readonly wish: Wish;
  /** How often the wish has changed. */
  readonly wishes: number;
  readonly endedMs: number | null;
}

/** The right to a shard, until another epoch of it begins. */
export interface Claim {
  readonly run: number;
  /** From 1. */
  readonly shard: number;
  /** Higher than that of every claim before it. */
  readonly epoch: number;
  /** The run of the ledger that holds what was sent of the shard; null when nothing has begun. */
  readonly runRow: number | null;
  /** False: another worker had the shard and did not give it back. */
  readonly isClean: boolean;
  /** JSON: what former owners of a live shard have counted; null before the first. */
  readonly before: string | null;
  /** JSON: what the owner before has last told of the shard. */
  readonly state: string | null;
}

export type ClaimKey = Pick<Claim, 'run' | 'shard' | 'epoch'>;

/** What a worker sees when it shows that it is alive. */
export interface Beat {
  /** False: it was taken for dead, and is to register anew. */
  readonly isKnown: boolean;
  readonly claims: readonly ClaimKey[];
  /** Those that have not ended. */
  readonly runs: readonly (Pick<SharedRun, 'id' | 'wish' | 'wishes' | 'startMs' | 'version' | 'shards'> & {
    /** Shards that are not done. */
    readonly open: number;
    /** Of these, those that nobody has. */
    readonly free: number;
  })[];
  /** Workers that are alive. */
  readonly workers: number;
}

export interface ShardRow {
  readonly shard: number;
  readonly epoch: number;
  readonly worker: number | null;
  readonly isDone: boolean;
  readonly state: string | null;
  readonly result: string | null;
}

export interface WorkerRow extends WorkerFacts {
  readonly id: number;
  readonly sinceMs: number;
  readonly seenMs: number;
  /** How long ago it was seen, by the clock of the database. */
  readonly ageMs: number;
  readonly isGone: boolean;
}

export interface EventRow {
  readonly id: number;
  readonly shard: number;
  readonly body: string;
}

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`;
const NEXT = (name: string) =>
  `update trafficinator.counter set value = value + 1 where name = '${name}' returning value`;
const NOW = 'clock_timestamp()';
const NOTIFY = `pg_notify('${CHANNEL}', '')`;

const RUN_COLUMNS = `id, command, name, url, site, version, job, options, shards, start_ms, wish, wishes,
  ${ms('created')} as created_ms, ${ms('ended')} as ended_ms`;

function readSharedRun(row: Row): SharedRun {
  return {
    id: integer(row, 'id'),
    command: text(row, 'command') === 'run' ? 'run' : 'backfill',
    name: text(row, 'name'),
    url: text(row, 'url'),
    site: integer(row, 'site'),
    version: text(row, 'version'),
    job: text(row, 'job'),
    options: text(row, 'options'),
    shards: integer(row, 'shards'),
    createdMs: integer(row, 'created_ms'),
    startMs: orNull(integer, row, 'start_ms'),
    wish: WISHES.find((wish) => wish === row.wish) ?? 'run',
    wishes: integer(row, 'wishes'),
    endedMs: orNull(integer, row, 'ended_ms'),
  };
}

function readClaim(row: Row): Claim {
  return {
    run: integer(row, 'run'),
    shard: integer(row, 'shard'),
    epoch: integer(row, 'epoch'),
    runRow: orNull(integer, row, 'run_row'),
    isClean: row.is_clean === true,
    before: orNull(text, row, 'before'),
    state: orNull(text, row, 'state'),
  };
}

const CREATE = `with next as (${NEXT('run')}),
  made as (insert into trafficinator.shared_run
    select value, $1, $2, $3, $4::bigint, $5, $6, $7, cardinality($8::bigint[]), ${NOW}, null, 'run', 0, null from next
    where not exists (select from trafficinator.shared_run
      where ended is null and command = $1 and url = $3 and site = $4::bigint)
    returning id),
  parts as (insert into trafficinator.shard
    select id, n, 0, null, null, r, false, true, false, null, null, null
    from made, unnest($8::bigint[]) with ordinality as p (r, n)),
  told as (select ${NOTIFY})
  select id from made, told`;

/** One statement: two workers never get one shard, and none waits for another. */
const CLAIM = `with free as materialized (
    select s.run, s.shard, s.worker, s.epoch from trafficinator.shard s
    join trafficinator.shared_run r on r.id = s.run
    where s.run = any ($2) and not s.is_done and r.ended is null and r.wish <> 'stop'
      and (s.worker is null or exists (select from trafficinator.worker w where w.id = s.worker
        and (w.is_gone or w.seen < ${NOW} - w.lost_ms * interval '1 millisecond')))
    order by s.run, s.shard limit 1 for update of s skip locked),
  next as (update trafficinator.counter set value = value + 1
    where name = 'epoch' and exists (select from free) returning value),
  left_behind as (insert into trafficinator.former
    select run, shard, epoch, worker, false from free where worker is not null)
  update trafficinator.shard s
    set worker = $1, epoch = next.value, claimed = ${NOW}, is_ready = false,
      is_clean = s.is_clean and free.worker is null
    from free, next where s.run = free.run and s.shard = free.shard
    returning s.*`;

const BEAT = `with me as (update trafficinator.worker set seen = ${NOW} where id = $1 and not is_gone returning id)
  select (select count(*) from me)::integer as known,
    (select count(*) from trafficinator.worker
      where not is_gone and seen >= ${NOW} - lost_ms * interval '1 millisecond')::integer as workers,
    (select coalesce(json_agg(json_build_object('run', run, 'shard', shard, 'epoch', epoch)), '[]')
      from trafficinator.shard where worker = $1 and not is_done)::text as claims,
    (select coalesce(json_agg(json_build_object('id', id, 'wish', wish, 'wishes', wishes, 'startMs', start_ms,
        'version', version, 'shards', shards,
        'open', (select count(*) from trafficinator.shard s where s.run = r.id and not is_done),
        'free', (select count(*) from trafficinator.shard s where s.run = r.id and not is_done and worker is null)) order by id), '[]')
      from trafficinator.shared_run r where ended is null)::text as runs`;

const IS_READY = `update trafficinator.shard set is_ready = true where run = $1 and shard = $2 and epoch = $3`;
/** A statement of its own: whoever is last sees all others. */
const START = `update trafficinator.shared_run r set start_ms = $2 where id = $1 and start_ms is null
  and not exists (select from trafficinator.shard where run = r.id and not is_ready and not is_done)
  returning ${NOTIFY}`;

const END = `update trafficinator.shared_run r set ended = ${NOW} where ended is null
  and not exists (select from trafficinator.shard s left join trafficinator.worker w on w.id = s.worker
    where s.run = r.id and not s.is_done and (r.wish <> 'stop'
      or (w.id is not null and not w.is_gone and w.seen >= ${NOW} - w.lost_ms * interval '1 millisecond')))
  returning ${NOTIFY}`;

/** A shard's claim is over for all who had it: what they have sent has arrived, or never will. */
const FORMERS = `select count(*)::integer as open from trafficinator.former f
  left join trafficinator.worker w on w.id = f.worker
  where f.run = $1 and f.shard = $2 and not f.is_gone and not coalesce(w.is_gone, false)`;

export interface SharedRuns {
  /** Undefined where one to the same site is under way. */
  create(facts: SharedRunFacts): Promise<number | undefined>;
  run(id: number): Promise<SharedRun | undefined>;
  /** Newest first. */
  runs(limit: number): Promise<SharedRun[]>;
  /** @returns false where there is no such run, or it has ended */
  ask(id: number, wish: Wish): Promise<boolean>;
  shardsOf(id: number): Promise<ShardRow[]>;
  /** In their order, those after the one with the number. */
  events(run: number, after: number): Promise<EventRow[]>;

  register(facts: WorkerFacts): Promise<number>;
  workers(): Promise<WorkerRow[]>;
  /** Those of a machine that are not known to have ended. */
  workersOn(machine: string): Promise<WorkerRow[]>;
  beat(worker: number): Promise<Beat>;
  /** The process of the worker has ended. */
  markGone(worker: number): Promise<void>;
  /** Takes a shard of one of the runs that nobody has, or that a lost worker had; undefined where there is none. */
  claim(worker: number, runs: readonly number[]): Promise<Claim | undefined>;

  // Of a claim; nothing happens where it is another's by now.
  keepRunRow(claim: ClaimKey, runRow: number): Promise<void>;
  keepBefore(claim: ClaimKey, before: string): Promise<void>;
  ready(claim: ClaimKey, startMs: number): Promise<void>;
  saveState(claim: ClaimKey, state: string): Promise<void>;
  /** Kept once a key. */
  addEvent(claim: ClaimKey, key: string, body: string): Promise<void>;
  finish(claim: ClaimKey, result: string): Promise<void>;
  /** Gives the shard back. @param isSettled all of it that was sent has been settled */
  release(claim: ClaimKey, isSettled: boolean): Promise<void>;

  /** The worker has seen that the claim is over, and nothing of it is on its way any more. */
  acknowledge(claim: ClaimKey): Promise<void>;
  /** Whether no former owner of the shard can send anything of it any more. */
  areFormersGone(claim: ClaimKey): Promise<boolean>;
  /** Ends runs of which nothing is left to be done. */
  endRuns(): Promise<void>;
  /** Calls back when something changes; the function returned stops it. */
  listen(onChange: () => void): Promise<() => Promise<void>>;
}

const OWN = 'where run = $1 and shard = $2 and epoch = $3';
const keyOf = ({ run, shard, epoch }: ClaimKey) => [run, shard, epoch];

function readBeat(row: Row): Beat {
  // Both were made by the statement itself.
  const list = <T>(column: string): T[] => JSON.parse(text(row, column));
  return {
    isKnown: integer(row, 'known') > 0,
    workers: integer(row, 'workers'),
    claims: list('claims'),
    runs: list('runs'),
  };
}

function readShard(row: Row): ShardRow {
  return {
    shard: integer(row, 'shard'),
    epoch: integer(row, 'epoch'),
    worker: orNull(integer, row, 'worker'),
    isDone: row.is_done === true,
    state: orNull(text, row, 'state'),
    result: orNull(text, row, 'result'),
  };
}

function readWorker(row: Row): WorkerRow {
  return {
    id: integer(row, 'id'),
    hostname: text(row, 'hostname'),
    pid: integer(row, 'pid'),
    machine: text(row, 'machine'),
    version: text(row, 'version'),
    lostMs: integer(row, 'lost_ms'),
    sinceMs: integer(row, 'since_ms'),
    seenMs: integer(row, 'seen_ms'),
    ageMs: integer(row, 'age_ms'),
    isGone: row.is_gone === true,
  };
}

type Runs = Pick<SharedRuns, 'create' | 'run' | 'runs' | 'ask' | 'shardsOf' | 'events' | 'endRuns'>;

function createRuns({ rows, once }: PostgresConnection): Runs {
  return {
    async create({ command, name, url, site, version, job, options, continued }) {
      const values = [
        command,
        name,
        url,
        site,
        version,
        job,
        options,
        [...continued].map((id) => id?.toString() ?? null),
      ];
      return (await once(CREATE, values, (row) => integer(row, 'id')))[0];
    },
    async run(id) {
      return (
        await rows(`select ${RUN_COLUMNS} from trafficinator.shared_run where id = $1`, [id], readSharedRun)
      )[0];
    },
    runs: (limit) =>
      rows(
        `select ${RUN_COLUMNS} from trafficinator.shared_run order by id desc limit $1`,
        [limit],
        readSharedRun,
      ),
    async ask(id, wish) {
      const sql = `update trafficinator.shared_run set wish = $2, wishes = wishes + 1
        where id = $1 and ended is null and wish <> 'stop' returning ${NOTIFY}`;
      return (await rows(sql, [id, wish], (row) => row)).length > 0;
    },
    shardsOf: (id) =>
      rows('select * from trafficinator.shard where run = $1 order by shard', [id], readShard),
    events: (run, after) =>
      rows(
        'select id, shard, body from trafficinator.event where run = $1 and id > $2 order by id',
        [run, after],
        (row) => ({ id: integer(row, 'id'), shard: integer(row, 'shard'), body: text(row, 'body') }),
      ),
    async endRuns() {
      await rows(END, [], (row) => row);
    },
  };
}

type Workers = Pick<
  SharedRuns,
  'register' | 'workers' | 'workersOn' | 'beat' | 'markGone' | 'claim' | 'listen'
>;

function createWorkers({ rows, once, open }: PostgresConnection): Workers {
  return {
    async register({ hostname, pid, machine, version, lostMs }) {
      const sql = `with next as (${NEXT('worker')})
        insert into trafficinator.worker
          select value, $1, $2::integer, $3, $4, ${NOW}, ${NOW}, $5::integer, false from next returning id`;
      const [id] = await rows(sql, [hostname, pid, machine, version, lostMs], (row) => integer(row, 'id'));
      if (id === undefined) throw new Error('expected the worker that was registered');
      return id;
    },
    workers: () =>
      rows(
        `select id, hostname, pid, machine, version, lost_ms, ${ms('since')} as since_ms, ${ms('seen')} as seen_ms, ${ms(`${NOW} - seen`)} as age_ms, is_gone
          from trafficinator.worker order by id`,
        [],
        readWorker,
      ),
    workersOn: (machine) =>
      rows(
        `select id, hostname, pid, machine, version, lost_ms, ${ms('since')} as since_ms, ${ms('seen')} as seen_ms, ${ms(`${NOW} - seen`)} as age_ms, is_gone
          from trafficinator.worker
          where machine = $1 and not is_gone order by id`,
        [machine],
        readWorker,
      ),
    async beat(worker) {
      const [beat] = await rows(BEAT, [worker], readBeat);
      if (!beat) throw new Error('expected an answer to the beat');
      return beat;
    },
    async markGone(worker) {
      await rows(
        `update trafficinator.worker set is_gone = true where id = $1 returning ${NOTIFY}`,
        [worker],
        (row) => row,
      );
    },
    // Where the answer is lost on the way, the claim is found by the next beat.
    async claim(worker, runs) {
      return (await once(CLAIM, [worker, [...runs]], readClaim))[0];
    },
    async listen(onChange) {
      const client = await open();
      client.on('notification', onChange);
      await client.query(`listen ${CHANNEL}`);
      return async () => {
        await client.end().catch(() => {});
      };
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
    keepBefore: (claim, before) =>
      change(
        `update trafficinator.shard set before = $4, state = null, is_clean = true ${OWN}`,
        claim,
        before,
      ),
    async ready(claim, startMs) {
      await change(IS_READY, claim);
      await rows(START, [claim.run, startMs], (row) => row);
    },
    saveState: (claim, state) => change(`update trafficinator.shard set state = $4 ${OWN}`, claim, state),
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
    async release(claim, isSettled) {
      const sql = `update trafficinator.shard set worker = null, is_clean = is_clean or $4 ${OWN} returning ${NOTIFY}`;
      await rows(sql, [...keyOf(claim), isSettled], (row) => row);
    },
    acknowledge: (claim) => change(`update trafficinator.former set is_gone = true ${OWN}`, claim),
    async areFormersGone({ run, shard }) {
      const [count] = await rows(FORMERS, [run, shard], (row) => integer(row, 'open'));
      return count === 0;
    },
  };
}

/** The workers of shared runs: who is alive, and who has taken which shard. */
import { integer } from '../sqlite/rows.ts';
import type { PostgresConnection } from './connection.ts';
import {
  type Beat,
  type Claim,
  type RefusalRow,
  readBeat,
  readClaim,
  readRefusal,
  readWorker,
  type WorkerFacts,
  type WorkerRow,
} from './shared-rows.ts';
import { CHANNEL, ms, NEXT, NOTIFY, NOW } from './shared-sql.ts';

const WORKER_COLUMNS = `id, hostname, pid, machine, version, lost_ms, is_gone,
  ${ms('since')} as since_ms, ${ms('seen')} as seen_ms, ${ms(`${NOW} - seen`)} as age_ms`;

/** Nobody has the shard, or a worker that is lost. */
const IS_FREE = `(s.worker is null or exists (select from trafficinator.worker w where w.id = s.worker
  and (w.is_gone or w.seen < ${NOW} - w.lost_ms * interval '1 millisecond')))`;

/**
 * One statement: two workers never get one shard, and none waits for another. Of a run that is stopped only what somebody
 * has begun is claimed: to be counted to the end.
 */
const CLAIM = `with free as materialized (
    select s.run, s.shard, s.worker, s.epoch, w.hostname, w.pid, w.is_gone, ${ms(`${NOW} - w.seen`)} as silent_ms
    from trafficinator.shard s join trafficinator.shared_run r on r.id = s.run
    left join trafficinator.worker w on w.id = s.worker
    where s.run = any ($2) and not s.is_done and r.ended is null and (r.wish <> 'stop' or s.run_row is not null)
      and ${IS_FREE}
    order by s.run, s.shard limit 1 for update of s skip locked),
  next as (update trafficinator.counter set value = value + 1
    where name = 'epoch' and exists (select from free) returning value),
  left_behind as (insert into trafficinator.former
    select run, shard, epoch, worker, false from free where worker is not null)
  update trafficinator.shard s
    set worker = $1, epoch = next.value, claimed = ${NOW}, is_ready = false
    from free, next where s.run = free.run and s.shard = free.shard
    returning s.*, free.hostname as former_hostname, free.pid as former_pid, free.is_gone as former_is_gone,
      free.silent_ms as former_silent_ms`;

const BEAT = `with me as (update trafficinator.worker set seen = ${NOW} where id = $1 and not is_gone returning id)
  select (select count(*) from me)::integer as known, ${ms(NOW)} as now_ms,
    (select count(*) from trafficinator.worker
      where not is_gone and seen >= ${NOW} - lost_ms * interval '1 millisecond')::integer as workers,
    (select coalesce(json_agg(json_build_object('run', run, 'shard', shard, 'epoch', epoch)), '[]')
      from trafficinator.shard where worker = $1 and not is_done)::text as claims,
    (select coalesce(json_agg(json_build_object('id', id, 'wish', wish, 'wishes', wishes, 'startMs', start_ms,
        'version', version, 'shards', shards,
        'open', (select count(*) from trafficinator.shard s where s.run = r.id and not is_done),
        'free', (select count(*) from trafficinator.shard s where s.run = r.id and not is_done and ${IS_FREE})) order by id), '[]')
      from trafficinator.shared_run r where ended is null)::text as runs`;

const REFUSALS = `select f.worker, w.hostname, w.pid, f.reason from trafficinator.refusal f
  join trafficinator.worker w on w.id = f.worker
  where f.run = $1 and not w.is_gone and w.seen >= ${NOW} - w.lost_ms * interval '1 millisecond'
    and not exists (select from trafficinator.shard s where s.run = f.run and s.worker = f.worker) order by f.worker`;

export interface SharedWorkers {
  register(facts: WorkerFacts): Promise<number>;
  workers(): Promise<WorkerRow[]>;
  /** Those of a machine that are not known to have ended. */
  workersOn(machine: string): Promise<WorkerRow[]>;
  beat(worker: number): Promise<Beat>;
  /** The process of the worker has ended. */
  markGone(worker: number): Promise<void>;
  /** Takes a shard of one of the runs that nobody has, or that a lost worker had; undefined where there is none. */
  claim(worker: number, runs: readonly number[]): Promise<Claim | undefined>;
  /** The worker takes no shard of the run. */
  refuse(worker: number, run: number, reason: string): Promise<void>;
  /** Of the workers that are alive, and have no shard of it. */
  refusals(run: number): Promise<RefusalRow[]>;
  /** Calls back when something changes; the function returned stops it. */
  listen(onChange: () => void): Promise<() => Promise<void>>;
}

export function createWorkers({ rows, once, open, repeat }: PostgresConnection): SharedWorkers {
  return {
    async register({ hostname, pid, machine, version, lostMs }) {
      const sql = `with next as (${NEXT('worker')})
        insert into trafficinator.worker
          select value, $1, $2::integer, $3, $4, ${NOW}, ${NOW}, $5::integer, false from next returning id`;
      const [id] = await rows(sql, [hostname, pid, machine, version, lostMs], (row) => integer(row, 'id'));
      if (id === undefined) throw new Error('expected the worker that was registered');
      return id;
    },
    workers: () => rows(`select ${WORKER_COLUMNS} from trafficinator.worker order by id`, [], readWorker),
    workersOn: (machine) =>
      rows(
        `select ${WORKER_COLUMNS} from trafficinator.worker
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
    async refuse(worker, run, reason) {
      const sql = `insert into trafficinator.refusal select id, $1::bigint, $3 from trafficinator.shared_run where id = $2
        on conflict (run, worker) do update set reason = excluded.reason`;
      await rows(sql, [worker, run, reason], (row) => row);
    },
    refusals: (run) => rows(REFUSALS, [run], readRefusal),
    async listen(onChange) {
      const client = await repeat(async () => {
        const opened = await open();
        opened.on('notification', onChange);
        await opened.query(`listen ${CHANNEL}`);
        return opened;
      });
      return async () => {
        await client.end().catch(() => {});
      };
    },
  };
}

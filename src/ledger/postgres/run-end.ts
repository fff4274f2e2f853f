/** When a shared run has ended: the statement that ends those of which nothing is left to be done. */
import { NOTIFY, NOW } from './shared-sql.ts';

/** For so many times as long as it takes to be lost, what a lost worker has left behind is waited for when a run is stopped. */
const CLOSING_TIMES = 5;
const seenWithin = (worker: string, times: number) =>
  `${worker}.seen >= ${NOW} - ${times} * ${worker}.lost_ms * interval '1 millisecond'`;
/**
 * A run that is stopped waits for shards that a worker has, and for those of a lost one that another can count to the end. What else
 * a lost worker has is its no more: when it comes back it sees that, and a run that continues this one knows of it.
 */
export const END = `with over as (update trafficinator.shared_run r set ended = ${NOW} where ended is null
  and not exists (select from trafficinator.shard s left join trafficinator.worker w on w.id = s.worker
    where s.run = r.id and not s.is_done and (r.wish <> 'stop'
      or (w.id is not null and not w.is_gone and ${seenWithin('w', 1)})
      or (w.id is not null and s.run_row is not null and ${seenWithin('w', CLOSING_TIMES)}
        and exists (select from trafficinator.worker o
          where o.version = r.version and not o.is_gone and ${seenWithin('o', 1)}))))
    returning id, ${NOTIFY}),
  left_behind as (insert into trafficinator.former
    select s.run, s.shard, s.epoch, s.worker, false from trafficinator.shard s join over on over.id = s.run
    where s.worker is not null and not s.is_done)
  update trafficinator.shard s set worker = null from over where s.run = over.id and s.worker is not null`;

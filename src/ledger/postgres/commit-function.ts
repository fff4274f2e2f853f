/** One step of a run in one statement: a function of the database, so that a commit is one way there and back. */

/** The holder has lost its lock to another. */
export const LOCK_LOST = 'TF001';
/** A batch is settled that was to begin or to be settled again. */
export const ALREADY_SETTLED = 'TF002';

/**
 * The row of the lock is updated first: whoever takes the lock over waits for a commit under way, and a commit after
 * that finds another holder. `commits` counts the commits of a holder: one that is repeated, since its answer was lost on
 * the way, does nothing.
 */
export const COMMIT_FUNCTION = `create or replace function trafficinator.commit(
  p_run bigint, p_at bigint, p_begun bigint[],
  p_settled bigint[], p_settled_outcomes text[], p_deferred bigint[], p_deferred_outcomes text[],
  p_unsent bigint[], p_admitted text,
  p_lock text, p_pid integer, p_hostname text, p_since bigint, p_epoch bigint, p_commit bigint
) returns void language plpgsql as $$
declare
  present trafficinator.lock%rowtype;
  changed bigint;
begin
  if p_lock is not null then
    select * into present from trafficinator.lock where name = p_lock for update;
    if not found or (present.pid, present.hostname, present.since_ms, present.epoch)
        is distinct from (p_pid, p_hostname, p_since, p_epoch) then
      raise exception 'the lock is held by another' using errcode = '${LOCK_LOST}';
    end if;
    if present.commits >= p_commit then return; end if;
    update trafficinator.lock set seen_ms = greatest(seen_ms, p_at), commits = p_commit where name = p_lock;
  end if;
  if cardinality(p_begun) > 0 then
    insert into trafficinator.batch as b select p_run, n, p_at, 0, null from unnest(p_begun) n
      on conflict (run, batch) do update set begun_ms = excluded.begun_ms, state = 0 where b.state <> 1;
    get diagnostics changed = row_count;
    if changed < cardinality(p_begun) then
      raise exception 'a batch of run % is already settled', p_run using errcode = '${ALREADY_SETTLED}';
    end if;
  end if;
  if cardinality(p_settled) + cardinality(p_deferred) > 0 then
    insert into trafficinator.batch as b
      select p_run, n, p_at, 1, o from unnest(p_settled, p_settled_outcomes) s (n, o)
      union all select p_run, n, p_at, 2, o from unnest(p_deferred, p_deferred_outcomes) d (n, o)
      on conflict (run, batch) do update set state = excluded.state, outcomes = excluded.outcomes where b.state <> 1;
    get diagnostics changed = row_count;
    if changed < cardinality(p_settled) + cardinality(p_deferred) then
      raise exception 'a batch of run % is already settled', p_run using errcode = '${ALREADY_SETTLED}';
    end if;
  end if;
  if cardinality(p_unsent) > 0 then
    update trafficinator.batch set state = 2
      where run = p_run and batch = any (p_unsent) and state = 0 and outcomes is not null;
    delete from trafficinator.batch where run = p_run and batch = any (p_unsent) and state = 0;
  end if;
  if p_admitted is not null then
    insert into trafficinator.admission as a
      select url, site, date, shard, count from json_to_recordset(p_admitted::json)
        as r (url text, site bigint, date text, shard text, count bigint)
      on conflict (url, site, date, shard) do update set count = a.count + excluded.count;
  end if;
end $$;`;

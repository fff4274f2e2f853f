/** The ledger in a PostgreSQL database, which several machines share. */
import type { Ledger } from '../ledger.ts';
import { createCommitStore, createLockStore } from './commits.ts';
import { openConnection, type PostgresConnection, type PostgresOptions } from './connection.ts';
import { createRunStore } from './runs.ts';
import { MIGRATIONS, migrate, refuseUnsafe } from './schema.ts';
import { refusePooler } from './session.ts';

/** Calls carried out one after another, in the order in which they are made. */
function inOrder(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work, work);
    last = done.catch(() => {});
    return done;
  };
}

/**
 * A ledger over connections that others may use too; `close` leaves them open.
 * @param requestName names what `startRun` starts: the same name, the same run
 */
export function ledgerOver(connection: PostgresConnection, requestName?: string): Ledger {
  const next = inOrder();
  const runs = createRunStore(connection, requestName);
  const commits = createCommitStore(connection, next);
  const locks = createLockStore(connection);
  return {
    startRun: (facts) => next(() => runs.startRun(facts)),
    endRun: (id, end) => next(() => runs.endRun(id, end)),
    reopenRun: (id, by) => next(() => runs.reopenRun(id, by)),
    run: (id) => next(() => runs.run(id)),
    runs: (filter) => next(() => runs.runs(filter)),
    overlapping: (window) => next(() => runs.overlapping(window)),
    prune: (beforeMs) => next(() => runs.prune(beforeMs)),
    site: (url, site) => next(() => runs.site(url, site)),
    keepSite: (url, site, kept) => next(() => runs.keepSite(url, site, kept)),
    commit: (runId, commit) => next(() => commits.commit(runId, commit)),
    batches: commits.batches,
    days: (runId) => next(() => runs.days(runId)),
    admitted: (key) => next(() => commits.admitted(key)),
    addAdmitted: (admission) => next(() => commits.addAdmitted(admission)),
    acquireLock: (name, holder, dead) => next(() => locks.acquireLock(name, holder, dead)),
    releaseLock: (name, holder) => next(() => locks.releaseLock(name, holder)),
    close: () => next(async () => {}),
  };
}

/**
 * Connects, checks that the server keeps its word, and brings its tables to the current format.
 * @param steps the formats up to the current one
 * @throws UserError, in which no password appears
 */
export async function openPostgres(
  options: PostgresOptions,
  steps: readonly string[] = MIGRATIONS,
): Promise<PostgresConnection> {
  const connection = await openConnection(options);
  try {
    await refuseUnsafe(connection);
    await refusePooler(connection);
    await migrate(connection, steps);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

export async function openPostgresLedger(
  options: PostgresOptions,
  steps?: readonly string[],
): Promise<Ledger> {
  const connection = await openPostgres(options, steps);
  const ledger = ledgerOver(connection);
  return {
    ...ledger,
    async close() {
      await ledger.close();
      await connection.close();
    },
  };
}

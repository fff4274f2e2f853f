/** Tells a connection that is a session of the server from one that a pooler lends for a transaction at a time. */
import { integer } from '../sqlite/rows.ts';
import type { PostgresConnection } from './connection.ts';
import { unsafeLedger } from './errors.ts';

const BACKEND = 'select pg_backend_pid() as pid';

/**
 * A pooler of transactions gives a waiting connection's server process to whoever asks next: while one connection waits,
 * another gets the same process, or the first one gets another. Two sessions never share one.
 */
async function areSessions(connection: PostgresConnection): Promise<boolean> {
  const [one, two] = [await connection.open(), await connection.open()];
  const pidOf = async (client: typeof one) => integer((await client.query(BACKEND)).rows[0] ?? {}, 'pid');
  try {
    const first = await pidOf(one);
    await two.query('begin');
    const second = await pidOf(two);
    const again = await pidOf(one);
    await two.query('rollback');
    return first !== second && first === again;
  } finally {
    await Promise.all([one, two].map((client) => client.end().catch(() => {})));
  }
}

export async function refusePooler(connection: PostgresConnection): Promise<void> {
  if (await connection.repeat(() => areSessions(connection))) return;
  throw unsafeLedger(
    connection.shown,
    'a pooler such as PgBouncer gives out its connections by transaction, so that no session lasts',
    'Use the address of PostgreSQL itself, or set pool_mode = session in the pooler.',
  );
}

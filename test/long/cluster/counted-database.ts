/** A PostgreSQL ledger that many workers of one process share, which counts the calls to it. */
import { parsePostgresAddress } from '../../../src/ledger/postgres/address.ts';
import type { PostgresConnection } from '../../../src/ledger/postgres/connection.ts';
import { ledgerOver, openPostgres } from '../../../src/ledger/postgres/postgres-ledger.ts';
import { createSharedRuns, type SharedRuns } from '../../../src/ledger/postgres/shared-runs.ts';
import { systemClock } from '../../../src/run/clock.ts';

/** Each has a pool of four sessions. */
const POOLS = 8;
/** The database finds out in real time who is lost, in which a simulation is slow. */
const NEVER_LOST_MS = 3_600_000;

export interface Calls {
  open: number;
  made: number;
}

function counted<T extends object>(store: T, calls: Calls): T {
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: readonly unknown[]) => {
        calls.open++;
        calls.made++;
        try {
          return await Reflect.apply(member, target, args);
        } finally {
          calls.open--;
        }
      };
    },
  });
}

/** One connection hears for all who listen. */
async function sharedListening(connection: PostgresConnection) {
  const listeners = new Set<() => void>();
  const client = await connection.open();
  const store = createSharedRuns({ ...connection, open: () => Promise.resolve(client) });
  const stop = await store.listen(() => {
    for (const listener of listeners) listener();
  });
  return {
    stop,
    /** Resolves when it has heard of all that was committed before: the server tells it first, and answers then. */
    async heard(): Promise<void> {
      await client.query('select 1');
    },
    async listen(onChange: () => void): Promise<() => Promise<void>> {
      listeners.add(onChange);
      return async () => void listeners.delete(onChange);
    },
  };
}

export async function openCountedDatabase(url: string) {
  const calls: Calls = { open: 0, made: 0 };
  const options = {
    address: parsePostgresAddress(url, {}, () => new Uint8Array()),
    clock: systemClock,
    timeoutMs: 60_000,
    statementTimeoutMs: 60_000,
  };
  const first = await openPostgres(options);
  const others = await Promise.all(Array.from({ length: POOLS - 1 }, () => openPostgres(options)));
  const connections = [first, ...others];
  const store = counted(createSharedRuns(first), calls);
  const listening = await sharedListening(first);
  const stores = connections.map((connection): SharedRuns => {
    const own = counted(createSharedRuns(connection), calls);
    return {
      ...own,
      register: (facts) => own.register({ ...facts, lostMs: NEVER_LOST_MS }),
      listen: listening.listen,
    };
  });
  return {
    calls,
    store,
    /** Of its own order of calls. */
    ledger: counted(ledgerOver(first), calls),
    heard: listening.heard,
    storeOf: (worker: number) => stores[worker % POOLS] ?? store,
    async close(): Promise<void> {
      await listening.stop();
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

export type CountedDatabase = Awaited<ReturnType<typeof openCountedDatabase>>;

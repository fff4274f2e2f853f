/** The PostgreSQL ledger of a command, and the runs in it that workers share. */
import { LEASE_MS } from '../../cluster/worker-options.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { PostgresAddress } from '../../ledger/postgres/address.ts';
import { openConnection } from '../../ledger/postgres/connection.ts';
import { ledgerOver, openPostgres } from '../../ledger/postgres/postgres-ledger.ts';
import { hasStandbysBehind } from '../../ledger/postgres/schema.ts';
import { createSharedRuns, type SharedRuns } from '../../ledger/postgres/shared-runs.ts';
import { formatDuration } from '../../report/format.ts';
import type { CliContext } from '../context.ts';
import { secondsOf } from './ledger-address.ts';

/** How long PostgreSQL may be away before a command gives up. */
const TIMEOUT_MS = 60_000;
/** How long one statement may take at least. */
const STATEMENT_MS = 2_000;
/** How long somebody who waits for an answer waits for PostgreSQL. */
const LOOK_MS = 2_000;

/** Runs that workers share, and the ledger's own, over one connection. */
interface Looks {
  readonly store: SharedRuns;
  ledger(): Ledger;
  /** Address of the ledger, for people. */
  readonly shown: string;
}

export interface Cluster extends Looks {
  readonly leaseMs: number;
  /** Of its own order, over the same connections. @param requestName as in `ledgerOver` */
  ledger(requestName?: string): Ledger;
  /** For a service: what cannot be answered soon is refused, and never done later. */
  readonly looks: Looks;
  close(): Promise<void>;
}

/** Says once that the ledger is away, and once that it is back, over all connections. */
function createOutageNotice({ log }: Pick<CliContext, 'log'>, shown: string, timeoutMs: number) {
  let away = 0;
  return () => (reason: string | undefined) => {
    away += reason === undefined ? -1 : 1;
    if (reason !== undefined && away === 1) {
      const wait = `waiting for up to ${formatDuration(timeoutMs)} (LEDGER_TIMEOUT); nothing is sent meanwhile`;
      log.warning(`the ledger ${shown} does not answer (${reason}): ${wait}`, { code: 'ledger-away' });
    }
    if (reason === undefined && away === 0)
      log.info(`the ledger ${shown} answers again`, { code: 'ledger-back' });
  };
}

function openLink(shown: string): string {
  return `the link to the ledger ${shown} is not encrypted: set PGSSLMODE=verify-full, or disable if nobody else can read that network`;
}

function standbyBehind(shown: string): string {
  return `other servers follow the ledger ${shown}, which waits for none of them (synchronous_standby_names is empty): if one takes its place, it may lack the last commits, and their hits would be sent twice`;
}

export async function openCluster(
  { host, clock, log }: Pick<CliContext, 'host' | 'clock' | 'log'>,
  address: PostgresAddress,
): Promise<Cluster> {
  const leaseMs = secondsOf(host, 'LEDGER_LEASE', LEASE_MS);
  const timeoutMs = secondsOf(host, 'LEDGER_TIMEOUT', TIMEOUT_MS);
  if (address.isOpen) log.warning(openLink(address.shown), { code: 'ledger-in-the-clear' });
  const notice = createOutageNotice({ log }, address.shown, timeoutMs);
  const options = { address, clock, timeoutMs, statementTimeoutMs: Math.max(STATEMENT_MS, 2 * leaseMs) };
  const connection = await openPostgres({ ...options, onAway: notice() });
  if (await hasStandbysBehind(connection))
    log.warning(standbyBehind(address.shown), { code: 'ledger-standby-behind' });
  // What shows that a worker is alive waits behind nothing else.
  const own = await openConnection({ ...options, onAway: notice() });
  const brief = await openConnection({ ...options, timeoutMs: LOOK_MS, statementTimeoutMs: LOOK_MS });
  const { shown } = connection;
  return {
    shown,
    leaseMs,
    store: createSharedRuns(own),
    ledger: (requestName) => ledgerOver(connection, requestName),
    looks: { shown, store: createSharedRuns(brief), ledger: () => ledgerOver(brief) },
    async close() {
      await connection.close();
      await brief.close();
      await own.close();
    },
  };
}

/** What answers of the service say of the ledger that workers share. */
import { Problem } from '../api/client.ts';

export interface LedgerOutage {
  /** In the words of the service. */
  readonly message: string;
  readonly sinceMs: number;
}

/** What an answer says of the ledger; undefined where it says nothing. */
export function outageAfter(before: LedgerOutage | undefined, error: unknown, nowMs: number) {
  if (error === undefined) return undefined;
  if (!(error instanceof Problem) || error.code !== 'ledger-unreachable') return before;
  return { message: error.message, sinceMs: before?.sinceMs ?? nowMs };
}

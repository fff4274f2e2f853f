/** Whether the ledger that workers share is there: without it nothing is sent, and runs show what was counted before. */
import { signal } from '@preact/signals';
import { call, isAway, Problem } from '../api/client.ts';
import { type LedgerOutage, outageAfter } from './ledger-outage.ts';
import { connection, hasSharedLedger } from './state.ts';

const LOOK_EVERY_MS = 5000;

/** Undefined while it is there, and where there is none. */
export const ledgerOutage = signal<LedgerOutage | undefined>(undefined);

async function look(): Promise<void> {
  let wrong: unknown;
  try {
    await call('get', '/api/v2/cluster', { query: { runs: 1 } });
  } catch (error) {
    if (!(error instanceof Problem) && !isAway(error)) throw error;
    wrong = error;
  }
  ledgerOutage.value = outageAfter(ledgerOutage.peek(), wrong, Date.now());
}

/** Asks now and then, where there is one and somebody looks. @returns ends it */
export function watchLedger(): () => void {
  let isAsking = false;
  const timer = setInterval(() => {
    if (isAsking || document.hidden || !hasSharedLedger.peek() || connection.peek() !== 'live') return;
    isAsking = true;
    void look().finally(() => {
      isAsking = false;
    });
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

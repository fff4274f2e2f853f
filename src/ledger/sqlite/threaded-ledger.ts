/** The ledger as one SQLite file that a thread of its own writes: whoever sends never waits for the disk. */
import type { Thread } from '../../thread.ts';
import type { Ledger } from '../ledger.ts';
import { MIGRATIONS } from './schema.ts';
import { type Call, createLedger } from './store.ts';
import {
  type Answer,
  type CallMessage,
  decodeError,
  LEDGER_THREAD,
  type ThreadData,
} from './thread-protocol.ts';

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

export type StartThread = (script: string, data: ThreadData) => Thread<CallMessage, Answer>;

/** As `openSqliteLedger`. */
export async function openThreadedLedger(
  startThread: StartThread,
  path: string,
  steps: readonly string[] = MIGRATIONS,
): Promise<Ledger> {
  const thread = startThread(LEDGER_THREAD, { path, steps });
  /** Answers come in the order of the calls. */
  const waiting: Waiting[] = [];
  let end: Error | undefined;

  thread.onMessage((answer) => {
    const next = waiting.shift();
    if ('error' in answer) next?.reject(decodeError(answer.error));
    // What comes is what the store has made of the call.
    else next?.resolve(answer.value as never);
  });
  thread.onGone((error) => {
    end = error ?? new Error('the thread of the ledger has ended');
    for (const { reject } of waiting.splice(0)) reject(end);
  });
  const nextAnswer = () =>
    new Promise<never>((resolve, reject) => {
      if (end) reject(end);
      else waiting.push({ resolve, reject });
    });

  const call: Call = (method, ...args) => {
    const answer = nextAnswer();
    if (!end) thread.post([method, ...args]);
    return answer;
  };

  await nextAnswer();
  return createLedger(call);
}

/** The thread that has the ledger's file: it carries out one call after the other, and answers each. */
import { parentPort, workerData } from 'node:worker_threads';
import { openStore } from './sqlite-ledger.ts';
import { callStore, type SqliteStore } from './store.ts';
import { type Answer, type CallMessage, encodeError, type ThreadData } from './thread-protocol.ts';

const port = parentPort;
if (!port) throw new Error('the thread of the ledger is no program of its own');

const answer = (given: Answer) => port.postMessage(given);

function carryOut(store: SqliteStore, [method, ...args]: CallMessage): void {
  try {
    answer({ value: callStore(store, method, args) });
  } catch (error) {
    answer({ error: encodeError(error) });
  }
  if (method === 'close') port?.close();
}

const { path, steps }: ThreadData = workerData;
openStore(path, steps).then(
  (store) => {
    port.on('message', (call: CallMessage) => carryOut(store, call));
    answer({ value: undefined });
  },
  (error: unknown) => {
    answer({ error: encodeError(error) });
    port.close();
  },
);

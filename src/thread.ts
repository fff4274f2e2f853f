/** The host's door to threads of this process: each runs a script that the build has put beside this one. */
import { getAsset, isSea } from 'node:sea';
import { sizeYoungGeneration } from './young-generation.ts';

/** What is posted is copied as `structuredClone` does, and comes in the order in which it was posted. */
export interface Thread<Sent, Received> {
  post(message: Sent): void;
  onMessage(listener: (message: Received) => void): void;
  /** Calls back once, when nothing more can come; with the error that ended the thread, if one did. */
  onGone(listener: (error: Error | undefined) => void): void;
}

/** @param script name without its ending. @param data what the thread finds as its `workerData` */
export function startThread<Sent, Received>(script: string, data: unknown): Thread<Sent, Received> {
  // Most commands start no thread, and need not load the module for it.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const options = { workerData: data, stdin: false };
  const worker = isSea()
    ? new Worker(getAsset(`${script}.cjs`, 'utf8'), { ...options, eval: true })
    : new Worker(new URL(`./${script}.js`, import.meta.url), options);
  worker.once('online', sizeYoungGeneration);
  const gone = new Promise<Error | undefined>((resolve) => {
    worker.once('error', resolve);
    worker.once('exit', () => resolve(undefined));
  });
  return {
    post: (message) => worker.postMessage(message),
    // Both sides are of one build, and speak the same language.
    onMessage: (listener) => void worker.on('message', (message) => listener(message as Received)),
    onGone: (listener) => void gone.then(listener),
  };
}

/** A process that carries out a command line for the service, and tells it all that comes of it. */
import type { Host } from '../../../host.ts';
import { JOB_WORKER, type JobCommand, type JobEvent, type Work } from './protocol.ts';

/** Of standard error, for the last words of one that crashes. */
const MOST_LAST_WORDS = 4000;

export interface JobProcess {
  readonly pid: number | undefined;
  /** Drains; a second time leaves at once. */
  stop(signal: 'SIGINT' | 'SIGTERM'): void;
  pause(isPaused: boolean): void;
  /** Ends it whatever it does. */
  kill(): void;
  /** Resolves when it is gone: how, and what it wrote past its own log. */
  readonly gone: Promise<{ readonly how: string; readonly lastWords: string }>;
}

export function startJobProcess(
  host: Pick<Host, 'startChild'>,
  work: Work,
  onEvent: (news: JobEvent) => void,
): JobProcess {
  let lastWords = '';
  const child = host.startChild<JobCommand, JobEvent>([JOB_WORKER], (text) => {
    lastWords = (lastWords + text).slice(-MOST_LAST_WORDS);
  });
  child.onMessage(onEvent);
  const gone = new Promise<{ how: string; lastWords: string }>((resolve) => {
    child.onGone((how) => resolve({ how, lastWords: lastWords.trim() }));
  });
  void child.send({ kind: 'work', work });
  return {
    pid: child.pid,
    stop: (signal) => void child.send({ kind: 'stop', signal }),
    pause: (isPaused) => void child.send({ kind: 'pause', isPaused }),
    kill: child.kill,
    gone,
  };
}

/** One job: its process is started, watched, started again when it crashes, and ended when nobody wants it any more. */
import type { Host } from '../../host.ts';
import type { Clock } from '../../types/clock.ts';
import { isEnded, type JobChange, type JobRow, type JobState, type JobStore } from '../store/job-store.ts';
import type { LogBook, LogLevel } from '../stream/log-book.ts';
import { LOG_LEVELS } from '../stream/log-book.ts';
import { createLineReader, readRecord } from './lines.ts';
import { type JobProcess, startJobProcess } from './process.ts';
import { createProgress, outcomeOf, type Progress } from './progress.ts';
import type { JobEvent, Work } from './protocol.ts';

/** A process that crashes is started again after 1, 2, 4 … seconds, so often in a row. */
const MOST_CRASHES = 5;
/** One that has worked for so long crashes for the first time. */
const STEADY_MS = 60_000;
/** A target that an earlier process still has is waited for. */
const LOCK_WAIT_MS = 120_000;
const LOCK_EVERY_MS = 500;
/** After the response timeout: what the end of a run may take besides. */
const END_GRACE_MS = 10_000;

export interface JobRules {
  readonly host: Host;
  readonly clock: Clock;
  readonly store: JobStore;
  readonly log: LogBook;
  /** What a process of the job is to do. Undefined where nothing is left to do. @throws UserError */
  readonly work: (row: JobRow, progress: Progress) => Work | undefined;
  /** Anything about the job has changed. */
  readonly onChange: (job: Job, what: 'state' | 'progress') => void;
}

export interface Job {
  readonly row: JobRow;
  readonly progress: Progress;
  readonly isPaused: boolean;
  /** @param isBack an earlier life of the service began with it */
  start(isBack: boolean): void;
  /** @throws nothing; resolves when it has ended, or after `timeoutMs` left at once */
  stop(how: StopRequest): Promise<void>;
  pause(isPaused: boolean): void;
  rename(name: string): void;
  /** Resolves when it has begun to send, or has ended without. */
  readonly begun: Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
}

export interface StopRequest {
  readonly signal: 'SIGINT' | 'SIGTERM';
  /** Then hits in flight are given up; default: the response timeout and some seconds. */
  readonly timeoutMs?: number;
  /** True: a service that comes back goes on with it. */
  readonly staysWanted?: boolean;
}

function levelOf(value: unknown): LogLevel {
  return LOG_LEVELS.find((level) => level === value) ?? 'info';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function stateAt(exitCode: number): JobState {
  if (exitCode === 0) return 'done';
  return exitCode === 130 || exitCode === 143 ? 'stopped' : 'failed';
}

export function createJob(first: JobRow, rules: JobRules): Job {
  const { host, clock, store, log, work, onChange } = rules;
  const progress = createProgress(clock.now());
  const leaving = new AbortController();
  let row = first;
  let running: JobProcess | undefined;
  let isPaused = false;
  let crashes = 0;
  let startedProcessMs = 0;
  let lastError: { message: string; code: string | undefined } | undefined;
  let exitCode: number | undefined;
  let isBackUntilMs = 0;
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });

  function change(more: JobChange): void {
    row = { ...row, ...more };
    store.change(row.id, more);
    onChange(job, 'state');
  }

  function note(level: LogLevel, message: string, more: { code?: string; hint?: string } = {}): void {
    log.add({ atMs: clock.now(), level, job: row.id, message, ...more });
  }

  const onOutput = createLineReader((line) => {
    const summary = readRecord(line);
    if (summary) progress.summary(summary);
  });
  const onLog = createLineReader((line) => {
    const record = readRecord(line);
    const level = levelOf(record?.level);
    const message = textOf(record?.message) ?? line;
    const code = textOf(record?.code);
    const hint = textOf(record?.hint);
    if (level === 'error') lastError = { message: hint ? `${message} ${hint}` : message, code };
    note(level, message, { ...(code ? { code } : {}), ...(hint ? { hint } : {}) });
  });

  function settle(): void {
    if (isEnded(row.state) || row.state === 'stopping') return;
    const state: JobState = isPaused ? 'paused' : 'running';
    if (row.state !== state) change({ state });
  }

  function onEvent(news: JobEvent): void {
    switch (news.kind) {
      case 'start':
        progress.start(news.rank, news.target, clock.now());
        if (row.startedMs === null) change({ startedMs: clock.now() });
        begin();
        settle();
        return;
      case 'state':
        isPaused = news.isPaused;
        settle();
        progress.state(news);
        onChange(job, 'progress');
        return;
      case 'output':
        onOutput(news.text);
        return;
      case 'log':
        onLog(news.text);
        return;
      case 'end':
        exitCode = news.exitCode;
    }
  }

  function finish(code: number, error: string | null): void {
    if (isEnded(row.state)) return;
    const isOver = { endedMs: clock.now(), exitCode: code, error, state: stateAt(code) };
    // A job that its service ends as it leaves is wanted still.
    change({ ...isOver, isWanted: row.isWanted && leaving.signal.aborted, outcome: outcomeOf(progress) });
    begin();
    end();
  }

  async function startLater(delayMs: number): Promise<void> {
    change({ state: 'restarting' });
    await clock.sleepUntil(clock.now() + delayMs, leaving.signal);
    if (leaving.signal.aborted || !row.isWanted) finish(143, null);
    else launch();
  }

  function onCrash(how: string, lastWords: string): void {
    const message = `Its process ended without a result (${how}).${lastWords === '' ? '' : ` Last words: ${lastWords}`}`;
    note('error', message, { code: 'process-lost' });
    progress.processGone(row.command === 'backfill', clock.now());
    crashes = clock.now() - startedProcessMs > STEADY_MS ? 1 : crashes + 1;
    if (!row.isWanted || leaving.signal.aborted) finish(143, message);
    else if (crashes > MOST_CRASHES) finish(1, message);
    else {
      change({ restarts: row.restarts + 1 });
      void startLater(1000 * 2 ** (crashes - 1));
    }
  }

  function onGone(how: string, lastWords: string): void {
    running = undefined;
    const isLocked = lastError?.code === 'target-locked' && row.isWanted && clock.now() < isBackUntilMs;
    if (exitCode === undefined) onCrash(how, lastWords);
    else if (isLocked) void startLater(LOCK_EVERY_MS);
    else finish(exitCode, exitCode === 0 ? null : (lastError?.message ?? null));
  }

  function launch(): void {
    exitCode = undefined;
    lastError = undefined;
    startedProcessMs = clock.now();
    try {
      const next = work(row, progress);
      // Written down before there is one: whoever goes on must know that it may have begun.
      if (next && row.pid === null) change({ pid: 0 });
      if (next) launchProcess(startJobProcess(host, next, onEvent));
      else finish(0, null);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      note('error', message);
      finish(2, message);
    }
  }

  function launchProcess(process: JobProcess): void {
    running = process;
    change({ pid: process.pid ?? null, state: 'starting' });
    void process.gone.then(({ how, lastWords }) => onGone(how, lastWords));
  }

  const job: Job = {
    get row() {
      return row;
    },
    progress,
    begun,
    get isPaused() {
      return isPaused;
    },
    ended,
    start(isBack) {
      if (isBack) isBackUntilMs = clock.now() + LOCK_WAIT_MS;
      launch();
    },
    async stop({ signal, timeoutMs, staysWanted = false }) {
      if (isEnded(row.state)) return;
      if (!staysWanted) change({ isWanted: false });
      leaving.abort();
      if (!running) return finish(143, null);
      if (row.state !== 'stopping') change({ state: 'stopping' });
      const process = running;
      process.stop(signal);
      const over = new AbortController();
      void ended.then(() => over.abort());
      const waitMs = timeoutMs ?? progress.responseTimeoutMs + END_GRACE_MS;
      await clock.sleepUntil(clock.now() + waitMs, over.signal);
      if (over.signal.aborted) return;
      note('warning', `It did not stop within ${waitMs / 1000} s, so its requests in flight are given up.`);
      process.kill();
      await ended;
    },
    pause: (wanted) => running?.pause(wanted),
    rename: (name) => change({ name }),
  };
  return job;
}

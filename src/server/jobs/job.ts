/** One job: its process is started, watched, started again when it crashes, and ended when nobody wants it any more. */
import type { Host } from '../../host.ts';
import type { Clock } from '../../types/clock.ts';
import { isEnded, type JobChange, type JobRow, type JobStore } from '../store/job-store.ts';
import type { PointStore } from '../store/point-store.ts';
import type { LogBook } from '../stream/log-book.ts';
import { crashMessage, stateAtEnd, stateAtWork } from './job-state.ts';
import { createJobOutput, type JobOutput } from './process/job-output.ts';
import { type JobProcess, startJobProcess } from './process/process.ts';
import type { JobEvent, Work } from './process/protocol.ts';
import {
  type CountedTarget,
  createProgress,
  outcomeOf,
  type Progress,
  type ProgressSnapshot,
} from './progress.ts';
import { createRestarts, type Restarts } from './restarts.ts';

const NEEDS_TOKEN =
  'waits for its token, which was not kept over the restart of the service: enter it to go on where it stopped';
/** After the response timeout: what the end of a run may take besides. */
const END_GRACE_MS = 10_000;

export interface JobRules {
  readonly host: Host;
  readonly clock: Clock;
  readonly store: JobStore;
  readonly points: PointStore;
  readonly log: LogBook;
  /** What a process of the job is to do. Undefined where nothing is left to do. @throws UserError */
  readonly work: (row: JobRow, progress: Progress) => Work | undefined;
  /** Anything about the job has changed. */
  readonly onChange: (job: Job, what: 'state' | 'progress') => void;
}

export interface StopRequest {
  readonly signal: 'SIGINT' | 'SIGTERM';
  /** Then hits in flight are given up; default: the response timeout and some seconds. */
  readonly timeoutMs?: number;
  /** True: a service that comes back goes on with it. */
  readonly staysWanted?: boolean;
}

/** Written by this file only. */
function isSnapshot(value: unknown): value is ProgressSnapshot {
  return typeof value === 'object' && value !== null && 'targets' in value && 'days' in value;
}

/** Something that happens once. */
function createMoment() {
  const moment = new AbortController();
  const come = new Promise<void>((resolve) =>
    moment.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  return { come, signal: moment.signal, happen: () => moment.abort() };
}

export class Job {
  readonly progress: Progress;
  private readonly rules: JobRules;
  private readonly output: JobOutput;
  private readonly firstHit = createMoment();
  private readonly end = createMoment();
  private readonly stopping = new AbortController();
  private readonly restarts: Restarts;
  private current: JobRow;
  private process: JobProcess | undefined;
  private exitCode: number | undefined;
  private isHalted = false;

  constructor(row: JobRow, rules: JobRules) {
    this.current = row;
    this.rules = rules;
    this.restarts = createRestarts(rules.clock);
    const { points } = rules;
    this.progress = createProgress(rules.clock.now(), (target, resolution, point) =>
      points.add(row.id, target, resolution, point),
    );
    this.output = createJobOutput(row.id, rules.log, rules.clock, this.progress);
  }

  get row(): JobRow {
    return this.current;
  }

  get isPaused(): boolean {
    return this.isHalted;
  }

  /** Resolves when it has begun to send, or has ended without. */
  get begun(): Promise<void> {
    return this.firstHit.come;
  }

  /** Resolves when it has ended. */
  get ended(): Promise<void> {
    return this.end.come;
  }

  start(): void {
    this.launch();
  }

  /** An earlier life of the service began with it. @param counted what its last process has sent, as far as the ledger can tell */
  goOn(counted: readonly CountedTarget[]): void {
    this.comeBack(counted);
    // It was stopped while an earlier process of it was waited for.
    if (this.stopping.signal.aborted) this.finish(143, null);
    else this.launch();
  }

  /** It goes on once somebody has given the token that it was started with: without, it would send something else. */
  waitForToken(): void {
    this.comeBack([]);
    this.output.note('warning', `${this.current.name} ${NEEDS_TOKEN}`, { code: 'needs-token' });
    this.change({ state: 'needs-token' });
  }

  /** The token is there. */
  goOnWithToken(): void {
    this.change({ state: 'starting' });
    this.launch();
  }

  /** When its present process was started, epoch ms. */
  get launchedMs(): number {
    return this.restarts.launchedMs;
  }

  /** Resolves when it has ended: by itself, or after the time that it is given. */
  async stop({ signal, timeoutMs, staysWanted = false }: StopRequest): Promise<void> {
    if (isEnded(this.current.state)) return;
    if (!staysWanted) this.change({ isWanted: false });
    this.stopping.abort();
    const { process } = this;
    if (!process) return this.finish(143, null);
    if (this.current.state !== 'stopping') this.change({ state: 'stopping' });
    process.stop(signal);
    const { clock } = this.rules;
    const waitMs = timeoutMs ?? this.progress.responseTimeoutMs + END_GRACE_MS;
    await clock.sleepUntil(clock.now() + waitMs, this.end.signal);
    if (this.end.signal.aborted) return;
    const message = `It did not stop within ${waitMs / 1000} s, so its requests in flight are given up.`;
    this.output.note('warning', message);
    process.kill();
    await this.end.come;
  }

  pause(isPaused: boolean): void {
    this.process?.pause(isPaused);
  }

  rename(name: string): void {
    this.change({ name });
  }

  private comeBack(counted: readonly CountedTarget[]): void {
    const { clock, points } = this.rules;
    const { id, command } = this.current;
    this.restarts.comesBack();
    points.completeCoarse(id);
    const saved = points.progress(id);
    if (isSnapshot(saved)) this.progress.restore(saved, command === 'backfill', clock.now(), counted);
  }

  private change(more: JobChange): void {
    this.current = { ...this.current, ...more };
    this.rules.store.change(this.current.id, more);
    this.rules.onChange(this, 'state');
  }

  private launch(): void {
    const { work, host } = this.rules;
    this.exitCode = undefined;
    this.output.restart();
    this.restarts.launched();
    try {
      const next = work(this.current, this.progress);
      // Written down before there is one: whoever goes on must know that it may have begun.
      if (next && this.current.pid === null) this.change({ pid: 0 });
      if (next) this.watch(startJobProcess(host, next, (event) => this.onEvent(event)));
      else this.finish(0, null);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.output.note('error', message);
      this.finish(2, message);
    }
  }

  private watch(process: JobProcess): void {
    this.process = process;
    this.change({ pid: process.pid ?? null, state: 'starting' });
    void process.gone.then(({ how, lastWords }) => this.onGone(how, lastWords));
  }

  private onEvent(event: JobEvent): void {
    switch (event.kind) {
      case 'start':
        this.onStart(event);
        break;
      case 'state':
        this.isHalted = event.isPaused;
        this.showAtWork();
        this.progress.state(event);
        this.rules.points.saveProgress(this.current.id, this.progress.snapshot());
        this.rules.onChange(this, 'progress');
        break;
      case 'output':
        this.output.onOutput(event.text);
        break;
      case 'log':
        this.output.onLog(event.text);
        break;
      case 'end':
        this.exitCode = event.exitCode;
    }
  }

  private onStart({ rank, target }: Extract<JobEvent, { kind: 'start' }>): void {
    const nowMs = this.rules.clock.now();
    this.progress.start(rank, target, nowMs);
    // A service that is killed in the first seconds knows what the sites have said.
    this.rules.points.saveProgress(this.current.id, this.progress.snapshot());
    this.rules.points.flush();
    this.restarts.begun();
    if (this.current.startedMs === null) this.change({ startedMs: nowMs });
    if (this.current.error !== null) this.change({ error: null });
    this.firstHit.happen();
    this.showAtWork();
  }

  private showAtWork(): void {
    const state = stateAtWork(this.current.state, this.isHalted);
    if (state !== this.current.state) this.change({ state });
  }

  private onGone(how: string, lastWords: string): void {
    this.process = undefined;
    const nowMs = this.rules.clock.now();
    const end = { exitCode: this.exitCode, how, lastWords, lastError: this.output.lastError };
    const isCrash = end.exitCode === undefined;
    if (isCrash) {
      this.output.note('error', crashMessage(end), { code: 'process-lost' });
      this.progress.processGone(this.current.command === 'backfill', nowMs);
    }
    const next = this.restarts.after(end, this.current, this.stopping.signal.aborted);
    if (next.kind === 'finish') this.finish(next.exitCode, next.error);
    else {
      if (next.kind === 'wait') this.change({ error: next.error });
      void this.restartLater(next.delayMs, isCrash);
    }
  }

  private async restartLater(delayMs: number, isCrash: boolean): Promise<void> {
    const { clock } = this.rules;
    const { restarts } = this.current;
    this.change({ state: 'restarting', ...(isCrash ? { restarts: restarts + 1 } : {}) });
    await clock.sleepUntil(clock.now() + delayMs, this.stopping.signal);
    if (this.stopping.signal.aborted || !this.current.isWanted) this.finish(143, null);
    else this.launch();
  }

  private finish(exitCode: number, error: string | null): void {
    if (isEnded(this.current.state)) return;
    this.change({
      endedMs: this.rules.clock.now(),
      exitCode,
      error,
      state: stateAtEnd(exitCode),
      // A job that its service ends as it leaves is wanted still.
      isWanted: this.current.isWanted && this.stopping.signal.aborted,
      outcome: outcomeOf(this.progress),
    });
    this.rules.points.flush();
    this.firstHit.happen();
    this.end.happen();
  }
}

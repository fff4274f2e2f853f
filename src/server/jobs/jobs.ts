/** All jobs of the service: those that are at work, those that have ended, and the way from one to the other. */
import { join } from 'node:path';
import type { Host } from '../../host.ts';
import type { Clock } from '../../types/clock.ts';
import { conflict, notFound, Refusal } from '../http/refusal.ts';
import type { Values } from '../settings/names.ts';
import { type Resolved, resolveSettings, type SettingsRequest } from '../settings/resolve.ts';
import type { LoadSession } from '../settings/session.ts';
import type { DelayedWrites } from '../store/delayed-writes.ts';
import { isEnded, type JobRow, type JobStore } from '../store/job-store.ts';
import type { Columns, PointStore } from '../store/point-store.ts';
import type { Secrets } from '../store/secrets.ts';
import type { Feed } from '../stream/feed.ts';
import type { LogBook } from '../stream/log-book.ts';
import type { JobFiles } from './attempts.ts';
import { continueJob } from './continuation.ts';
import type { Resolution } from './curve.ts';
import { Job } from './job.ts';
import { createJobTokens, type JobTokens } from './job-tokens.ts';
import { createJobWork, filesOf, type JobWork } from './job-work.ts';
import type { LedgerRuns } from './ledger-runs.ts';
import { type NewJob, newJobRow, refuseSecond, repetitionOf, withWindow } from './new-job.ts';
import { jobView } from './view.ts';

/** Jobs that are kept after their end, with their files. */
const MOST_KEPT = 500;
/** Jobs at work at a time. */
const MOST_AT_WORK = 50;

/** Tokens that a client gives for an earlier job. */
export interface GivenTokens {
  readonly tokens: Values;
  /** They outlive the service. */
  readonly areRemembered: boolean;
}

export interface JobsRules {
  readonly host: Host;
  readonly clock: Clock;
  readonly folder: string;
  readonly store: JobStore;
  /** For what the end of a job has written. */
  readonly writes: DelayedWrites;
  readonly points: PointStore;
  readonly secrets: Secrets;
  readonly feed: Feed;
  readonly log: LogBook;
  readonly load: LoadSession;
  readonly ledgerRuns: LedgerRuns;
  /** The service's own settings: its environment, and what was applied. */
  readonly base: () => ReadonlyMap<string, string>;
}

export class Jobs {
  private readonly rules: JobsRules;
  private readonly tokens: JobTokens;
  private readonly work: JobWork;
  private readonly running = new Map<number, Job>();
  private readonly endListeners: ((job: Job) => void)[] = [];
  private isEnding = false;

  constructor(rules: JobsRules) {
    this.rules = rules;
    this.tokens = createJobTokens(rules.secrets, rules.base);
    this.work = createJobWork({ ...rules, tokens: this.tokens });
  }

  /** Checks what is asked for, and starts nothing. @throws SettingsError */
  resolve(request: Omit<SettingsRequest, 'base'>): Promise<Resolved> {
    const { host, load, folder, base, clock } = this.rules;
    return resolveSettings(host, load, folder, { ...request, base: base() }, clock.now());
  }

  /** @throws SettingsError or Refusal */
  async create(request: NewJob): Promise<Job> {
    const { ledgerRuns, store, clock } = this.rules;
    const { size } = this.running;
    if (size >= MOST_AT_WORK) {
      throw new Refusal(409, `${size} jobs are running, which is the maximum`, { code: 'too-many-jobs' });
    }
    const resolved = await this.resolve({ ...request, given: withWindow(request) });
    const newestRun = request.again ? await ledgerRuns.newest() : 0;
    refuseSecond(resolved, request, this.running.values());
    this.refuseAtEnd();
    const row = store.create(newJobRow(request, resolved, { createdMs: clock.now(), newestRun }));
    this.tokens.keep(row.id, resolved.secrets, request.remembersTokens);
    const job = this.begin(row);
    job.start();
    return job;
  }

  /** Another live run with the settings and tokens of an earlier one. */
  repeat(id: number, given: GivenTokens, source: string): Promise<Job> {
    const row = this.stored(id);
    this.refuseWithoutTokens(row, given);
    const repetition = repetitionOf(row, new Map([...this.tokens.of(id), ...given.tokens]));
    const remembersTokens = given.areRemembered || this.tokens.isRemembered(id);
    return this.create({ ...repetition, remembersTokens, source });
  }

  /** Goes on with a backfill that has ended before it was done. @throws Refusal */
  resume(id: number, given: GivenTokens): Job {
    this.refuseAtEnd();
    const row = this.row(id);
    if (row.command !== 'backfill') throw conflict('not-a-backfill', 'Only a backfill can be resumed');
    const waiting = row.state === 'needs-token' ? this.running.get(id) : undefined;
    if (this.running.has(id) && !waiting) throw conflict('at-work', 'The backfill is running');
    if (row.state === 'done') throw conflict('run-done', 'The backfill is done', 'Prepare another one.');
    this.refuseWithoutTokens(row, given);
    if (given.tokens.size > 0) this.tokens.keep(id, given.tokens, given.areRemembered);
    if (waiting) {
      waiting.goOnWithToken();
      return waiting;
    }
    const change = { isWanted: true, state: 'starting', error: null, endedMs: null, exitCode: null } as const;
    this.rules.store.change(id, change);
    const job = this.begin({ ...row, ...change });
    job.goOn([]);
    return job;
  }

  /** Goes on with what an earlier life of the service was to do. */
  async goOn(): Promise<void> {
    const { store } = this.rules;
    await Promise.all(
      store.wanted().map((row) => {
        const job = this.begin({ ...row, state: 'restarting', endedMs: null, exitCode: null, error: null });
        return continueJob(row, job, { ...this.rules, missing: this.tokens.missing(row) });
      }),
    );
  }

  async stopAll(signal: 'SIGINT' | 'SIGTERM', staysWanted: boolean): Promise<void> {
    this.isEnding = true;
    await Promise.all(this.atWork.map((job) => job.stop({ signal, staysWanted })));
  }

  /** Forgets a job that has ended, with its files. */
  remove(id: number): void {
    if (this.running.has(id)) throw conflict('at-work', 'The job is running', 'Stop it first.');
    this.stored(id);
    this.discard(id);
  }

  /** Of this life of the service or an earlier one. @throws Refusal */
  view(id: number): ReturnType<typeof jobView> {
    return this.shown(this.row(id));
  }

  shown(row: JobRow): ReturnType<typeof jobView> {
    return jobView(row, this.running.get(row.id), this.tokens.missing(row));
  }

  job(id: number): Job | undefined {
    return this.running.get(id);
  }

  /** @throws Refusal */
  row(id: number): JobRow {
    return this.running.get(id)?.row ?? this.stored(id);
  }

  /** Newest first. */
  rows(limit: number): JobRow[] {
    return this.rules.store.jobs(limit).map((row) => this.running.get(row.id)?.row ?? row);
  }

  /** The one at work that began last, else the last one that has ended. */
  newest(command: JobRow['command']): JobRow | undefined {
    const isLive = ({ row }: Job) => row.command === command && !isEnded(row.state);
    return this.atWork.findLast(isLive)?.row ?? this.rules.store.newest(command);
  }

  get atWork(): readonly Job[] {
    return [...this.running.values()];
  }

  /** The curve, also of a job that has ended. @param target its rank; undefined for all together */
  points(id: number, target: number | undefined, resolution: Resolution, sinceMs: number): Columns {
    this.row(id);
    return this.rules.points.columns(id, target, resolution, sinceMs);
  }

  /** Undefined for a run that was deleted. */
  viewOfKnown(id: number): ReturnType<typeof jobView> | undefined {
    return this.rules.store.job(id) && this.view(id);
  }

  files(id: number): JobFiles {
    return filesOf(this.rules.folder, id);
  }

  /** The environment and files of a command that looks at things for the service. */
  workFor(args: readonly string[], resolved: Resolved): ReturnType<JobWork['lookUp']> {
    return this.work.lookUp(args, resolved);
  }

  /** The same for a job that has ended, with its settings and tokens. @param given tokens for this look only */
  lookAt(id: number, args: readonly string[], given: Values): ReturnType<JobWork['lookUpFor']> {
    return this.work.lookUpFor(this.stored(id), args, given);
  }

  /** Numbers of the runs in the ledger that the job has made. */
  async ledgerRuns(id: number): Promise<number[]> {
    const { outcome, startedMs } = this.stored(id);
    return startedMs === null ? [] : this.rules.ledgerRuns.ofJob(outcome, startedMs);
  }

  /** Whoever wants to know of every job that has ended. */
  onEnd(listener: (job: Job) => void): void {
    this.endListeners.push(listener);
  }

  /** The service is being stopped: what would begin now would have nobody. @throws Refusal */
  refuseAtEnd(): void {
    if (!this.isEnding) return;
    throw new Refusal(503, 'The service is being stopped', { code: 'service-stopping' });
  }

  /** It would send other traffic: without a token, Matomo takes neither countries nor old days. @throws Refusal */
  private refuseWithoutTokens(row: JobRow, { tokens }: GivenTokens): void {
    const missing = this.tokens.missing(row).filter((name) => !tokens.has(name));
    if (missing.length === 0) return;
    const message = `${row.name} was started with ${missing.join(' and ')}, which the service does not keep`;
    throw conflict('token-needed', message, 'Give it again, in `tokens`.');
  }

  private stored(id: number): JobRow {
    const row = this.rules.store.job(id);
    if (!row) throw notFound('Run');
    return row;
  }

  private begin(row: JobRow): Job {
    const { host, clock, store, points, log } = this.rules;
    const job = new Job(row, {
      host,
      clock,
      store,
      points,
      log,
      work: this.work.next,
      onChange: (changed, what) => this.onChange(changed, what),
    });
    this.running.set(row.id, job);
    return job;
  }

  private onChange(job: Job, what: 'state' | 'progress'): void {
    const { row } = job;
    const hasEnded = what === 'state' && isEnded(row.state);
    // Before it is shown: whoever looks sees which tokens are gone.
    if (hasEnded && !row.isWanted) this.rules.writes.attempt(() => this.tokens.forget(row.id));
    this.rules.feed.publish('jobs', what === 'state' ? 'job' : 'progress', this.shown(row));
    if (!hasEnded) return;
    for (const listener of this.endListeners) listener(job);
    this.running.delete(row.id);
    this.rules.writes.attempt(() => this.tidy());
  }

  private tidy(): void {
    const old = this.rules.store.jobs(MOST_KEPT + 20).slice(MOST_KEPT);
    for (const { id, state } of old) if (isEnded(state)) this.discard(id);
  }

  private discard(id: number): void {
    const { host, folder, store, points } = this.rules;
    for (const path of Object.values(this.files(id))) host.removeFile(path);
    host.removeFolder(join(folder, 'jobs', String(id)));
    points.remove(id);
    store.remove(id);
  }
}

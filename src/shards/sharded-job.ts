/** The job of one target, divided among workers: their news put together to what one process would have told. */
import { EXIT, UserError } from '../errors.ts';
import type { Job } from '../job/job.ts';
import type { JobDependencies, JobNews, JobResult } from '../job/job-run.ts';
import { sumOfInDoubt } from '../job/ledger/in-doubt.ts';
import { type Activity, createActivity } from '../job/monitor/activity.ts';
import { createRunMonitor, type RunMonitor } from '../job/monitor/monitor.ts';
import { type TargetEnd, worstExitCode } from '../job/run-jobs.ts';
import { endedByOf, exitCodeOf } from '../job/sending/exit-status.ts';
import type { Progress } from '../job/sending/sending.ts';
import type { StartBarrier } from '../job/sending/start-barrier.ts';
import { sumOf } from '../ledger/sum.ts';
import { createTotals, type Totals } from '../ledger/totals.ts';
import { NO_DIGEST, sumOfDigests } from '../plan/digest.ts';
import { STEP_MS } from '../report/series.ts';
import type { Outage } from '../run/breaker.ts';
import { isEndedByUser } from '../run/stop.ts';
import type { InFlightReport } from '../types/request-flow.ts';
import { createDays } from './days.ts';
import { withRestUnknown } from './lost-worker.ts';
import type { ShardEvent, WorkerEnd, WorkerResult, WorkerState } from './protocol.ts';
import { decodeError, decodePoint, decodeTotals } from './serialization.ts';

type Answer =
  | { readonly kind: 'confirmed'; readonly isConfirmed: boolean }
  | { readonly kind: 'begin'; readonly startMs: number };

/** What is known of the part of one worker. */
interface Part {
  totals: Totals;
  state: WorkerState | undefined;
  isDown: boolean;
  /** Visits that it asked to send; it waits for the answer. */
  asked: number | undefined;
  end:
    | { readonly result: Omit<WorkerResult, 'totals'> | undefined; readonly error: UserError | undefined }
    | undefined;
}

export interface ShardedJob {
  /** It is under way, though nobody has told anything of it yet: others may be sending. */
  begin(): void;
  hear(shard: number, news: Exclude<ShardEvent, { kind: 'defect' }>): void;
  /** The worker has ended; the error where its part of the job had not. */
  leave(shard: number, error: UserError): void;
  /** Resolves when every part has ended. */
  readonly ended: Promise<TargetEnd>;
}

export type TargetDependencies = JobNews &
  Pick<JobDependencies, 'clock' | 'stop' | 'pause' | 'thresholds' | 'confirm' | 'onRequest'>;

export interface ShardedJobOptions {
  readonly job: Job;
  readonly dependencies: TargetDependencies;
  /** One for each worker. */
  readonly starters: readonly StartBarrier[];
  readonly answer: (shard: number, answer: Answer) => void;
}

/** The gravest; one that says nothing of its own, because another worker would not start, only where there is no other. */
function errorOfAll(parts: readonly Part[]): UserError | undefined {
  const errors = parts.flatMap(({ end }) => end?.error ?? []);
  const own = errors.filter(({ code }) => code !== 'not-confirmed');
  const candidates = own.length > 0 ? own : errors;
  const gravest = worstExitCode(candidates.map(({ exitCode }) => exitCode));
  return candidates.find(({ exitCode }) => exitCode === gravest);
}

/** Of workers at the same time: one whose limit never went down counts with what it had in flight. */
function sumOfInFlight(reports: readonly InFlightReport[], most: number): InFlightReport {
  const sum = (of: (report: InFlightReport) => number) =>
    Math.min(
      most,
      reports.reduce((all, one) => all + of(one), 0),
    );
  const isReduced = reports.some(({ settledAt }) => settledAt !== null);
  return {
    ceiling: sum(({ ceiling }) => ceiling),
    most: sum(({ most }) => most),
    settledAt: isReduced ? sum(({ settledAt, most }) => settledAt ?? most) : null,
  };
}

function resultOfAll(
  parts: readonly Part[],
  mostInFlight: number,
  totals: Totals,
  error: UserError | undefined,
  { stop }: TargetDependencies,
  monitor: RunMonitor | undefined,
): JobResult | undefined {
  const results = parts.flatMap(({ end }) => end?.result ?? []);
  const hasBegun = parts.some(({ state }) => state !== undefined);
  if (!monitor || !(hasBegun || isEndedByUser(stop))) return undefined;
  const verdicts = monitor.verdicts();
  const longest = (of: (result: (typeof results)[number]) => number) => Math.max(0, ...results.map(of));
  return {
    runId: results[0]?.runId ?? 0,
    wasDone: results.length === parts.length && results.every(({ wasDone }) => wasDone),
    totals,
    digest: sumOfDigests([NO_DIGEST, ...results.map(({ digest }) => digest)]),
    durationMs: longest(({ durationMs }) => durationMs),
    pausedMs: longest(({ pausedMs }) => pausedMs),
    inDoubt: sumOfInDoubt(results.map(({ inDoubt }) => inDoubt)),
    inFlight: sumOfInFlight(
      results.map(({ inFlight }) => inFlight),
      mostInFlight,
    ),
    verdicts,
    points: monitor.points,
    endedBy: endedByOf(totals, stop, error),
    exitCode: exitCodeOf(totals, stop, verdicts, error),
    error,
  };
}

/** No worker has come to it before it was stopped. */
function neverBegun({ command }: Job): UserError {
  return new UserError(`The ${command} was stopped before anything was sent.`, {
    code: 'never-begun',
    exitCode: EXIT.usage,
    hint: 'Start it again. A run that is left to workers needs at least one: trafficinator worker.',
  });
}

/** What workers send is theirs to go on with. */
const NO_PROGRESS: Progress = { isReplaying: false, checkpoint: () => undefined };

export function createTarget({ job, dependencies, starters, answer }: ShardedJobOptions): ShardedJob {
  const { clock, stop, pause, thresholds } = dependencies;
  const totals = createTotals();
  const activity = createActivity();
  const parts = starters.map((): Part => {
    return { totals: createTotals(), state: undefined, isDown: false, asked: undefined, end: undefined };
  });
  const days = createDays(parts.length, dependencies.onDay);
  let monitor: RunMonitor | undefined;
  /** What one worker has told, and the others find out, too: requests that are too large, a target that is down. */
  const told = new Set<string>();
  const once = (what: string, tell: () => void) => {
    if (!told.has(what)) tell();
    told.add(what);
  };
  let startMs = 0;
  let finish = (_end: TargetEnd) => {};
  const ended = new Promise<TargetEnd>((resolve) => {
    finish = resolve;
  });

  function add(): void {
    Object.assign(totals, sumOf(parts.map((part) => part.totals)));
    const sum = (of: (part: Readonly<Activity>) => number) =>
      parts.reduce((total, { state }) => total + (state ? of(state.activity) : 0), 0);
    activity.requestsInFlight = sum(({ requestsInFlight }) => requestsInFlight);
    const waiting = parts.flatMap(({ state }) =>
      state?.activity.waitingSinceMs ? [state.activity.waitingSinceMs] : [],
    );
    activity.waitingSinceMs = waiting.length > 0 ? Math.min(...waiting) : 0;
    activity.admittedToday = sum(({ admittedToday }) => admittedToday);
    activity.isTargetDown = parts.some(({ isDown }) => isDown);
  }

  function start(): RunMonitor {
    startMs ||= clock.now();
    dependencies.onStart?.(totals, activity, NO_PROGRESS);
    return createRunMonitor({
      name: job.name,
      thresholds,
      clock,
      totals,
      startMs: () => startMs,
      pause,
      onAbort: () => stop.request('threshold'),
    });
  }

  /** A worker's steps begin at other instants than those of the whole: the last one may reach into a step of that. */
  function knownUntil(): number {
    const told = parts.flatMap(({ state, end }) => (end ? [] : (state?.pointsUntilMs ?? 0)));
    return Math.min(clock.now(), ...told) - STEP_MS;
  }

  function hearState(part: Part, state: WorkerState): void {
    part.state = state;
    part.totals = decodeTotals(state.totals);
    add();
    monitor ??= start();
    for (const { latencyMs, ...point } of state.points) {
      monitor.add(decodePoint({ latencyMs, ...point }));
      for (const [value, count] of latencyMs ?? []) {
        for (let i = 0; i < count; i++) dependencies.onAnswer?.(value);
      }
    }
    monitor.evaluate(knownUntil());
  }

  /** Nothing is sent before every worker may send: those that were cut off before and go on need not ask. */
  async function confirm(): Promise<void> {
    if (parts.some(({ asked, state, end }) => asked === undefined && !state && !end)) return;
    const asking = parts.filter(({ asked }) => asked !== undefined);
    const visits = asking.reduce((sum, { asked }) => sum + (asked ?? 0), 0);
    for (const part of asking) part.asked = undefined;
    if (asking.length === 0) return;
    const isRefused = parts.some(({ end }) => end?.error);
    const isConfirmed = !isRefused && (!dependencies.confirm || (await dependencies.confirm(visits)));
    for (const part of asking) answer(parts.indexOf(part), { kind: 'confirmed', isConfirmed });
  }

  function hearBreaker(part: Part, outage: Outage | undefined): void {
    const wasDown = activity.isTargetDown;
    part.isDown = outage !== undefined;
    add();
    if (activity.isTargetDown !== wasDown) dependencies.onBreaker?.(outage);
  }

  async function begin(shard: number): Promise<void> {
    startMs = (await starters[shard]?.ready()) ?? clock.now();
    answer(shard, { kind: 'begin', startMs });
  }

  function endPart(shard: number, end: NonNullable<Part['end']>): void {
    const part = parts[shard] as Part;
    part.end = end;
    part.isDown = false;
    if (part.state) {
      const { admittedToday } = part.state.activity;
      part.state = { ...part.state, activity: { ...createActivity(), admittedToday } };
    }
    starters[shard]?.withdraw();
    days.end(shard);
    add();
    void confirm();
    // What one worker cannot send, the others could not either; losses stop nobody.
    if (end.error && end.result && end.error.exitCode !== EXIT.losses) stop.request('failure');
    if (parts.some((other) => !other.end)) return;
    const error = errorOfAll(parts);
    const result = resultOfAll(parts, job.target.concurrency, totals, error, dependencies, monitor);
    if (result) finish({ job, result, error });
    else finish({ job, result: undefined, error: error ?? neverBegun(job) });
  }

  function hearEnd(shard: number, { result, error, signal }: WorkerEnd): void {
    if (signal) stop.request(signal);
    if (result) (parts[shard] as Part).totals = decodeTotals(result.totals);
    endPart(shard, { result, error: error && decodeError(error) });
  }

  return {
    ended,
    begin() {
      monitor ??= start();
    },
    hear(shard, news) {
      const part = parts[shard] as Part;
      switch (news.kind) {
        case 'confirm':
          part.asked = news.visits;
          return void confirm();
        case 'ready':
          return void begin(shard);
        case 'state':
          hearState(part, news.state);
          return void confirm();
        case 'day':
          return days.add(shard, news.date, decodeTotals(news.totals));
        case 'breaker':
          return hearBreaker(part, news.outage);
        case 'smaller-requests':
          return once(news.kind, () => dependencies.onSmallerRequests?.(...news.found));
        case 'slow-hook':
          return once(news.slow.hook, () => dependencies.onSlowHook?.(news.slow));
        case 'outage':
          return once(news.kind, () => dependencies.onOutage?.(decodeError(news.error), news.longestMs));
        case 'in-doubt':
          return dependencies.onInDoubt?.(news.count, news.waitMs);
        case 'request':
          return dependencies.onRequest?.(news.request);
        case 'end':
          return hearEnd(shard, news.end);
      }
    },
    leave(shard, error) {
      const part = parts[shard] as Part;
      if (part.end) return;
      part.totals = withRestUnknown(part.totals);
      stop.request('failure');
      endPart(shard, { result: undefined, error });
    },
  };
}

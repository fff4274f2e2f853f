/** A process that sends one shard of a run: it has its work from its parent, and tells it all that comes of it. */
import { EventEmitter, once } from 'node:events';
import type { Channel } from '../../child.ts';
import { UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { dryRunJob } from '../../job/dry-run.ts';
import type { Job } from '../../job/job.ts';
import type { JobDependencies } from '../../job/job-run.ts';
import type { Activity } from '../../job/monitor/activity.ts';
import { runJobs, type TargetEnd } from '../../job/run-jobs.ts';
import type { Progress } from '../../job/sending/sending.ts';
import type { Totals } from '../../ledger/totals.ts';
import type { Point } from '../../report/series.ts';
import { every } from '../../run/clock.ts';
import { createPause, type Pause } from '../../run/pause.ts';
import { createStop, type Stop, type StopReason } from '../../run/stop.ts';
import type { PlanTask, ShardCommand, ShardEvent, Task, WorkerEnd } from '../../shards/protocol.ts';
import { encodeCheckpoint, encodeError, encodePoint, encodeTotals } from '../../shards/serialization.ts';
import type { Clock } from '../../types/clock.ts';
import type { Runtime } from '../traffic/runtime.ts';

const TELL_EVERY_MS = 1000;

type Parent = Channel<ShardEvent, ShardCommand>;
type OrderOf<K extends ShardCommand['kind']> = Extract<ShardCommand, { kind: K }>;

/** Orders that have come, and those that somebody waits for. */
function listenTo(parent: Parent) {
  const orders = new EventEmitter();
  const gone = new AbortController();
  parent.onMessage((order) => {
    orders.emit(order.kind, order);
    if ('job' in order) orders.emit(`${order.kind} ${order.job}`, order);
  });
  parent.onGone(() => gone.abort());
  return {
    on<K extends ShardCommand['kind']>(kind: K, listener: (order: OrderOf<K>) => void): void {
      orders.on(kind, listener);
    },
    /** Resolves with the next one; undefined when the parent is gone. */
    next<K extends ShardCommand['kind']>(kind: K, job?: number): Promise<OrderOf<K> | undefined> {
      return once(orders, job === undefined ? kind : `${kind} ${job}`, { signal: gone.signal }).then(
        ([order]) => order,
        () => undefined,
      );
    },
    gone: gone.signal,
  };
}
type Orders = ReturnType<typeof listenTo>;

/** Has the parent told how the job gets on; what is returned tells it once more. */
function createLogger(parent: Parent, rank: number, clock: Clock) {
  const points: Point[] = [];
  let pointsUntilMs = 0;
  let tell = () => {};
  return {
    onPoints(more: readonly Point[]) {
      points.push(...more);
      pointsUntilMs = clock.now();
    },
    start(totals: Totals, activity: Readonly<Activity>, progress: Progress) {
      tell = () => {
        // Fewer than what is known already are not told.
        if (progress.isReplaying) return;
        const checkpoint = progress.checkpoint();
        const state = {
          ...(checkpoint ? { checkpoint: encodeCheckpoint(checkpoint) } : {}),
          totals: encodeTotals(totals),
          activity: { ...activity },
          points: points.splice(0).map(encodePoint),
          pointsUntilMs,
        };
        void parent.send({ kind: 'state', job: rank, state });
      };
      tell();
    },
    tell: () => tell(),
  };
}

function wireEnd({ result, error }: TargetEnd, signal: StopReason | undefined): WorkerEnd {
  const common = { error: error && encodeError(error), signal };
  if (!result) return { ...common, result };
  const { totals, runId, wasDone, digest, durationMs, pausedMs, inDoubt, inFlight } = result;
  return {
    ...common,
    result: { runId, wasDone, digest, durationMs, pausedMs, inDoubt, inFlight, totals: encodeTotals(totals) },
  };
}

interface Part {
  readonly job: Job;
  readonly rank: number;
  readonly task: Task;
  readonly stop: Stop;
  /** Of the worker. */
  readonly whole: Stop;
}

/** What the work on a shard is tied to. */
export type ShardRuntime = Runtime & Pick<JobDependencies, 'shared'>;

type Surroundings = ShardRuntime & { readonly pause: Pause };

async function runAll(
  { job, rank, task, stop, whole }: Part,
  parent: Parent,
  orders: Orders,
  around: Surroundings,
) {
  const { clock } = around;
  const teller = createLogger(parent, rank, clock);
  const starter = {
    async ready() {
      const answer = orders.next('begin', rank);
      void parent.send({ kind: 'ready', job: rank });
      return (await answer)?.startMs ?? clock.now();
    },
    withdraw: () => {},
  };
  const stopLogging = every(TELL_EVERY_MS, teller.tell);
  const [end] = await runJobs([job], { stop, starters: [starter] }, (_job, own) => ({
    ...around,
    options: task.options,
    startedMs: task.startedMs,
    stop: own,
    thresholds: [],
    async confirm(visits) {
      const answer = orders.next('confirmed', rank);
      void parent.send({ kind: 'confirm', job: rank, visits });
      return (await answer)?.isConfirmed === true;
    },
    onStart: teller.start,
    onPoints: teller.onPoints,
    onDay: (date, totals) => void parent.send({ kind: 'day', job: rank, date, totals: encodeTotals(totals) }),
    onSmallerRequests: (...found) => void parent.send({ kind: 'smaller-requests', job: rank, found }),
    onSlowHook: (slow) => void parent.send({ kind: 'slow-hook', job: rank, slow }),
    onOutage: (error, longestMs) =>
      void parent.send({ kind: 'outage', job: rank, error: encodeError(error), longestMs }),
    onInDoubt: (count, waitMs) => void parent.send({ kind: 'in-doubt', job: rank, count, waitMs }),
    onBreaker: (outage) => void parent.send({ kind: 'breaker', job: rank, outage }),
    ...(task.isRecorded
      ? { onRequest: (request) => void parent.send({ kind: 'request', job: rank, request }) }
      : {}),
  }));
  stopLogging();
  teller.tell();
  if (end) await parent.send({ kind: 'end', job: rank, end: wireEnd(end, whole.reason) });
}

/** What kept all jobs from starting, or a defect of the program itself. */
async function logFailure(parent: Parent, { jobs }: Pick<Task, 'jobs'>, error: unknown): Promise<void> {
  if (!(error instanceof UserError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return parent.send({ kind: 'defect', stack });
  }
  const end = { result: undefined, error: encodeError(error), signal: undefined };
  await Promise.all(jobs.map((_, job) => parent.send({ kind: 'end', job, end })));
}

/** Plans the shard's part of each job, and tells it day by day. */
async function planAll(
  parent: Parent,
  plan: PlanTask,
  withExtensions: (jobs: readonly Job[]) => Promise<readonly Job[]>,
): Promise<void> {
  try {
    for (const [rank, job] of (await withExtensions(plan.jobs)).entries()) {
      const { totals, ...planned } = dryRunJob(job, plan.nowMs, (date, day) => {
        void parent.send({ kind: 'day', job: rank, date, totals: encodeTotals(day) });
      });
      const encoded = { ...planned, totals: encodeTotals(totals) };
      await parent.send({ kind: 'planned', job: rank, planned: encoded });
    }
  } catch (error) {
    await logFailure(parent, plan, error);
  }
}

/** Resolves when all is done and told. A parent that is gone ends the run as a signal does. */
export async function workOnShard(
  parent: Parent,
  host: Pick<Host, 'onSignal' | 'onPauseSignal'>,
  clock: Clock,
  open: (isInMemory: boolean) => Promise<ShardRuntime>,
  withExtensions: (jobs: readonly Job[]) => Promise<readonly Job[]>,
): Promise<void> {
  const orders = listenTo(parent);
  const whole = createStop();
  const stops: Stop[] = [];
  const stopOf = (rank: number) => (stops[rank] ??= createStop(whole));
  const pause = createPause(clock);
  orders.on('stop', ({ job, reason }) => stopOf(job).request(reason));
  orders.on('pause', pause.toggle);
  orders.on('abandon', whole.abandon);
  orders.gone.addEventListener('abort', () => whole.request('SIGTERM'));
  // Whoever ends services by their process group signals every process of it.
  host.onSignal((signal) => whole.request(signal));
  host.onPauseSignal(() => {});
  const [plan, task] = await Promise.race([
    orders.next('plan').then((order) => [order?.plan, undefined] as const),
    orders.next('task').then((order) => [undefined, order?.task] as const),
  ]);
  if (plan) return planAll(parent, plan, withExtensions);
  if (!task) return;
  try {
    const around = await open(task.isInMemory);
    const jobs = await withExtensions(task.jobs);
    const parts = jobs.map((job, rank) => ({ job, rank, task, stop: stopOf(rank), whole }));
    await Promise.all(parts.map((part) => runAll(part, parent, orders, { ...around, pause })));
    await around.ledger.close();
  } catch (error) {
    await logFailure(parent, task, error);
  }
}

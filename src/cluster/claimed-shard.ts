/** One shard that a worker has claimed: its work, what is written of it, and how it ends. */
import type { Channel } from '../child.ts';
import type { Job } from '../job/job.ts';
import { createActivity } from '../job/monitor/activity.ts';
import type { SharedShard } from '../job/shared-shard.ts';
import type { Claim, SharedRun } from '../ledger/postgres/shared-rows.ts';
import type { SharedRuns } from '../ledger/postgres/shared-runs.ts';
import type { RenewableLease } from '../run/send-lease.ts';
import type { StopReason } from '../run/stop.ts';
import type { ShardCommand, ShardEvent, Task, WorkerEnd, WorkerState } from '../shards/protocol.ts';
import type { Clock } from '../types/clock.ts';
import { createCarriedRequests } from './carried-requests.ts';
import { createLink } from './link.ts';
import type { SharedOptions } from './shared-job.ts';
import { readState, type ShardState, type SharedEvent } from './shared-state.ts';
import type { WorkerEvents } from './worker-events.ts';

/** What one who works on a shard is given. */
export interface ShardWork {
  readonly job: Job;
  readonly claim: Claim;
  readonly shared: SharedShard;
  readonly parent: Channel<ShardEvent, ShardCommand>;
}

export interface ClaimedShardOptions {
  readonly store: SharedRuns;
  readonly claim: Claim;
  readonly run: SharedRun;
  readonly job: Job;
  readonly options: SharedOptions;
  readonly shared: Omit<SharedShard, 'lease'>;
  readonly lease: RenewableLease;
  readonly clock: Clock;
  readonly events: Partial<WorkerEvents>;
  /** Works until the shard is at its end, or told to stop. */
  readonly work: (work: ShardWork) => Promise<void>;
}

export interface ClaimedShard {
  readonly claim: Claim;
  readonly lease: RenewableLease;
  /** Resolves when all is done, given back or lost; rejects with a defect of the program, or a ledger that stays away. */
  readonly ended: Promise<void>;
  /** Resolves when a live shard has planned its beginning, or has ended. */
  readonly isReady: Promise<void>;
  begin(startMs: number): void;
  /** Pauses, or goes on. */
  togglePause(): void;
  stop(reason: StopReason): void;
  /** Stops, and gives the shard back to be gone on with. */
  leave(): void;
  /** What is in flight is not waited for. */
  abandon(): void;
  /** It is another's: nothing more leaves. */
  lose(): void;
  /** Writes how far it has come. */
  save(): Promise<void>;
}

/** The state as it is kept: points, and batches that are over, are told apart from it. */
function withoutNews({ points: _, checkpoint, ...last }: WorkerState): Omit<WorkerState, 'points'> {
  return { ...last, ...(checkpoint ? { checkpoint: { ...checkpoint, finished: [] } } : {}) };
}

function withTotalsOf(
  { result, ...end }: WorkerEnd,
  change: ReturnType<typeof createCarriedRequests>,
): WorkerEnd {
  return { ...end, result: result && { ...result, totals: change(result.totals) } };
}

/** Long enough for every worker to see it before it comes. */
const START_DELAY_MS = 1_500;
const LOSSES = 6;

export function startClaimedShard(options: ClaimedShardOptions): ClaimedShard {
  const { store, claim, run, job, lease, clock, events } = options;
  let state: WorkerState | undefined;
  let points: WorkerState['points'][number][] = [];
  /** Numbers of batches that the ledger need not keep once the state is saved, and once the next one is. */
  let finished: number[] = [];
  let removable: readonly number[] = [];
  let told = 0;
  let end: WorkerEnd | undefined;
  let defect: Error | undefined;
  let unwritten: { readonly error: unknown } | undefined;
  let isLeaving = false;
  let isLost = false;
  let beginMs: number | undefined;
  let isReadyTold = false;
  let readied = () => {};
  const isReady = new Promise<void>((resolve) => {
    readied = resolve;
  });

  const before = claim.state === null ? undefined : readState(claim.state).totals;
  const withFormer = createCarriedRequests(before, job.command);

  const tellReady = () => store.ready(claim, clock.now() + START_DELAY_MS);
  const write = (key: string, event: SharedEvent) => store.addEvent(claim, key, JSON.stringify(event));

  async function save(): Promise<void> {
    // One of the runs that it is to begin with may have been stopped meanwhile: whoever waits looks again.
    if (isReadyTold && beginMs === undefined && run.isOneOfSeveral) await tellReady();
    if (isLost || !state) return;
    const more = points;
    points = [];
    const shown: ShardState = { ...withoutNews(state), pointsUntilMs: clock.now() };
    const gone = [...finished];
    await store.saveState(claim, JSON.stringify(shown), removable);
    // What came of them may still be on its way to the ledger: by the next time it is there.
    removable = gone;
    finished = finished.slice(gone.length);
    if (more.length > 0) await write(`points ${claim.epoch} ${told++}`, { kind: 'points', points: more });
  }

  /** Of a shard that is lost: it waits for no answer. */
  function release({ kind }: ShardEvent): void {
    if (kind === 'ready') sendBegin(clock.now());
    if (kind === 'confirm') link.command({ kind: 'confirmed', job: 0, isConfirmed: false });
  }

  async function hear(event: ShardEvent): Promise<void> {
    if (isLost) return release(event);
    switch (event.kind) {
      case 'confirm':
        return link.command({ kind: 'confirmed', job: 0, isConfirmed: true });
      case 'ready':
        readied();
        beginMs ??= run.startMs ?? undefined;
        // What was said before it listened is said again.
        if (beginMs !== undefined) return sendBegin(beginMs);
        isReadyTold = true;
        return tellReady();
      case 'state':
        state = { ...event.state, totals: withFormer(event.state.totals) };
        points.push(...event.state.points);
        finished.push(...(event.state.checkpoint?.finished ?? []));
        return;
      case 'end':
        end = withTotalsOf(event.end, withFormer);
        return;
      case 'defect':
        defect = Object.assign(new Error('the work on a shard failed'), { stack: event.stack });
        return;
      case 'day':
        // Of one who leaves, a day may be cut off: whoever goes on tells it whole.
        return isLeaving ? undefined : write(`day ${event.date}`, event);
      // Nobody has a claimed shard only planned.
      case 'planned':
      case 'request':
        return;
      case 'breaker':
      case 'outage':
      case 'in-doubt':
        events.onNews?.(claim, event);
        return write(`${event.kind} ${claim.epoch} ${told++}`, event);
      default:
        return write(`${event.kind} ${claim.epoch} ${told++}`, event);
    }
  }

  const sendBegin = (startMs: number) => link.command({ kind: 'begin', job: 0, startMs });

  function begin(startMs: number): void {
    if (beginMs !== undefined) return;
    beginMs = startMs;
    sendBegin(startMs);
  }

  /** One that waits for the beginning waits no more. */
  function halt(reason: StopReason): void {
    link.command({ kind: 'stop', job: 0, reason });
    begin(run.startMs ?? clock.now());
  }

  /** What the ledger itself complains of is no end of the shard: whoever takes it next goes on. */
  const isUnfinished = () => isLeaving || end === undefined || end.error?.code.startsWith('ledger-') === true;

  async function conclude(): Promise<void> {
    lease.end();
    if (isLost) return store.acknowledge(claim);
    // Where another goes on, what was known before stays, unless there is more.
    if (end?.result && (state || !isUnfinished())) {
      state = {
        ...(state ?? { points: [], pointsUntilMs: 0 }),
        totals: end.result.totals,
        activity: createActivity(),
      };
    }
    await save();
    if (unwritten) throw unwritten.error;
    if (defect) throw defect;
    if (isUnfinished()) {
      events.onEnd?.(claim, { kind: 'given-back', error: end?.error });
      return store.release(claim);
    }
    const { error, result } = end as WorkerEnd;
    await store.finish(claim, JSON.stringify({ ...end, signal: undefined }));
    // What one shard cannot send, the others could not either; losses stop nobody.
    const stopsRun = error !== undefined && error.exitCode !== LOSSES;
    if (error) events.onEnd?.(claim, { kind: 'failed', error, stopsRun });
    else if (result) events.onEnd?.(claim, { kind: 'finished', result });
    if (stopsRun) await store.ask(run.id, 'stop');
  }

  /** Whoever works on the shard need not wait for what is written of it: where it cannot be written, the shard ends here. */
  const link = createLink((event) =>
    hear(event).catch((error: unknown) => {
      unwritten ??= { error };
      halt('failure');
    }),
  );
  const task: Task = {
    jobs: [job],
    options: options.options,
    startedMs: run.createdMs,
    isInMemory: false,
    isRecorded: false,
  };
  const ended = options
    .work({ job, claim, shared: { ...options.shared, lease }, parent: link.parent })
    .then(conclude)
    .finally(() => readied());
  link.command({ kind: 'task', task });

  return {
    claim,
    lease,
    ended,
    isReady,
    begin,
    save,
    togglePause: () => link.command({ kind: 'pause' }),
    stop: halt,
    leave() {
      isLeaving = true;
      halt('SIGTERM');
    },
    abandon: () => link.command({ kind: 'abandon' }),
    lose() {
      isLost = true;
      lease.end();
      halt('failure');
      link.command({ kind: 'abandon' });
    },
  };
}

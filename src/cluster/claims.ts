/** Which shards a worker takes, and how it begins with each. */
import { UserError } from '../errors.ts';
import type { Job } from '../job/job.ts';
import type { LiveTakeover, SharedShard } from '../job/shared-shard.ts';
import type { Beat, Claim, ClaimKey, SharedRun } from '../ledger/postgres/shared-rows.ts';
import { createSendLease } from '../run/send-lease.ts';
import { partOf } from '../shards/run-in-shards.ts';
import { decodeCheckpoint } from '../shards/serialization.ts';
import { type ClaimedShard, startClaimedShard } from './claimed-shard.ts';
import { roomFor, shareOfShard } from './fair-share.ts';
import type { SharedOptions } from './shared-job.ts';
import { readState } from './shared-state.ts';
import type { WorkerOptions } from './worker-options.ts';

interface Accepted {
  readonly run: SharedRun;
  readonly job: Job;
}

/** A shard that the worker has. */
export interface Held {
  readonly shard: ClaimedShard;
  readonly sinceMs: number;
  isPaused: boolean;
}

export const nameOf = ({ run, shard }: Pick<Claim, 'run' | 'shard'>) => `${run}/${shard}`;

export interface ClaimsOptions extends WorkerOptions {
  /** By name; those that the worker takes are added. */
  readonly held: Map<string, Held>;
  /** Aborted, it takes no more. */
  readonly leaving: AbortSignal;
  readonly lastBeat: () => Beat | undefined;
  /** By how much the worker's clock is ahead of the database's, at least. */
  readonly clockAheadMs: () => number;
  readonly fail: (error: unknown) => void;
  /** Something has changed that the worker should look at. */
  readonly wake: () => void;
}

export interface WorkerClaims {
  takeMore(worker: number, beat: Beat): Promise<void>;
  /** True: a claim of the worker that it has never begun with. @param askedMs when it was seen */
  isStray(claim: ClaimKey, askedMs: number): boolean;
}

/** Claims that fail for so many leases, while the worker can show that it is alive, will not succeed. */
const FAILING_LEASES = 4;

/** A shard's part of the job, but with all the requests in flight of the whole: how many of them it gets changes. */
function jobOfShard(job: Job, claim: Claim, shards: number): Job {
  const part = partOf(job, { index: claim.shard, count: shards });
  return { ...part, target: { ...part.target, concurrency: job.target.concurrency } };
}

function takeoverOf(run: SharedRun, claim: Claim, nowMs: number): LiveTakeover | undefined {
  if (run.command !== 'run' || run.startMs === null || claim.runRow === null) return undefined;
  const checkpoint = claim.state === null ? undefined : readState(claim.state).checkpoint;
  return {
    startMs: run.startMs,
    takenMs: nowMs,
    checkpoint: checkpoint && decodeCheckpoint(checkpoint),
  };
}

class Claims implements WorkerClaims {
  private readonly options: ClaimsOptions;
  private readonly accepted = new Map<number, Accepted | undefined>();
  /** When it last claimed a shard; infinite while the answer is on its way. */
  private claimedMs = 0;
  /** By run: since when it has shards that nobody has. */
  private readonly freeSinceMs = new Map<number, number>();
  /** Epochs of the claims that this worker has begun with. */
  private readonly begun = new Set<number>();
  private failingSinceMs: number | undefined;
  /** Runs that wait for a clock that is right. */
  private readonly refusedByClock = new Set<number>();

  constructor(options: ClaimsOptions) {
    this.options = options;
  }

  isStray(claim: ClaimKey, askedMs: number): boolean {
    return !this.begun.has(claim.epoch) && this.claimedMs < askedMs;
  }

  async takeMore(worker: number, beat: Beat): Promise<void> {
    const { isWanted, leaving } = this.options;
    for (const run of beat.runs) {
      if (!isWanted(run.id) || run.open === 0) continue;
      const isStopped = run.wish === 'stop';
      if (isStopped && run.free === 0) continue;
      const accepted = await this.acceptedRun(worker, run.id, run.startMs);
      if (!accepted || (await this.isRefusedByClock(worker, accepted))) continue;
      if (isStopped) {
        // What a lost worker has sent is counted to the end: its last state says less.
        while (!leaving.aborted && (await this.takeOne(worker, accepted, isStopped)));
        continue;
      }
      const room = roomFor(accepted.job.command, run.open, beat.workers) + this.extraRoom(accepted, run.free);
      while (this.ownOf(run.id).length < room && (await this.takeOne(worker, accepted))) {
        if (leaving.aborted) return;
      }
    }
  }

  private async isRefusedByClock(worker: number, { run: { id }, job }: Accepted): Promise<boolean> {
    const { store, clockRefusal, clockAheadMs, events } = this.options;
    const reason = job.command === 'run' ? clockRefusal?.(clockAheadMs()) : undefined;
    if (reason === undefined) return false;
    if (this.refusedByClock.has(id)) return true;
    this.refusedByClock.add(id);
    events?.onRefuse?.(id, reason);
    await store.refuse(worker, id, reason);
    return true;
  }

  private ownOf(run: number): ClaimedShard[] {
    return [...this.options.held.values()].flatMap(({ shard }) => (shard.claim.run === run ? shard : []));
  }

  /**
   * Of a live run all shards must be taken, and some workers may not take their part: they lack a token, or are about to
   * be lost. What nobody has taken for a while is taken one by one.
   */
  private extraRoom({ run, job }: Accepted, free: number): number {
    const { clock, times } = this.options;
    if (job.command !== 'run') return 0;
    if (free === 0) this.freeSinceMs.delete(run.id);
    else if (!this.freeSinceMs.has(run.id)) this.freeSinceMs.set(run.id, clock.now());
    const waitedMs = clock.now() - (this.freeSinceMs.get(run.id) ?? clock.now());
    return Math.max(0, Math.floor(waitedMs / times.leaseMs) - 1);
  }

  private async acceptedRun(
    worker: number,
    id: number,
    startMs: number | null,
  ): Promise<Accepted | undefined> {
    const known = this.accepted.get(id);
    if (known && known.run.startMs === startMs) return known;
    if (this.accepted.has(id) && known === undefined) return undefined;
    const { store, accept } = this.options;
    const run = await store.run(id);
    const job = run && (await accept(run));
    if (job && 'refused' in job) await store.refuse(worker, id, job.refused);
    const accepted = run && job && !('refused' in job) ? { run, job } : undefined;
    this.accepted.set(id, accepted);
    return accepted;
  }

  /** Where the answer to a claim is lost on the way, the next beat shows it; a reason that lasts ends the worker. */
  private async claim(worker: number, run: number): Promise<Claim | undefined> {
    const { store, clock, times } = this.options;
    this.claimedMs = Number.POSITIVE_INFINITY;
    try {
      const claim = await store.claim(worker, [run]);
      this.failingSinceMs = undefined;
      if (claim) this.begun.add(claim.epoch);
      return claim;
    } catch (error) {
      // How long PostgreSQL may be away is for the beats to say.
      if (error instanceof UserError && error.code === 'ledger-unreachable') return undefined;
      this.failingSinceMs ??= clock.now();
      if (clock.now() - this.failingSinceMs >= FAILING_LEASES * times.leaseMs) throw error;
      return undefined;
    } finally {
      this.claimedMs = clock.now();
    }
  }

  private async takeOne(
    worker: number,
    { run: known, job: whole }: Accepted,
    isStopped = false,
  ): Promise<boolean> {
    const { store, times, clock, events } = this.options;
    const askedMs = clock.now();
    const claim = await this.claim(worker, known.id);
    if (!claim) return false;
    // Somebody has begun with it: whether the run has started since may not be known here yet.
    const isStale = known.command === 'run' && known.startMs === null && claim.runRow !== null;
    const run = (isStale ? await store.run(known.id) : undefined) ?? known;
    events?.onClaim?.(run, claim);
    const lease = createSendLease(clock, times.leaseMs);
    lease.renew(askedMs);
    const shared: Omit<SharedShard, 'lease'> = {
      epoch: claim.epoch,
      runRow: claim.runRow,
      leaseMs: times.leaseMs,
      settleMs: times.settleMs,
      areFormersGone: () => store.areFormersGone(claim),
      rateFactor: () => run.shards / Math.max(1, this.atWork(claim.run)),
      share: () => this.shareOf(claim, whole.target.concurrency),
      takeover: takeoverOf(run, claim, clock.now()),
    };
    const job = jobOfShard(whole, claim, run.shards);
    const shard = this.start(run, claim, job, { ...shared, lease });
    if (isStopped) shard.stop('SIGTERM');
    // Planning takes the processor for itself: one after the other, so that the worker can show that it is alive.
    if (job.command === 'run') await shard.isReady;
    return true;
  }

  private start(
    run: SharedRun,
    claim: Claim,
    job: Job,
    { lease, ...shared }: SharedShard & Pick<ClaimedShard, 'lease'>,
  ): ClaimedShard {
    const { store, clock, work, held, fail, wake, events = {} } = this.options;
    const options: SharedOptions = JSON.parse(run.options);
    const shard = startClaimedShard({ store, claim, run, job, options, shared, lease, clock, work, events });
    held.set(nameOf(claim), { shard, sinceMs: clock.now(), isPaused: false });
    shard.ended.catch(fail).finally(() => {
      if (held.get(nameOf(claim))?.shard === shard) held.delete(nameOf(claim));
      wake();
    });
    return shard;
  }

  /** Shards of the run that somebody works on, as the last beat has shown it. */
  private atWork(id: number): number {
    const run = this.options.lastBeat()?.runs.find((one) => one.id === id);
    return Math.max(this.ownOf(id).length, run ? run.open - run.free : 0);
  }

  private shareOf(claim: Claim, concurrency: number): number {
    const { clock, times, held } = this.options;
    const own = this.ownOf(claim.run);
    const sinceMs = held.get(nameOf(claim))?.sinceMs ?? clock.now();
    // The others do not know of it yet, and have its part.
    if (clock.now() < sinceMs + times.beatMs) return 1;
    const rank = own.findIndex((shard) => shard.claim === claim);
    return shareOfShard(concurrency, own.length, rank, this.atWork(claim.run));
  }
}

export function createClaims(options: ClaimsOptions): WorkerClaims {
  return new Claims(options);
}

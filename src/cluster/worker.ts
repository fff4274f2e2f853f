/** A worker: takes shards of shared runs that nobody has, works on them, and shows once a second that it is alive. */
import type { Beat, Wish } from '../ledger/postgres/shared-rows.ts';
import type { ClaimedShard } from './claimed-shard.ts';
import { createClaims, type Held, nameOf, type WorkerClaims } from './claims.ts';
import { clockAheadMs } from './clock-error.ts';
import type { LossReason } from './worker-events.ts';
import { LOST_LEASES, type WorkerOptions } from './worker-options.ts';

export interface Worker {
  /** Resolves when it has left, and all of its shards are given back. Rejects when it cannot go on. */
  readonly done: Promise<void>;
  /** Takes no more shards, gives back those it has, and ends. */
  leave(): void;
  /** What is in flight is not waited for. */
  abandon(): void;
}

class SharedWorker {
  private readonly options: WorkerOptions;
  private readonly held = new Map<string, Held>();
  private readonly claims: WorkerClaims;
  private readonly leaving = new AbortController();
  private readonly woken: (() => void)[] = [];
  /** By run: what was last told to be asked of it. */
  private readonly wishes = new Map<number, Wish>();
  private failure: { readonly error: unknown } | undefined;
  private id = 0;
  private beat: Beat | undefined;
  private clockAheadMs = 0;

  constructor(options: WorkerOptions) {
    this.options = options;
    this.claims = createClaims({
      ...options,
      held: this.held,
      leaving: this.leaving.signal,
      lastBeat: () => this.beat,
      clockAheadMs: () => this.clockAheadMs,
      fail: this.fail,
      wake: () => this.wake(),
    });
  }

  leave(): void {
    this.leaving.abort();
    this.wake();
  }

  abandon(): void {
    for (const { shard } of this.held.values()) shard.abandon();
  }

  async run(): Promise<void> {
    const { store } = this.options;
    this.id = await this.register();
    const stopListening = await store.listen(() => this.wake());
    try {
      await Promise.all([this.repeat(() => this.show()), this.repeat(() => this.tend())]);
      if (this.failure) throw this.failure.error;
    } finally {
      for (const { shard } of this.held.values()) shard.lose();
      await Promise.allSettled([...this.held.values()].map(({ shard }) => shard.ended));
      await stopListening();
      if (!this.failure) await store.markGone(this.id);
    }
  }

  private register(): Promise<number> {
    const { store, facts, times } = this.options;
    return store.register({ ...facts, lostMs: LOST_LEASES * times.leaseMs });
  }

  private isOver(): boolean {
    return this.failure !== undefined || (this.leaving.signal.aborted && this.held.size === 0);
  }

  private async repeat(step: () => Promise<void>): Promise<void> {
    while (!this.isOver()) {
      await step().catch(this.fail);
      if (!this.isOver()) await this.pause();
    }
  }

  private wake(): void {
    for (const go of this.woken.splice(0)) go();
  }

  /** Until the next beat is due, or somebody has something to tell. */
  private async pause(): Promise<void> {
    const { clock, times } = this.options;
    const early = new AbortController();
    this.woken.push(() => early.abort());
    await clock.sleepUntil(clock.now() + times.beatMs, early.signal);
  }

  /** Shows that it is alive, and does what is asked of its runs: nothing else may keep it from that. */
  private async show(): Promise<void> {
    const { store, clock } = this.options;
    const askedMs = clock.now();
    const beat = await store.beat(this.id);
    this.clockAheadMs = clockAheadMs(beat.nowMs, askedMs, clock.now());
    if (!beat.isKnown) {
      for (const { shard } of this.held.values()) this.lose(shard, 'taken-for-dead');
      this.id = await this.register();
      return;
    }
    this.compare(beat, askedMs);
    this.obey(beat);
    this.beat = beat;
  }

  /** Writes how far its shards have come, takes more, and ends what is over. */
  private async tend(): Promise<void> {
    await Promise.all([...this.held.values()].map(({ shard }) => shard.save()));
    await this.markDead();
    if (this.beat && !this.leaving.signal.aborted) await this.claims.takeMore(this.id, this.beat);
    await this.options.store.endRuns();
  }

  /** Renews what is still its own, and stops what has been taken over. */
  private compare(beat: Beat, askedMs: number): void {
    const own = new Map(beat.claims.map((claim) => [nameOf(claim), claim.epoch]));
    for (const [name, { shard, sinceMs }] of this.held) {
      if (own.get(name) === shard.claim.epoch) shard.lease.renew(askedMs);
      // An answer from before the claim knows nothing of it.
      else if (askedMs > sinceMs) this.lose(shard, 'replaced');
    }
    for (const claim of beat.claims) {
      // The answer to the claim was lost on the way: nothing of it was begun.
      if (this.claims.isStray(claim, askedMs)) void this.options.store.release(claim).catch(this.fail);
    }
  }

  private lose(shard: ClaimedShard, reason: LossReason): void {
    const name = nameOf(shard.claim);
    if (this.held.get(name)?.shard !== shard) return;
    this.held.delete(name);
    shard.lose();
    this.options.events?.onLost?.(shard.claim, reason);
  }

  /** Carries out what is asked of the runs. */
  private obey(beat: Beat): void {
    const runs = new Map(beat.runs.map((run) => [run.id, run]));
    this.tellWishes(beat);
    for (const held of this.held.values()) {
      const { shard } = held;
      const run = runs.get(shard.claim.run);
      if (this.leaving.signal.aborted) shard.leave();
      if (!run) continue;
      if (run.startMs !== null) shard.begin(run.startMs);
      if (run.wish === 'stop') shard.stop('SIGTERM');
      else if ((run.wish === 'pause') !== held.isPaused) {
        held.isPaused = !held.isPaused;
        shard.togglePause();
      }
    }
  }

  /** Says what else is asked of its runs than before. */
  private tellWishes({ runs }: Beat): void {
    for (const { id, wish } of runs) {
      const shards = [...this.held.values()].flatMap(({ shard: { claim } }) =>
        claim.run === id ? claim.shard : [],
      );
      if (shards.length === 0 || wish === (this.wishes.get(id) ?? 'run')) continue;
      this.wishes.set(id, wish);
      this.options.events?.onWish?.(id, wish, shards);
    }
  }

  /** Processes of this machine that have ended can send nothing any more. */
  private async markDead(): Promise<void> {
    const { store, facts, isRunning } = this.options;
    for (const { id, pid } of await store.workersOn(facts.machine)) {
      if (id === this.id) continue;
      // One process has one worker: another one with its id was its former life.
      if (pid === facts.pid || !isRunning(pid)) await store.markGone(id);
    }
  }

  private readonly fail = (error: unknown): void => {
    this.failure ??= { error };
    this.wake();
  };
}

export function startWorker(options: WorkerOptions): Worker {
  const worker = new SharedWorker(options);
  return { done: worker.run(), leave: () => worker.leave(), abandon: () => worker.abandon() };
}

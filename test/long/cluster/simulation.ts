/**
 * Many workers in one process: their real code and the real statements on a real PostgreSQL, with a clock that moves only
 * when nobody waits for the database, and without sending anything.
 */
import type { ShardWork } from '../../../src/cluster/claimed-shard.ts';
import { writeJob } from '../../../src/cluster/shared-job.ts';
import { startWorker, type Worker } from '../../../src/cluster/worker.ts';
import { timesOf } from '../../../src/cluster/worker-options.ts';
import type { LiveJob } from '../../../src/job/job.ts';
import { sumOfInDoubt } from '../../../src/job/ledger/in-doubt.ts';
import { createTotals } from '../../../src/ledger/totals.ts';
import { createPlan } from '../../../src/plan/plan.ts';
import { isInShard } from '../../../src/plan/timeline.ts';
import { createGate } from '../../../src/run/gate.ts';
import type { WorkerEnd } from '../../../src/shards/protocol.ts';
import { encodeTotals } from '../../../src/shards/serialization.ts';
import type { Shard } from '../../../src/types/shard.ts';
import { settlePromises, VirtualClock } from '../../doubles/virtual-clock.ts';
import type { CountedDatabase } from './counted-database.ts';

const LONGEST_MS = 600_000;

export interface SimulatedClaim {
  readonly worker: number;
  readonly shard: number;
  readonly epoch: number;
}

/** When the shard's run begins, and which of its shards it is. */
function untilBegun(parent: ShardWork['parent']): Promise<{ startMs: number; shard: Shard }> {
  return new Promise((resolve) => {
    let shard: Shard = { index: 1, count: 1 };
    parent.onMessage((command) => {
      if (command.kind === 'task') {
        shard = command.task.jobs[0]?.shard ?? shard;
        void parent.send({ kind: 'ready', job: 0 });
      } else if (command.kind === 'begin') resolve({ startMs: command.startMs, shard });
    });
  });
}

function emptyEnd(): WorkerEnd {
  const result = {
    ...{ runId: 0, wasDone: false, digest: '', durationMs: 0, pausedMs: 0 },
    totals: encodeTotals(createTotals()),
    inDoubt: sumOfInDoubt([]),
    inFlight: { ceiling: 1, most: 0, settledAt: null },
  };
  return { result, error: undefined, signal: undefined };
}

export class Simulation {
  readonly clock = new VirtualClock();
  readonly claims: SimulatedClaim[] = [];
  /** Indices of the visits that were let in, of all shards. */
  readonly admitted: number[] = [];
  /** When the run began and its first hit was due, in the clock's time. */
  startMs = Number.POSITIVE_INFINITY;
  firstHitMs = Number.POSITIVE_INFINITY;

  readonly #database: CountedDatabase;
  readonly #job: LiveJob;
  readonly #workers: Worker[] = [];
  readonly #date: string;
  readonly #starts: Float64Array;
  readonly #lanes: readonly number[];

  constructor(database: CountedDatabase, job: LiveJob) {
    this.#database = database;
    this.#job = job;
    // The day of the run, planned once for all.
    const plan = createPlan(job.traffic);
    const day = plan.calendar.dayAt(this.clock.now());
    this.#date = day.date;
    this.#starts = plan.startsOf(day);
    this.#lanes = Array.from(this.#starts, (_, index) => plan.laneOf(day, index));
  }

  async startWorkers(count: number): Promise<void> {
    for (let i = 0; i < count; i++) this.#workers.push(this.#start(i));
    const { calls, store } = this.#database;
    await this.#until(async () => calls.open === 0 && (await store.workers()).length === count);
  }

  /** Creates the run and resolves when it has ended. */
  async carryOut(shards: number): Promise<void> {
    const { name, target, traffic } = this.#job;
    const { store } = this.#database;
    const id = await store.create({
      ...{ command: 'run', name, url: target.url, site: traffic.siteId, version: 'simulated' },
      ...{ job: writeJob(this.#job), options: '{}', continued: new Array<null>(shards).fill(null) },
    });
    if (id === undefined) throw new Error('the run was not created');
    await this.#until(async () => (await store.run(id))?.endedMs !== null);
  }

  /** What the ledger says of the day, over all shards. */
  async admittedInLedger(): Promise<number> {
    const { target, traffic } = this.#job;
    const whole = { url: target.url, site: traffic.siteId, date: this.#date, shard: '1/1' };
    return this.#database.ledger.admitted(whole);
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.leave();
    let isOver = false;
    const all = Promise.allSettled(this.#workers.map(({ done }) => done)).then(() => {
      isOver = true;
    });
    await this.#until(() => Promise.resolve(isOver));
    await all;
  }

  #start(i: number): Worker {
    return startWorker({
      store: this.#database.storeOf(i),
      facts: { pid: i + 1, hostname: `worker-${i}`, machine: `machine-${i}`, version: 'simulated' },
      times: timesOf(5_000),
      clock: this.clock,
      isRunning: () => true,
      isWanted: () => true,
      accept: () => Promise.resolve(this.#job),
      work: (work) => this.#work(work),
      events: {
        onClaim: (_, { shard, epoch }) => void this.claims.push({ worker: i, shard, epoch }),
      },
    });
  }

  /** As a shard is worked on, but for its requests. */
  async #work({ parent }: ShardWork): Promise<void> {
    const { startMs, shard } = await untilBegun(parent);
    this.startMs = Math.min(this.startMs, startMs);
    const { target, traffic } = this.#job;
    const { ledger } = this.#database;
    const { index, count } = shard;
    const place = {
      url: target.url,
      site: traffic.siteId,
      date: this.#date,
      shard: `${index}/${count}`,
    };
    const before = await ledger.admitted(place);
    const gate = createGate({ ...this.#job, shard, admittedBefore: () => Promise.resolve(before) });
    await gate.readiness(this.#date);
    let letIn = 0;
    for (const [i, dueMs] of this.#starts.entries()) {
      if (dueMs < startMs || !isInShard(this.#lanes[i] ?? 0, shard)) continue;
      if (gate.admit({ key: { target: '', day: this.#date, index: i } }) !== 'admit') break;
      this.firstHitMs = Math.min(this.firstHitMs, dueMs);
      this.admitted.push(i);
      letIn++;
    }
    await ledger.addAdmitted({ ...place, count: letIn });
    await parent.send({ kind: 'end', job: 0, end: emptyEnd() });
  }

  /** Moves the clock on whenever nobody waits for the database, until it holds. */
  async #until(holds: () => Promise<boolean>): Promise<void> {
    const { calls } = this.#database;
    const lastMs = performance.now() + LONGEST_MS;
    while (!(await holds())) {
      if (performance.now() > lastMs) throw new Error(`not after ${LONGEST_MS / 1000} s`);
      // Twice: what is heard of may have changed something.
      for (let i = 0; i < 2; i++) {
        await this.#database.heard();
        await settlePromises();
      }
      if (calls.open > 0 || (await holds())) continue;
      const nextMs = this.clock.nextWakeMs;
      if (Number.isFinite(nextMs)) await this.clock.advance(nextMs - this.clock.now());
    }
  }
}

/** One run or backfill from plan to tally, with its ledger: what the command line starts and waits for. */
import { EXIT, UserError } from '../errors.ts';
import { LOCK_RENEWAL_MS } from '../ledger/holder.ts';
import type { Holder, Ledger, RunFacts, RunOutcome, RunRow } from '../ledger/ledger.ts';
import { countsOf, createTally, type Totals } from '../ledger/tally.ts';
import { createHitWriter } from '../matomo/hits.ts';
import { probeTarget } from '../matomo/probe.ts';
import { createReportingApi } from '../matomo/reporting.ts';
import { createTransport, type RecordedRequest } from '../matomo/transport.ts';
import { createOffsetTable } from '../plan/calendar.ts';
import { TrafficDigest } from '../plan/digest.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import { createRandomSource } from '../plan/random.ts';
import type { HitsOfVisit } from '../plan/timeline.ts';
import { withBreaker } from '../run/breaker.ts';
import { every } from '../run/clock.ts';
import { runEngine } from '../run/engine.ts';
import type { Stop } from '../run/stop.ts';
import type { Clock, LocalDate, Transport } from '../types.ts';
import { batchesOf, countVisits, courseOfBackfill, courseOfLiveRun, digestOfSettings } from './course.ts';
import { type DoubtCounts, type DoubtPolicy, settleDoubts } from './doubt.ts';
import { createJournal, type Journal } from './journal.ts';
import { type BackfillWishes, openBackfill, refuseSecond } from './lifecycle.ts';
import type { Job } from './shape.ts';

const DAY_MS = 86_400_000;
const BREAKER_THRESHOLD = 8;
const PROBE_EVERY_MS = 5_000;
const FLUSH_EVERY_MS = 1_000;

export interface JobEffects {
  readonly clock: Clock;
  readonly stop: Stop;
  readonly ledger: Ledger;
  /** Who this process is. */
  readonly self: { readonly pid: number; readonly hostname: string };
  readonly isAlive: (holder: Holder) => boolean;
  readonly wishes: BackfillWishes & { readonly inDoubt: DoubtPolicy };
  /** Asked before the first hit of a new backfill; false means that nothing is to be sent. */
  readonly confirm?: (visits: number) => Promise<boolean>;
  /** Gets each local day once, in order, when it is over. */
  readonly onDay: (date: LocalDate, totals: Totals) => void;
  /** Gets the counts once the run starts; they change as it goes on. */
  readonly onStart?: (totals: Totals) => void;
  readonly onBreaker?: (isOpen: boolean) => void;
  readonly onRequest?: (request: RecordedRequest) => void;
}

export interface JobResult {
  readonly runId: number;
  /** True: an earlier process has sent it all, and nothing was sent now. */
  readonly wasDone: boolean;
  readonly totals: Totals;
  /** Digest of the traffic that was planned. */
  readonly digest: string;
  readonly durationMs: number;
  readonly exitCode: number;
  /** How requests were settled that an earlier process had left in flight. */
  readonly doubts: DoubtCounts;
  /** Why the run ended before its time. */
  readonly error: UserError | undefined;
}

function factsOf(job: Job, plan: Plan, { clock, self }: JobEffects): RunFacts {
  const { traffic, target, shard } = job;
  const isBackfill = job.command === 'backfill';
  return {
    command: job.command,
    url: target.url,
    site: traffic.siteId,
    timezone: traffic.timezone,
    from: isBackfill ? job.from : null,
    to: isBackfill ? job.to : null,
    seed: traffic.seed,
    digest: digestOfSettings(job),
    shard: `${shard.index}/${shard.count}`,
    batchSize: isBackfill ? job.batchSize : 1,
    plannedVisits: isBackfill ? countVisits(job, plan) : null,
    startedMs: clock.now(),
    ...self,
  };
}

/** Everything that may keep the job from starting, in the order in which it costs least to find out. */
async function openRun(job: Job, plan: Plan, facts: RunFacts, effects: JobEffects) {
  const { ledger, wishes, confirm } = effects;
  const opening =
    job.command === 'backfill'
      ? openBackfill(ledger, facts, { from: job.from, to: job.to }, wishes)
      : ({ kind: 'new' } as const);
  if (opening.kind === 'done') return { run: opening.run, wasDone: true };
  if (opening.kind === 'new' && confirm && !(await confirm(facts.plannedVisits ?? 0))) {
    throw new UserError('The backfill was not confirmed: nothing was sent.', {
      code: 'not-confirmed',
      exitCode: EXIT.usage,
      hint: '--yes starts it without a question.',
    });
  }
  const oldestMs = job.command === 'backfill' ? plan.calendar.dayOf(job.from).startMs : facts.startedMs;
  await probeTarget({
    ...job.target,
    siteId: job.traffic.siteId,
    hasPlaces: job.traffic.hasPlaces,
    oldestSeconds: oldestMs < facts.startedMs - DAY_MS ? Math.floor(oldestMs / 1000) : undefined,
  });
  const run =
    opening.kind === 'resume'
      ? ledger.reopenRun(opening.run.id, { resumedMs: facts.startedMs, ...effects.self })
      : ledger.startRun(facts);
  return { run, wasDone: false };
}

function exitCodeOf(totals: Totals, stop: Stop, error: UserError | undefined): number {
  if (error) return error.exitCode;
  if (stop.reason === 'SIGINT') return 130;
  if (stop.reason === 'SIGTERM') return 143;
  const { rejected, failed, unknown } = totals.hits;
  if (rejected + failed + unknown > 0) return EXIT.losses;
  return (totals.reasons.late ?? 0) > 0 ? EXIT.threshold : EXIT.done;
}

function outcomeOf(totals: Totals, stop: Stop, error: UserError | undefined): RunOutcome {
  if (stop.reason === 'stalled') return 'stalled';
  if (error || totals.hits.failed > 0) return 'failed';
  return stop.reason === undefined || stop.reason === 'time' ? 'done' : 'stopped';
}

function stalledError(timeoutMs: number, totals: Totals): UserError {
  const reason = Object.keys(totals.reasons).find((name) => name !== 'stopped' && name !== 'target-down');
  const why = reason === undefined ? '' : ` (${reason})`;
  return new UserError(`No hit was accepted for ${timeoutMs / 1000} s${why}: the backfill stops.`, {
    code: 'target-stalled',
    exitCode: EXIT.target,
    hint: 'Look at the target, then continue with --resume; STALL_TIMEOUT sets how long is waited.',
  });
}

/** Ends the run when nothing has been accepted for too long. */
async function watchForStall(timeoutMs: number, totals: Totals, clock: Clock, stop: Stop, over: AbortSignal) {
  let accepted = -1;
  while (!over.aborted && !stop.draining.aborted) {
    if (totals.hits.accepted === accepted) return stop.request('stalled');
    accepted = totals.hits.accepted;
    await clock.sleepUntil(clock.now() + timeoutMs, over);
  }
}

/** Jitter shapes no traffic; a stream of its own keeps chance in one place. */
function retryJitter(): () => number {
  const stream = createRandomSource('retry').stream(1, 0, 0);
  return () => stream.next();
}

function transportOf(job: Job, { clock, onBreaker, onRequest }: JobEffects): Transport {
  const { target } = job;
  const transport = createTransport({
    ...target,
    connections: target.concurrency,
    isBulk: job.command === 'backfill' && job.batchSize > 1,
    clock,
    jitter: retryJitter(),
    ...(onRequest ? { onRequest } : {}),
  });
  const stallMs = job.command === 'backfill' ? job.stallTimeoutMs : Number.POSITIVE_INFINITY;
  return withBreaker(transport, {
    threshold: BREAKER_THRESHOLD,
    probeEveryMs: Math.min(PROBE_EVERY_MS, stallMs / 4),
    clock,
    ...(onBreaker ? { onChange: onBreaker } : {}),
  });
}

/** Writes what has come back since the last batch left; a ledger that cannot be written ends the run. */
function flushOrStop(journal: Journal, stop: Stop, fail: (error: UserError) => void): void {
  try {
    journal.flush();
  } catch (error) {
    if (error instanceof UserError) fail(error);
    stop.request('failure');
  }
}

interface Sending {
  readonly job: Job;
  readonly plan: Plan;
  readonly hitsOf: HitsOfVisit;
  readonly run: RunRow;
  readonly journal: Journal;
}

/** Sends what is left of the run. */
async function sendAll({ job, plan, hitsOf, run, journal }: Sending, effects: JobEffects) {
  const { clock, stop, ledger } = effects;
  const digest = new TrafficDigest();
  let fatal: UserError | undefined;
  const tally = createTally((_target, date, totals) => {
    ledger.saveDay(run.id, date, countsOf(totals));
    effects.onDay(date, totals);
  });
  effects.onStart?.(tally.total);
  const admittedBefore = (date: LocalDate) =>
    ledger.admitted({ url: run.url, site: run.site, date, shard: run.shard });
  const course =
    job.command === 'backfill'
      ? courseOfBackfill(job, plan, hitsOf, run.startedMs)
      : courseOfLiveRun(job, plan, hitsOf, clock.now(), admittedBefore);
  const transport = transportOf(job, effects);
  const over = new AbortController();
  const stopFlushing = every(FLUSH_EVERY_MS, () => flushOrStop(journal, stop, (error) => (fatal ??= error)));
  if (job.command === 'backfill') {
    void watchForStall(job.stallTimeoutMs, tally.total, clock, stop, over.signal);
  } else if (job.durationMs !== undefined) {
    void clock.sleepUntil(clock.now() + job.durationMs, over.signal).then(() => {
      if (!over.signal.aborted) stop.request('time');
    });
  }
  try {
    await runEngine({
      ...course,
      transport,
      clock,
      stop,
      concurrency: job.target.concurrency,
      recorder: {
        settle: tally.settle,
        known: journal.known,
        begin: journal.begin,
        plan: (visit) => {
          digest.add(visit.hits);
          tally.plan(visit);
        },
        ...(job.command === 'run' ? { admitted: journal.admit } : {}),
        sent: (batch, delivery, times) => {
          if (delivery.fatal instanceof UserError) fatal ??= delivery.fatal;
          tally.sent(batch, delivery, times);
          journal.sent(batch, delivery);
        },
      },
    });
    journal.flush();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    fatal ??= error;
  } finally {
    over.abort();
    stopFlushing();
    await transport.close();
  }
  if (stop.reason === 'stalled' && job.command === 'backfill') {
    fatal ??= stalledError(job.stallTimeoutMs, tally.total);
  }
  tally.close();
  return { totals: tally.total, digest: digest.value, fatal };
}

async function carryOut(
  job: Job,
  plan: Plan,
  facts: RunFacts,
  lockName: string,
  holder: Holder,
  effects: JobEffects,
) {
  const { clock, stop, ledger, wishes } = effects;
  const { run, wasDone } = await openRun(job, plan, facts, effects);
  const isCapped = job.command === 'run' && job.dailyCap > 0;
  const journal = createJournal({ ledger, run, clock, lock: { name: lockName, holder }, isCapped });
  const hitsOf = createHitWriter(job.traffic, createOffsetTable());
  const noDoubts: DoubtCounts = { recorded: 0, resent: 0, unknown: 0 };
  const doubts =
    job.command === 'run' || wasDone
      ? noDoubts
      : await settleDoubts(batchesOf(job, plan, hitsOf, run.startedMs), {
          journal,
          policy: wishes.inDoubt,
          clock,
          signal: stop.draining,
          siteId: job.traffic.siteId,
          settleMs: job.target.responseTimeoutMs,
          api: () => createReportingApi(job.target),
        });
  const { totals, digest, fatal } = await sendAll({ job, plan, hitsOf, run, journal }, effects);
  if (!wasDone && !fatal?.code.startsWith('ledger-')) {
    const outcome = outcomeOf(totals, stop, fatal);
    ledger.endRun(run.id, { endedMs: clock.now(), outcome, trafficDigest: digest });
  }
  return {
    runId: run.id,
    wasDone,
    totals,
    digest,
    doubts,
    durationMs: clock.now() - facts.startedMs,
    exitCode: exitCodeOf(totals, stop, fatal),
    error: fatal,
  };
}

/** Sends the traffic of the job. @throws UserError when it must not or cannot be sent at all */
export async function runJob(job: Job, effects: JobEffects): Promise<JobResult> {
  const { clock, ledger, self, isAlive } = effects;
  const plan = createPlan(job.traffic);
  const facts = factsOf(job, plan, effects);
  const lockName = `${job.command} ${facts.url} ${facts.site} ${facts.shard}`;
  const holder: Holder = { ...self, command: job.command, sinceMs: clock.now(), seenMs: clock.now() };
  const other = ledger.acquireLock(lockName, holder, isAlive);
  if (other) refuseSecond(other, facts.url, facts.site);
  const stopRenewal = every(LOCK_RENEWAL_MS, () => {
    ledger.acquireLock(lockName, { ...holder, seenMs: clock.now() }, isAlive);
  });
  try {
    return await carryOut(job, plan, facts, lockName, holder, effects);
  } finally {
    stopRenewal();
    ledger.releaseLock(lockName, holder);
  }
}

/** One run or backfill from plan to tally, with its ledger: what the command line starts and waits for. */
import { EXIT, UserError } from '../errors.ts';
import { LOCK_RENEWAL_MS, takeLock } from '../ledger/holder.ts';
import type { Holder, RunFacts, RunRow } from '../ledger/ledger.ts';
import type { Totals } from '../ledger/totals.ts';
import { probeTarget } from '../matomo/delivery/probe.ts';
import { createReportingApi } from '../matomo/reporting/reporting.ts';
import { createVisitorLog } from '../matomo/reporting/visitor-log.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import type { Point } from '../report/series.ts';
import type { EndedBy } from '../report/summary.ts';
import type { Verdict } from '../report/verdict.ts';
import { every } from '../run/clock.ts';
import type { InFlightReport } from '../types/request-flow.ts';
import { createEncoder, lookedThrough } from './encoder.ts';
import { endedByOf, exitCodeOf, outcomeOf } from './exit-status.ts';
import type { Job } from './job.ts';
import { type InDoubtCounts, type InDoubtPolicy, resolveInDoubt, sumOfInDoubt } from './ledger/in-doubt.ts';
import { openJournal } from './ledger/journal.ts';
import {
  type BackfillOptions,
  isSentBefore,
  type Opening,
  openBackfill,
  refuseSecond,
} from './ledger/lifecycle.ts';
import { readSettledDays } from './ledger/settled-days.ts';
import { whileDown } from './outage.ts';
import { batchesOf, countVisits, digestOfSettings } from './schedule.ts';
import { sendAll } from './send.ts';
import type { SendDependencies, Sending } from './sending.ts';

const DAY_MS = 86_400_000;
const NONE_IN_DOUBT = sumOfInDoubt([]);

export interface JobDependencies extends SendDependencies {
  /** Who this process is. */
  readonly self: { readonly pid: number; readonly hostname: string };
  readonly isAlive: (holder: Holder) => boolean;
  /** When the whole began that the job is a part of, in epoch ms; else that is now. */
  readonly startedMs?: number;
  readonly options: BackfillOptions & { readonly inDoubt: InDoubtPolicy };
  /** Asked before the first hit of a new backfill; false means that nothing is to be sent. */
  readonly confirm?: (visits: number) => Promise<boolean>;
  /** Gets the number of requests in doubt where the server is to be waited for before they can be settled. */
  readonly onInDoubt?: (count: number, waitMs: number) => void;
  /** The target is down at the start, and is waited for so long at most. */
  readonly onOutage?: (error: UserError, longestMs: number) => void;
}

export interface JobResult {
  readonly runId: number;
  /** True: an earlier process has sent it all, and nothing was sent now. */
  readonly wasDone: boolean;
  readonly totals: Totals;
  /** Digest of the traffic that was planned. */
  readonly digest: string;
  /** With the time that the run was paused. */
  readonly durationMs: number;
  readonly pausedMs: number;
  readonly verdicts: readonly Verdict[];
  readonly points: readonly Point[];
  /** Why the run ended before all was sent that it had planned; undefined when it did not. */
  readonly endedBy: EndedBy | undefined;
  readonly exitCode: number;
  /** How requests were settled whose answer did not come, here or to an earlier process, or did not tell. */
  readonly inDoubt: InDoubtCounts;
  /** How many requests at a time the target took. */
  readonly inFlight: InFlightReport;
  /** Why the run ended before its time, or what it left behind. */
  readonly error: UserError | undefined;
}

/** What the ledger is to keep of the job when it starts. */
export function factsOf(
  job: Job,
  plan: Plan,
  { clock, self, startedMs }: Pick<JobDependencies, 'clock' | 'self' | 'startedMs'>,
): RunFacts {
  const { traffic, target, shard, record } = job;
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
    settings: record?.settings ?? {},
    contents: record?.contents ?? {},
    commandLine: record?.commandLine ?? null,
    startedMs: startedMs ?? clock.now(),
    ...self,
  };
}

interface OpenedRun {
  readonly run: RunRow;
  readonly wasDone: boolean;
  /** No earlier process of the run has sent anything since. */
  readonly quietSinceMs: number;
}

/** Whether the job begins or goes on; of a shard that workers share, whoever created the run has found out. */
async function openingOf(job: Job, facts: RunFacts, dependencies: JobDependencies): Promise<Opening> {
  const { ledger, options, shared } = dependencies;
  if (shared) {
    const run = shared.runRow === null ? undefined : await ledger.run(shared.runRow);
    if (!run) return { kind: 'new' };
    return { kind: run.outcome === 'done' ? 'done' : 'resume', run };
  }
  if (job.command === 'run') return { kind: 'new' };
  const window = { from: job.from, to: job.to };
  const rules = { ...options, isRemainder: job.isRemainder };
  return openBackfill(ledger, facts, window, rules, job.record?.shapingNames);
}

/** Everything that may keep the job from starting, in the order in which it costs least to find out. */
async function openRun(
  job: Job,
  facts: RunFacts,
  probe: () => Promise<void>,
  dependencies: JobDependencies,
): Promise<OpenedRun> {
  const { ledger, confirm, clock, self } = dependencies;
  const opening = await openingOf(job, facts, dependencies);
  if (opening.kind === 'done') return { run: opening.run, wasDone: true, quietSinceMs: 0 };
  if (opening.kind === 'new' && confirm && !(await confirm(facts.plannedVisits ?? 0))) {
    throw new UserError('Not confirmed: nothing was sent.', {
      code: 'not-confirmed',
      exitCode: EXIT.usage,
      hint: 'To start without confirmation, add --yes.',
    });
  }
  await probeAtStart(job, probe, dependencies);
  if (opening.kind === 'new') return { run: await ledger.startRun(facts), wasDone: false, quietSinceMs: 0 };
  const run = await ledger.reopenRun(opening.run.id, { resumedMs: facts.startedMs, ...self });
  // A killed process may have sent until a moment ago, however long before it had begun with the request.
  return { run, wasDone: false, quietSinceMs: opening.run.endedMs ?? clock.now() };
}

/** A backfill waits for a target that is down, as it would in the middle; a live run has its times. */
async function probeAtStart(
  job: Job,
  probe: () => Promise<void>,
  { clock, stop, ledger, onOutage }: JobDependencies,
): Promise<void> {
  if (job.command === 'run') return probe();
  return whileDown(probe, {
    clock,
    signal: stop.draining,
    stallTimeoutMs: job.stallTimeoutMs,
    isKnown: (await ledger.runs({ url: job.target.url, site: job.traffic.siteId, limit: 1 })).length > 0,
    onWait: (error, longestMs) => onOutage?.(error, longestMs),
  });
}

/** Asks the target whether it would take the oldest hit of the job. */
function createProbe(job: Job, plan: Plan, startedMs: number): () => Promise<void> {
  const oldestMs = job.command === 'backfill' ? plan.calendar.dayOf(job.from).startMs : startedMs;
  return () =>
    probeTarget({
      ...job.target,
      siteId: job.traffic.siteId,
      hasPlaces: job.traffic.hasPlaces,
      oldestSeconds: oldestMs < startedMs - DAY_MS ? Math.floor(oldestMs / 1000) : undefined,
    });
}

async function settleEarlier(
  { job, plan, encoder, run, journal, settledDays, isSentBefore }: Sending,
  quietSinceMs: number,
  { clock, stop, options, onInDoubt, shared }: JobDependencies,
): Promise<InDoubtCounts> {
  if (job.command === 'run') return NONE_IN_DOUBT;
  // Whoever takes a shard over cannot ask a person what to do: what cannot be found out stays unknown.
  const cannotAsk = shared && options.inDoubt === 'ask' && (isSentBefore || job.target.token === undefined);
  const batches = batchesOf(job, plan, encoder, run.startedMs, settledDays.byDate);
  return resolveInDoubt(lookedThrough(batches, encoder), {
    journal,
    policy: cannotAsk ? 'skip' : options.inDoubt,
    clock,
    signal: stop.draining,
    settledMs: quietSinceMs + job.target.responseTimeoutMs + (shared?.fenceMs ?? 0),
    isSentBefore,
    openLog: () => createVisitorLog(createReportingApi(job.target), job.traffic.siteId),
    ...(onInDoubt ? { onWait: onInDoubt } : {}),
    ...(shared ? { mayResend: shared.areFormersGone } : {}),
  });
}

async function carryOut(
  job: Job,
  plan: Plan,
  facts: RunFacts,
  lock: { readonly name: string; readonly holder: Holder },
  dependencies: JobDependencies,
): Promise<JobResult> {
  const { clock, stop, ledger } = dependencies;
  const probe = createProbe(job, plan, facts.startedMs);
  const { run, wasDone, quietSinceMs } = await openRun(job, facts, probe, dependencies);
  const isCapped = job.command === 'run' && job.dailyCap > 0;
  const settledDays = await readSettledDays(ledger, run);
  const journal = await openJournal({
    ledger,
    run,
    clock,
    lock,
    isCapped,
    settledDays: settledDays.all.map(({ extent }) => extent),
  });
  const encoder = createEncoder(job);
  const sending: Sending = {
    job,
    plan,
    encoder,
    run,
    journal,
    settledDays,
    probe,
    isSentBefore: await isSentBefore(ledger, run),
  };
  const earlier = wasDone ? NONE_IN_DOUBT : await settleEarlier(sending, quietSinceMs, dependencies);
  const sent = await sendAll(sending, dependencies);
  const { totals, digest, verdicts, points, inFlight } = sent;
  const end = {
    endedMs: clock.now(),
    outcome: outcomeOf(job, totals, stop, sent.error),
    trafficDigest: digest,
  };
  // A run that another process has taken over is that one's to end.
  const isOurs = !wasDone && sent.error?.code !== 'ledger-lock-lost';
  const unwritten = isOurs ? await errorOf(ledger.endRun(run.id, end)) : undefined;
  const error = sent.error ?? unwritten;
  return {
    runId: run.id,
    wasDone,
    totals,
    digest,
    inDoubt: sumOfInDoubt([earlier, sent.inDoubt]),
    inFlight,
    durationMs: clock.now() - facts.startedMs,
    pausedMs: dependencies.pause.pausedMs,
    verdicts,
    points,
    endedBy: endedByOf(totals, stop, error),
    exitCode: exitCodeOf(totals, stop, verdicts, error),
    error,
  };
}

/** What the ledger complains of; undefined when the work was done. */
async function errorOf(work: Promise<unknown>): Promise<UserError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** Sends the traffic of the job. @throws UserError when it must not or cannot be sent at all */
export async function runJob(job: Job, dependencies: JobDependencies): Promise<JobResult> {
  const { clock, ledger, self, isAlive } = dependencies;
  const plan = createPlan(job.traffic, job.extensions);
  const facts = factsOf(job, plan, dependencies);
  const name = `${job.command} ${facts.url} ${facts.site} ${facts.shard}`;
  const [sinceMs, epoch] = [clock.wallNow(), dependencies.shared?.epoch];
  const holder: Holder = {
    ...self,
    command: job.command,
    sinceMs,
    seenMs: sinceMs,
    ...(epoch === undefined ? {} : { epoch }),
  };
  const other = await takeLock(ledger, name, holder, isAlive);
  if (other) refuseSecond(other, facts.url, facts.site);
  // A renewal that fails is told by the next commit, which needs the lock.
  const stopRenewal = every(LOCK_RENEWAL_MS, () => {
    void errorOf(ledger.acquireLock(name, { ...holder, seenMs: clock.wallNow() }));
  });
  try {
    return await carryOut(job, plan, facts, { name, holder }, dependencies);
  } finally {
    stopRenewal();
    // A lock that cannot be given back is taken over once this process is gone.
    await errorOf(ledger.releaseLock(name, holder));
  }
}

/** One run or backfill from plan to tally, with its ledger: what the command line starts and waits for. */
import { UserError } from '../errors.ts';
import { LOCK_RENEWAL_MS, takeLock } from '../ledger/holder.ts';
import type { Holder, RunFacts } from '../ledger/ledger.ts';
import { createReportingApi } from '../matomo/reporting/reporting.ts';
import { createVisitorLog } from '../matomo/reporting/visitor-log.ts';
import { createHitNumbers } from '../plan/hit-numbers.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import { every } from '../run/clock.ts';
import { createEncoder, lookedThrough } from './encoder.ts';
import type { Job } from './job.ts';
import type { JobDependencies, JobResult } from './job-run.ts';
import { type InDoubtCounts, resolveInDoubt, sumOfInDoubt } from './ledger/in-doubt.ts';
import { openJournal } from './ledger/journal.ts';
import { isSentBefore, refuseSecond } from './ledger/lifecycle.ts';
import { daysOfCheckpoint, readSettledDays } from './ledger/settled-days.ts';
import { createProbe, openRun } from './open-run.ts';
import { factsOf } from './run-facts.ts';
import { batchesOf } from './schedule.ts';
import { endedByOf, exitCodeOf, outcomeOf } from './sending/exit-status.ts';
import { whileDown } from './sending/outage.ts';
import { sendAll } from './sending/send.ts';
import type { Sending } from './sending/sending.ts';

const NONE_IN_DOUBT = sumOfInDoubt([]);

type Begun = Omit<Sending, 'unresolved'>;

async function settleEarlier(
  { job, plan, encoder, run, journal, settledDays, isSentBefore }: Begun,
  quietSinceMs: number,
  { clock, stop, options, onInDoubt, shared }: JobDependencies,
): Promise<InDoubtCounts> {
  if (job.command === 'run') return NONE_IN_DOUBT;
  // Whoever takes a shard over cannot ask a person what to do: what cannot be found out stays unknown.
  const cannotAsk = shared && options.inDoubt === 'ask' && (isSentBefore || job.target.token === undefined);
  const batches = batchesOf(job, plan, encoder, run.startedMs, settledDays.byDate);
  // Nobody is there to continue later: a server that is down is waited for.
  const patiently = <T>(ask: () => Promise<T>) =>
    whileDown(ask, {
      clock,
      signal: stop.draining,
      stallTimeoutMs: job.stallTimeoutMs,
      isKnown: true,
      codes: ['report-unavailable'],
      onWait: () => {},
    });
  return resolveInDoubt(lookedThrough(batches, encoder), {
    journal,
    policy: cannotAsk ? 'skip' : options.inDoubt,
    clock,
    signal: stop.draining,
    settledMs: quietSinceMs + job.target.responseTimeoutMs + (shared ? shared.leaseMs + shared.settleMs : 0),
    isSentBefore,
    openLog: () => createVisitorLog(createReportingApi(job.target), job.traffic.siteId),
    ...(onInDoubt ? { onWait: onInDoubt } : {}),
    ...(shared ? { mayResend: shared.areFormersGone, patiently } : {}),
  });
}

/** Where workers share the run, what former owners have sent is counted also when nothing can be found out about the rest. */
async function settled(
  begun: Begun,
  quietSinceMs: number,
  dependencies: JobDependencies,
): Promise<[InDoubtCounts, UserError | undefined]> {
  try {
    return [await settleEarlier(begun, quietSinceMs, dependencies), undefined];
  } catch (error) {
    if (!dependencies.shared || !(error instanceof UserError)) throw error;
    return [NONE_IN_DOUBT, error];
  }
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
  const { shared } = dependencies;
  const settledDays =
    shared && job.command === 'run'
      ? daysOfCheckpoint(shared.takeover?.checkpoint)
      : await readSettledDays(ledger, run);
  const numberOf =
    shared && job.command === 'run' ? createHitNumbers(plan.calendar.dayAt(facts.startedMs).date) : undefined;
  const journal = await openJournal({
    ledger,
    run,
    clock,
    lock,
    isCapped,
    settledDays: [...settledDays.byDate.values()],
    shared: shared && { numberOf },
  });
  const encoder = createEncoder(job);
  const begun = {
    job,
    plan,
    encoder,
    run,
    journal,
    settledDays,
    probe,
    numberOf,
    isSentBefore: await isSentBefore(ledger, run),
  };
  const [earlier, unresolved] = wasDone
    ? [NONE_IN_DOUBT, undefined]
    : await settled(begun, quietSinceMs, dependencies);
  const sent = await sendAll({ ...begun, unresolved }, dependencies);
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
  const { clock, ledger, self, isAlive, makePlan = createPlan } = dependencies;
  const plan = makePlan(job.traffic, job.extensions);
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

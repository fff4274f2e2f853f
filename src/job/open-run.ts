/** The start of a job: whether it may run at all, and whether it begins or goes on. */
import { EXIT, UserError } from '../errors.ts';
import type { RunFacts, RunRow } from '../ledger/ledger.ts';
import { probeTarget, TRANSIENT_FAILURES } from '../matomo/delivery/probe.ts';
import type { Plan } from '../plan/plan.ts';
import type { Job } from './job.ts';
import type { JobDependencies } from './job-run.ts';
import { type Opening, openBackfill } from './ledger/lifecycle.ts';
import { whileDown } from './sending/outage.ts';

const DAY_MS = 86_400_000;
const LONGEST_LIVE_WAIT_MS = 2_000;

export interface OpenedRun {
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
export async function openRun(
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
  // Where another worker had the shard before, it has asked.
  if (!dependencies.shared || opening.kind === 'new') await probeAtStart(job, probe, dependencies);
  if (opening.kind === 'new') return { run: await ledger.startRun(facts), wasDone: false, quietSinceMs: 0 };
  const run = await ledger.reopenRun(opening.run.id, { resumedMs: facts.startedMs, ...self });
  // A killed process may have sent until a moment ago, however long before it had begun with the request.
  return { run, wasDone: false, quietSinceMs: opening.run.endedMs ?? clock.now() };
}

/** A backfill waits for a target that is down, as it would in the middle; a live run has its times, and asks a little while. */
async function probeAtStart(
  job: Job,
  probe: () => Promise<void>,
  { clock, stop, ledger, onOutage }: JobDependencies,
): Promise<void> {
  const rules = { clock, signal: stop.draining };
  if (job.command === 'run') {
    const patience = { stallTimeoutMs: LONGEST_LIVE_WAIT_MS, isKnown: false, codes: TRANSIENT_FAILURES };
    return whileDown(probe, { ...rules, ...patience, onWait: () => {} });
  }
  return whileDown(probe, {
    ...rules,
    stallTimeoutMs: job.stallTimeoutMs,
    isKnown: (await ledger.runs({ url: job.target.url, site: job.traffic.siteId, limit: 1 })).length > 0,
    onWait: (error, longestMs) => onOutage?.(error, longestMs),
  });
}

/** Asks the target whether it would take the oldest hit of the job. */
export function createProbe(job: Job, plan: Plan, startedMs: number): () => Promise<void> {
  const oldestMs = job.command === 'backfill' ? plan.calendar.dayOf(job.from).startMs : startedMs;
  return () =>
    probeTarget({
      ...job.target,
      siteId: job.traffic.siteId,
      hasPlaces: job.traffic.hasPlaces,
      oldestSeconds: oldestMs < startedMs - DAY_MS ? Math.floor(oldestMs / 1000) : undefined,
    });
}

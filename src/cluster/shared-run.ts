/** A run that workers share, as its creator sees it: created, steered, and put together to what one process would have told. */
import { EXIT, UserError } from '../errors.ts';
import type { BackfillJob, Job } from '../job/job.ts';
import type { JobDependencies } from '../job/job-run.ts';
import { openBackfill } from '../job/ledger/lifecycle.ts';
import { factsOf } from '../job/run-facts.ts';
import type { TargetEnd } from '../job/run-jobs.ts';
import { digestOfSettings } from '../job/schedule.ts';
import type { SharedRun } from '../ledger/postgres/shared-rows.ts';
import type { SharedRuns } from '../ledger/postgres/shared-runs.ts';
import { createPlan } from '../plan/plan.ts';
import { partOf } from '../shards/run-in-shards.ts';
import { createTarget, type ShardedJob } from '../shards/sharded-job.ts';
import { recordedJob, sharedVersion, writeJob } from './shared-job.ts';
import { createReader } from './shared-reader.ts';
import { type OpenedRun, openedRun } from './shared-state.ts';

/** What the creator of a run is tied to. */
export interface SharedContext {
  readonly store: SharedRuns;
  /** Of the program. */
  readonly version: string;
  /** True: live runs begin together, once all of them are created. */
  readonly areSeveral: boolean;
}

interface Planned {
  /** Of each shard, the run of the ledger that it continues. */
  readonly continued: readonly (number | null)[];
  /** Visits of the shards that begin. */
  readonly visits: number;
}

/** @throws UserError where the days have been sent, and the options do not say what to do about it */
async function planShards(job: Job, shards: number, dependencies: JobDependencies): Promise<Planned> {
  const { ledger, options } = dependencies;
  if (job.command === 'run') return { continued: new Array(shards).fill(null), visits: 0 };
  const plan = createPlan(job.traffic, job.extensions);
  const continued: (number | null)[] = [];
  let visits = 0;
  for (let index = 1; index <= shards; index++) {
    const part: BackfillJob = partOf(job, { index, count: shards });
    const facts = factsOf(part, plan, dependencies);
    const window = { from: part.from, to: part.to };
    const rules = { ...options, isRemainder: job.isRemainder };
    const opening = await openBackfill(ledger, facts, window, rules, job.record?.shapingNames);
    continued.push(opening.kind === 'new' ? null : opening.run.id);
    if (opening.kind === 'new') visits += facts.plannedVisits ?? 0;
  }
  return { continued, visits };
}

/** A run of the job's target that has not ended. */
async function unfinishedRun({ command, target, traffic }: Job, store: SharedRuns) {
  const same = { url: target.url, site: traffic.siteId, command, limit: MOST_RUNS };
  return (await store.runs(same)).find(({ endedMs }) => endedMs === null);
}

/** Resumed is also a run that nobody has ended, since the one who created it is gone: it goes on as it is. */
async function runToJoin(
  job: Job,
  { store, version }: SharedContext,
  { options }: JobDependencies,
): Promise<SharedRun | undefined> {
  if (!options.resume) return undefined;
  const run = await unfinishedRun(job, store);
  if (!run || run.wish === 'stop' || run.version !== sharedVersion(version)) return undefined;
  return recordedJob(run.job).digest === digestOfSettings(job) ? run : undefined;
}

/** Creates the run, or joins the one that is to be resumed. @throws UserError where it may not start */
export async function openSharedRun(
  job: Job,
  shards: number,
  context: SharedContext,
  dependencies: JobDependencies,
): Promise<OpenedRun> {
  const { store, version, areSeveral } = context;
  // One that was stopped while no worker was there has nobody to end it.
  await store.endRuns();
  const joined = await runToJoin(job, context, dependencies);
  if (joined) return openedRun(joined);
  const { continued, visits } = await planShards(job, shards, dependencies);
  const { confirm, options } = dependencies;
  if (confirm && continued.includes(null) && !(await confirm(visits))) {
    throw new UserError('Not confirmed: nothing was sent.', {
      code: 'not-confirmed',
      exitCode: EXIT.usage,
      hint: 'To start without confirmation, add --yes.',
    });
  }
  const { name, target, traffic, command } = job;
  const id = await store.create({
    ...{ command, name, url: target.url, site: traffic.siteId, version: sharedVersion(version) },
    ...{ job: writeJob(job), options: JSON.stringify(options), continued },
    isOneOfSeveral: areSeveral && command === 'run',
  });
  if (id !== undefined) return { id, shards, isResumed: options.resume };
  const other = await unfinishedRun(job, store);
  const which = other ? `, run ${other.id}, is not finished` : ' is not finished';
  throw new UserError(`Another ${command} to site ${traffic.siteId} at ${target.url}${which}.`, {
    code: 'target-locked',
    exitCode: EXIT.usage,
    hint: `Workers go on with it: start one with trafficinator worker. To end it: trafficinator stop ${other?.id ?? 'RUN'}.`,
  });
}

/** Among which the one that is not finished is looked for. */
const MOST_RUNS = 100;

const NOTHING = { ready: () => Promise.resolve(0), withdraw: () => {} };
/** Of shards that begin by themselves: their workers say when. */
export const startersOf = (shards: number) => new Array<typeof NOTHING>(shards).fill(NOTHING);

/** Between two looks at a run. */
const LOOK_EVERY_MS = 1_000;

async function untilEnded(
  run: OpenedRun,
  { store }: SharedContext,
  target: ShardedJob,
  { clock, stop }: Pick<JobDependencies, 'clock' | 'stop'>,
): Promise<void> {
  const reader = createReader(store, run, target, (after) => store.events(run.id, after));
  const never = new AbortController().signal;
  for (;;) {
    const present: SharedRun | undefined = await store.run(run.id);
    await reader.look(present?.wish === 'stop' ? stop : undefined);
    if (!present || present.endedMs !== null) break;
    await clock.sleepUntil(clock.now() + LOOK_EVERY_MS, never);
  }
  await reader.look();
  await reader.close();
}

/** Resolves when the run is over, with what came of all shards. */
export async function followSharedRun(
  job: Job,
  run: OpenedRun,
  context: SharedContext,
  dependencies: JobDependencies,
): Promise<TargetEnd> {
  const { clock, stop, pause } = dependencies;
  const { store } = context;
  const { id, shards } = run;
  const target = createTarget({
    job,
    dependencies,
    starters: startersOf(shards),
    answer: () => {},
  });
  target.begin();
  const ask = (wish: 'run' | 'pause' | 'stop') => void store.ask(id, wish).catch(() => {});
  if (stop.draining.aborted) ask('stop');
  else stop.draining.addEventListener('abort', () => ask('stop'), { once: true });
  pause.onToggle(() => ask(pause.isPaused ? 'pause' : 'run'));
  await untilEnded(run, context, target, { clock, stop });
  const end = await target.ended;
  return end.result ? { ...end, result: { ...end.result, runId: id } } : end;
}

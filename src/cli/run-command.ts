/** The command in this process, from its arguments to its exit code. */
import { EXIT } from '../errors.ts';
import { createProcessHost } from '../host.ts';
import { systemClock } from '../run/clock.ts';
import { JOB_WORKER, type JobCommand, type JobEvent } from '../server/jobs/process/protocol.ts';
import { PLAN_WORKER, type PlanQuestion, type PlanReply } from '../server/planning/questions.ts';
import { SHARD_WORKER, type ShardCommand, type ShardEvent } from '../shards/protocol.ts';
import {
  PLUGIN_CHECK_WORKER,
  type PluginCheckReply,
  type PluginCheckTask,
} from './processes/plugin-check-protocol.ts';

/** Commands whose start is waited for; they tune for a long run once they send. */
const START_MATTERS = ['run', 'backfill'];

/** The exit code. A process that another one has started for a part of its work does that part. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const host = createProcessHost();
  if (START_MATTERS.some((name) => args.includes(name))) host.tuneForStart();
  // Whoever waits for a preview waits for the process that plans it, which is gone a minute later.
  else if (!args.includes(PLAN_WORKER)) host.tuneForLongRun();
  const parent = args[0] === SHARD_WORKER ? host.parent<ShardEvent, ShardCommand>() : undefined;
  if (parent) {
    const { workOnShard } = await import('./processes/shard-worker.ts');
    const { openRuntime } = await import('./traffic/runtime.ts');
    const clock = systemClock;
    const { withExtensions } = await import('./processes/job-plugins.ts');
    const { createLog } = await import('./output/log.ts');
    // What there is to tell, the process that shares the work tells.
    const log = createLog(host, clock, () => ({ quiet: true }));
    const open = (isInMemory: boolean) => openRuntime({ host, clock, log }, isInMemory);
    await workOnShard(parent, host, clock, open, (jobs) => withExtensions(host, jobs));
    return EXIT.done;
  }
  const service = args[0] === JOB_WORKER ? host.parent<JobEvent, JobCommand>() : undefined;
  if (service) {
    const { workOnJob } = await import('./processes/job-worker.ts');
    return workOnJob(service, host, systemClock);
  }
  const planner = args[0] === PLAN_WORKER ? host.parent<PlanReply, PlanQuestion>() : undefined;
  if (planner) {
    const { planForService } = await import('./processes/plan-worker.ts');
    return planForService(planner, host, systemClock);
  }
  const checker =
    args[0] === PLUGIN_CHECK_WORKER ? host.parent<PluginCheckReply, PluginCheckTask>() : undefined;
  if (checker) {
    const { checkPlugins } = await import('./processes/plugin-check.ts');
    return checkPlugins(checker, host);
  }
  const { main } = await import('./main.ts');
  return main(args, host, systemClock);
}

/** A process that carries out a command line for the service: the same command, seen and steered from there. */
import type { Channel } from '../../child.ts';
import type { Host } from '../../host.ts';
import type { Job } from '../../job/job.ts';
import type { Activity } from '../../job/monitor/activity.ts';
import { countVisits } from '../../job/schedule.ts';
import type { Totals } from '../../ledger/totals.ts';
import { createCalendar } from '../../plan/days/calendar.ts';
import { eventSpans } from '../../plan/days/declared-events.ts';
import { createPlan } from '../../plan/plan.ts';
import { every } from '../../run/clock.ts';
import type { Pause } from '../../run/pause.ts';
import type {
  JobCommand,
  JobEvent,
  TargetFacts,
  TargetProgress,
  Work,
} from '../../server/jobs/process/protocol.ts';
import { encodeTotals } from '../../shards/serialization.ts';
import type { Clock } from '../../types/clock.ts';
import type { RunObserver } from '../context.ts';
import { main } from '../main.ts';
import { createNextVisit, isWithinActiveHours } from '../output/messages/next-visit.ts';
import { activeHoursOf } from '../output/status.ts';
import { exitCodeOfSignal } from '../traffic/signals.ts';

const REPORT_EVERY_MS = 1000;
/** After the longest response timeout: what the end of a run may take besides, once nobody waits for it. */
const END_GRACE_MS = 2000;

type Service = Channel<JobEvent, JobCommand>;
type EndSignal = 'SIGINT' | 'SIGTERM';

interface Watched {
  readonly job: Job;
  readonly totals: Totals;
  readonly activity: Readonly<Activity>;
  readonly nextVisit: ReturnType<typeof createNextVisit>;
}

function factsOf(job: Job): TargetFacts {
  const { name, target, traffic } = job;
  const isBackfill = job.command === 'backfill';
  const stopAfter = isBackfill || job.stopAfter === 0 ? null : job.stopAfter;
  return {
    name,
    url: target.url,
    site: traffic.siteId,
    timezone: traffic.timezone,
    currency: traffic.currency,
    seed: traffic.seed,
    visitsPerDay: traffic.visitsPerDay,
    cap: isBackfill ? 0 : job.dailyCap,
    activeHours: activeHoursOf(job) ?? null,
    plannedVisits: isBackfill ? countVisits(job, createPlan(traffic, job.extensions)) : stopAfter,
    from: isBackfill ? job.from : null,
    to: isBackfill ? job.to : null,
    responseTimeoutMs: target.responseTimeoutMs,
    declaredEvents: eventSpans(traffic.declaredEvents, createCalendar(traffic.timezone)),
  };
}

function progressOf(
  { job, totals, activity: { admittedToday, waitingSinceMs, ...activity }, nextVisit }: Watched,
  isPaused: boolean,
  nowMs: number,
): TargetProgress {
  const next = isPaused ? undefined : nextVisit(nowMs);
  return {
    totals: encodeTotals(totals),
    activity: { ...activity, waitingMs: waitingSinceMs > 0 ? Math.max(0, nowMs - waitingSinceMs) : 0 },
    admittedToday,
    isWithinActiveHours: isWithinActiveHours(job, nowMs),
    nextVisit: next && Number.isFinite(next.dueMs) ? { atMs: next.dueMs, why: next.why } : null,
  };
}

/** Tells the service of every job that begins, and then once a second how they stand. */
function createObserver(service: Service, clock: Clock) {
  const watched: Watched[] = [];
  let pause: Pause | undefined;
  let isOver = false;
  const report = () => {
    if (watched.length === 0 || isOver) return;
    const atMs = clock.now();
    const isPaused = pause?.isPaused ?? false;
    const targets = watched.map((one) => progressOf(one, isPaused, atMs));
    void service.send({ kind: 'state', atMs, isPaused, targets });
  };
  const observer: RunObserver = {
    start(job, totals, activity) {
      void service.send({ kind: 'start', rank: watched.length, target: factsOf(job) });
      const running = { job, totals, activity };
      watched.push({ ...running, nextVisit: createNextVisit([running]) });
    },
    steer(own) {
      pause = own;
    },
    end() {
      report();
      isOver = true;
    },
  };
  return {
    observer,
    report,
    get isPaused() {
      return pause?.isPaused;
    },
    longestResponseMs: () => Math.max(0, ...watched.map(({ job }) => job.target.responseTimeoutMs)),
  };
}

/** The host as the command finds it: environment and files of the service's choice, and output that goes to it. */
function hostFor(host: Host, { env, files }: Work, service: Service): Host {
  const sending = (kind: 'output' | 'log') => ({
    write: (text: string) => void service.send({ kind, text }),
    isTty: false,
    columns: 80,
  });
  return {
    ...host,
    env,
    ask: undefined,
    stdout: sending('output'),
    stderr: sending('log'),
    exists: (path) => Object.hasOwn(files, path) || host.exists(path),
    isDirectory: (path) => !Object.hasOwn(files, path) && host.isDirectory(path),
    readFile: (path) => (Object.hasOwn(files, path) ? Buffer.from(files[path] ?? '') : host.readFile(path)),
  };
}

function nextWork(service: Service): Promise<Work | undefined> {
  return new Promise((resolve) => {
    service.onMessage((command) => {
      if (command.kind === 'work') resolve(command.work);
    });
    service.onGone(() => resolve(undefined));
  });
}

/** Carries the work out. A service that is gone ends it as a signal does, within the longest response timeout. */
export async function workOnJob(service: Service, host: Host, clock: Clock): Promise<number> {
  const signals = new Set<(signal: EndSignal) => void>();
  const pauses = new Set<() => void>();
  const send = (signal: EndSignal) => {
    // A command that has not come as far as to listen has sent nothing.
    if (signals.size === 0) host.exit(exitCodeOfSignal(signal));
    for (const listener of [...signals]) listener(signal);
  };
  // Whoever ends services by their process group signals every process of it.
  host.onSignal(send);
  host.onPauseSignal(() => {});
  const watching = createObserver(service, clock);
  service.onMessage((command) => {
    if (command.kind === 'stop') send(command.signal);
    else if (command.kind === 'pause' && command.isPaused !== watching.isPaused) {
      for (const listener of [...pauses]) listener();
      watching.report();
    }
  });
  const work = await nextWork(service);
  if (!work) return exitCodeOfSignal('SIGTERM');
  service.onGone(() => {
    const never = new AbortController();
    const endMs = clock.now() + watching.longestResponseMs() + END_GRACE_MS;
    void clock.sleepUntil(endMs, never.signal).then(() => host.exit(exitCodeOfSignal('SIGTERM')));
    send('SIGTERM');
  });
  const own: Host = {
    ...hostFor(host, work, service),
    onSignal: (listener) => {
      signals.add(listener);
      return () => void signals.delete(listener);
    },
    onPauseSignal: (listener) => {
      pauses.add(listener);
      return () => void pauses.delete(listener);
    },
  };
  const stopReports = every(REPORT_EVERY_MS, watching.report);
  const exitCode = await main(work.args, own, clock, watching.observer);
  stopReports();
  await service.send({ kind: 'end', exitCode });
  return exitCode;
}

/** The start of sending: what is sent when, and from which instant on, which for live runs others may have a say in. */

import { createClockSteps } from '../../run/clock-steps.ts';
import type { EngineOptions } from '../../run/engine.ts';
import { createForeseen } from '../../run/foreseen.ts';
import type { LocalDate } from '../../types/local-date.ts';
import type { LiveJob } from '../job.ts';
import { writeSoon } from '../ledger/write-soon.ts';
import { prepareLiveRun, type Schedule, scheduleBackfill, scheduleLiveRun } from '../schedule.ts';
import type { LiveTakeover } from '../shared-shard.ts';
import type { SendDependencies, Sending } from './sending.ts';
import { onSystemTime } from './system-time.ts';

export interface Beginning {
  readonly schedule: Schedule & Pick<EngineOptions, 'takenOverMs'>;
  readonly startMs: number;
  /** When a live run's last visits arrive, and when it is over. */
  readonly arrivalsEndMs: number;
  readonly endMs: number;
  /** Writes hits that leave soon; undefined where only batches that leave are written. To be called all the time. */
  readonly writeSoon: (() => Promise<void>) | undefined;
}

export async function begin(
  sending: Sending,
  dependencies: SendDependencies,
  admittedOn: (date: LocalDate) => Promise<number>,
): Promise<Beginning> {
  const { job, plan, encoder, run, settledDays } = sending;
  if (job.command === 'run') return beginLive(job, sending, dependencies, admittedOn);
  const schedule = scheduleBackfill(
    job,
    plan,
    encoder,
    run.startedMs,
    settledDays.byDate,
    dependencies.shared?.rateFactor,
  );
  const never = Number.POSITIVE_INFINITY;
  const startMs = dependencies.clock.now();
  return { schedule, startMs, arrivalsEndMs: never, endMs: never, writeSoon: undefined };
}

const fromMsOf = ({ checkpoint, startMs }: LiveTakeover) => checkpoint?.untilMs ?? startMs;

async function beginLive(
  job: LiveJob,
  { plan, encoder, journal, numberOf }: Sending,
  { clock, begin: together, shared }: SendDependencies,
  admittedOn: (date: LocalDate) => Promise<number>,
): Promise<Beginning> {
  const takeover = shared?.takeover;
  const onTime = onSystemTime(encoder, createClockSteps(clock));
  const preparation = prepareLiveRun(job, plan, onTime, takeover ? fromMsOf(takeover) : clock.now());
  const startMs = together ? await together() : clock.now();
  const continuation = numberOf && {
    numberOf,
    fromMs: takeover ? fromMsOf(takeover) : startMs,
    admittedByLost: takeover?.checkpoint?.admitted ?? 0,
    decided: journal.decided,
  };
  const schedule = scheduleLiveRun(job, plan, onTime, preparation, startMs, admittedOn, continuation);
  const arrivalsEndMs = startMs + (job.durationMs ?? Number.POSITIVE_INFINITY);
  const times = { startMs, arrivalsEndMs, endMs: arrivalsEndMs + job.gracefulStopMs };
  if (!numberOf) return { schedule, ...times, writeSoon: undefined };
  const timeline = createForeseen(schedule.timeline);
  return {
    schedule: { ...schedule, timeline, ...(takeover ? { takenOverMs: takeover.takenMs } : {}) },
    ...times,
    writeSoon: () => writeSoon(timeline, schedule.gate, journal, clock.now()),
  };
}

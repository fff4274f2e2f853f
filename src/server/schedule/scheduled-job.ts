/** The job that a schedule starts. */
import type { NewJob } from '../jobs/new-job.ts';
import { filtered, isSecretName, type Values, valuesOf } from '../settings/names.ts';
import type { ScheduleRecord } from './schedule-record.ts';

type ScheduledJob = Pick<NewJob, 'command' | 'presets' | 'given' | 'isSink' | 'catchUpDays' | 'forMs'>;

/** @param tokens of the schedule, which its record has masked */
export function scheduledJob(record: ScheduleRecord, tokens: Values): ScheduledJob {
  const { command, preset, settings, forSeconds, sink, catchUpDays } = record;
  return {
    command,
    presets: preset,
    given: new Map([...filtered(valuesOf(settings), (env) => !isSecretName(env)), ...tokens]),
    isSink: sink,
    ...(command === 'backfill' && catchUpDays !== null ? { catchUpDays } : {}),
    ...(command === 'backfill' || forSeconds === null ? {} : { forMs: forSeconds * 1000 }),
  };
}

/** What a schedule says, and when it comes next by the clock of its timezone. */
import { Cron } from 'croner';
import * as z from 'zod';
import { fixedOffset } from '../../timezone.ts';
import { Refusal } from '../http/refusal.ts';

export const scheduleRecord = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** Minute, hour, day of the month, month, day of the week. */
  cron: z.string().max(200),
  timezone: z.string().max(100).default('UTC'),
  command: z.enum(['run', 'backfill']),
  preset: z.array(z.string().max(200)).max(10).default([]),
  settings: z
    .record(z.string().max(100), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .default({}),
  /** How long a live run lasts. */
  forSeconds: z.number().positive().nullable().default(null),
  verify: z.boolean().default(false),
  sink: z.boolean().default(false),
  /** Start once, late, where the service was away at the time. */
  catchUp: z.boolean().default(true),
  /** Of a backfill, in the place of its window: those of so many last days that were not sent. */
  catchUpDays: z.int().min(1).max(180).nullable().default(null),
  isEnabled: z.boolean().default(true),
});
export type ScheduleRecord = z.output<typeof scheduleRecord>;

function refuse(field: 'cron' | 'timezone', message: string): Refusal {
  const code = `invalid-${field}`;
  return new Refusal(422, message, { code, fields: [{ loc: ['body', field], code, message }] });
}

function isCron(cron: string): boolean {
  try {
    new Cron(cron, { mode: '5-part', paused: true });
    return true;
  } catch {
    return false;
  }
}

/** When a cron pattern comes next after an instant. @throws Refusal for one that is none */
export function nextAfter(
  { cron, timezone }: Pick<ScheduleRecord, 'cron' | 'timezone'>,
  ms: number,
): number | undefined {
  if (!isCron(cron)) {
    throw refuse(
      'cron',
      `The time must be five cron fields (minute, hour, day, month, weekday) such as "30 2 * * *", but is "${cron}".`,
    );
  }
  const utcOffset = fixedOffset(timezone);
  const place = utcOffset === undefined ? { timezone } : { utcOffset };
  try {
    return new Cron(cron, { ...place, mode: '5-part', paused: true }).nextRun(new Date(ms))?.getTime();
  } catch {
    throw refuse('timezone', `There is no timezone ${timezone}. Use a name such as Europe/Berlin, or UTC.`);
  }
}

/** The rhythm of a trade in a catalogue file: weekdays, months, hours, holidays and chance. */
import * as z from 'zod';

/** Days that move from year to year. */
const MOVABLE_DAYS = ['easter', 'black-friday'];

const positive = z.number().positive();
const hourList = z.array(z.number().min(0)).length(24);
const day = z
  .string()
  .refine((text) => MOVABLE_DAYS.includes(text) || /^(0[1-9]|1[0-2])-([0-2]\d|3[01])$/.test(text), {
    error: `MM-DD, ${MOVABLE_DAYS.join(' or ')}`,
  });
const holidaySchema = z.strictObject({
  day,
  offset: z.int().min(-60).max(60).default(0),
  days: z.int().min(1).max(60).default(1),
  factor: z.number().min(0).max(20),
});
const hoursSchema = z.strictObject({ workday: hourList, weekend: hourList });

/** Seven weekdays from Monday, twelve months, 24 hours. */
export const rhythmSchema = z.strictObject({
  weekdays: z.array(positive).length(7),
  months: z.array(positive).length(12),
  hours: hoursSchema,
  holidays: z.array(holidaySchema).default([]),
  spread: z.number().min(0).max(0.5).default(0.09),
  surges: z.number().min(0).max(365).default(5),
  fresh: z.number().min(0).max(1000).default(0),
});

export const RHYTHM_KEYS = [rhythmSchema, hoursSchema, holidaySchema].flatMap((schema) =>
  Object.keys(schema.shape),
);

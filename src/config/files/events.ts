/** Reads the file of events that visits may trigger. */
import * as z from 'zod';
import { SettingsError } from '../../errors.ts';
import type { EventCatalogue, EventTemplate } from '../../types/content/content.ts';
import { parseJson } from '../sources/structured-text.ts';
import { problemsOfIssues } from './zod-issues.ts';

const eventSchema = z.strictObject({
  category: z.string().trim().min(1),
  action: z.string().trim().min(1),
  name: z.string().trim().min(1),
  value: z.number().nullish(),
});

const fileSchema = z.strictObject({
  click_events: z.array(eventSchema).default([]),
  random_events: z.array(eventSchema).default([]),
  click_events_probability: z.number().min(0).max(1).nullish(),
  random_events_probability: z.number().min(0).max(1).nullish(),
});

const KNOWN_KEYS = [...Object.keys(fileSchema.shape), ...Object.keys(eventSchema.shape)];

function templateOf({ value, ...names }: z.output<typeof eventSchema>): EventTemplate {
  return typeof value === 'number' ? { ...names, value } : names;
}

/** Without events of a kind no visit can trigger one. */
function probabilityOf(events: readonly unknown[], probability: number | null | undefined) {
  return events.length === 0 ? 0 : (probability ?? undefined);
}

/** `subject` names the file in problems. */
export function parseEvents(text: string, subject: string): EventCatalogue {
  const input = parseJson(text, subject);
  const parsed = fileSchema.safeParse(input);
  if (!parsed.success) {
    throw new SettingsError(problemsOfIssues(parsed.error, input, { subject, where: '' }, KNOWN_KEYS));
  }
  const { click_events, random_events } = parsed.data;
  const click = probabilityOf(click_events, parsed.data.click_events_probability);
  const random = probabilityOf(random_events, parsed.data.random_events_probability);
  return {
    clickEvents: click_events.map(templateOf),
    randomEvents: random_events.map(templateOf),
    ...(click === undefined ? {} : { clickEventsProbability: click }),
    ...(random === undefined ? {} : { randomEventsProbability: random }),
  };
}

/** A funnel step of a type that a plugin adds, `type: plugin/name`: the keys of every step, and its own. */
import * as z from 'zod';
import type { FunnelStep } from '../../types/content/journeys.ts';
import { addressProblem, baseSchema, delayProblems, resolved, type StepReading } from './funnel-step.ts';
import { inWords, type Place, problemsOfIssues } from './zod-issues.ts';

const TYPE = /^[a-z][a-z0-9-]*\/[\w-]+$/;

const pluginStepSchema = z.looseObject(baseSchema);
const typed = z.looseObject({ type: z.string().includes('/') });
const COMMON = Object.keys(baseSchema);

export function isPluginStep(raw: unknown): boolean {
  return typed.safeParse(raw).success;
}

/** Its own keys are checked once the plugin is loaded. */
export function readPluginStep(raw: unknown, pageBefore: string | undefined, place: Place): StepReading {
  const parsed = pluginStepSchema.safeParse(raw);
  if (!parsed.success) {
    return { page: pageBefore, problems: problemsOfIssues(parsed.error, raw, place, COMMON) };
  }
  const record = parsed.data;
  const problems = [...delayProblems(record, place)];
  if (!TYPE.test(record.type)) {
    const message = `${inWords(place)}, type must be plugin/step for a step of a plugin, such as acme/video, but is ${record.type}.`;
    problems.push({ code: 'invalid-value', subject: place.subject, message });
  }
  const page = record.url ? resolved(record.url, pageBefore) : pageBefore;
  if (record.url && page === undefined) problems.push(addressProblem('url', record.url, pageBefore, place));
  if (problems.length > 0) return { page, problems };
  const min = record.delay_seconds_min ?? 0;
  const options = Object.entries(record).filter(([key]) => !COMMON.includes(key));
  const step: FunnelStep = {
    ...(record.title ? { title: record.title } : {}),
    ...(record.action_name ? { actionName: record.action_name } : {}),
    ...(record.url && page !== undefined ? { url: page } : {}),
    delaySecondsMin: min,
    delaySecondsMax: record.delay_seconds_max ?? min,
    continueProbability: record.continue_probability ?? 1,
    type: 'plugin',
    name: record.type,
    options: Object.fromEntries(options),
    longestMs: 0,
  };
  return { step, page, problems };
}

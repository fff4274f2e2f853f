/** Reads funnels from their fixed file format, and writes them back. */
import * as z from 'zod';
import type { Problem } from '../../errors.ts';
import type { Funnel, FunnelStep } from '../../types/content/journeys.ts';
import { readStep, stepToRecord } from './funnel-step.ts';
import { isPluginStep, readPluginStep } from './plugin-step.ts';
import { inWords, type Place, problemsOfIssues } from './zod-issues.ts';

const funnelSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().nullish(),
  probability: z.number().min(0).max(1),
  priority: z.int().min(0).nullish(),
  enabled: z.boolean().nullish(),
  exit_after_completion: z.boolean().nullish(),
  steps: z.array(z.unknown()).min(1),
});

/** One that nobody takes may be unfinished. */
const disabledSchema = funnelSchema.extend({ steps: z.array(z.unknown()).nullish() });
const KNOWN_KEYS = Object.keys(funnelSchema.shape);
const headSchema = z.looseObject({ name: z.string().trim().min(1) });
const typedSchema = z.looseObject({ type: z.string() });
const switchedOffSchema = z.looseObject({ enabled: z.literal(false) });
const stepsSchema = z.looseObject({ steps: z.array(z.unknown()) });

const UNKNOWN_PAGE = 'https://unknown.invalid/';

export interface FunnelsReading {
  readonly funnels: readonly Funnel[];
  readonly problems: readonly Problem[];
}

/** As problems call a funnel: by name where it has one. */
function titleOf(raw: unknown, index: number): string {
  const head = headSchema.safeParse(raw);
  return head.success ? `funnel "${head.data.name}"` : `funnel ${index + 1}`;
}

function firstStepProblems(record: unknown, place: Place): Problem[] {
  const typed = typedSchema.safeParse(record);
  if (!typed.success || typed.data.type === 'pageview') return [];
  const message = `${inWords(place)} must be a pageview, because every visit starts with one, but its type is ${typed.data.type}.`;
  return [{ code: 'first-step', subject: place.subject, message }];
}

function readSteps(raw: unknown, subject: string, title: string) {
  const list = stepsSchema.safeParse(raw);
  const steps: FunnelStep[] = [];
  const problems: Problem[] = [];
  let page: string | undefined;
  for (const [index, record] of (list.success ? list.data.steps : []).entries()) {
    const place = { subject, where: `${title}, step ${index + 1}` };
    const reading = (isPluginStep(record) ? readPluginStep : readStep)(record, page, place);
    // After a step that is wrong, its page stands for any: the next steps are not wrong because of it.
    page = reading.page ?? UNKNOWN_PAGE;
    problems.push(...reading.problems);
    if (reading.step !== undefined) steps.push(reading.step);
    if (index === 0) problems.push(...firstStepProblems(record, place));
  }
  return { steps, problems };
}

function readFunnel(raw: unknown, index: number, subject: string): FunnelsReading {
  const title = titleOf(raw, index);
  const { steps, problems } = readSteps(raw, subject, title);
  const isDisabled = switchedOffSchema.safeParse(raw).success;
  const parsed = (isDisabled ? disabledSchema : funnelSchema).safeParse(raw);
  if (!parsed.success) {
    const own = problemsOfIssues(parsed.error, raw, { subject, where: title }, KNOWN_KEYS);
    return { funnels: [], problems: [...own, ...problems] };
  }
  const { name, description, probability, priority, enabled, exit_after_completion } = parsed.data;
  const funnel: Funnel = {
    name,
    description: description ?? '',
    probability,
    priority: priority ?? 0,
    enabled: enabled ?? true,
    exitAfterCompletion: exit_after_completion ?? true,
    steps,
  };
  return { funnels: [funnel], problems };
}

/** `raw` is the file's list of funnels; `subject` names the file in problems. */
export function readFunnels(raw: unknown, subject: string): FunnelsReading {
  const list = z.array(z.unknown()).safeParse(raw);
  if (!list.success) {
    const message = `${subject} must be a list of funnels.`;
    return { funnels: [], problems: [{ code: 'wrong-type', subject, message }] };
  }
  const readings = list.data.map((funnel, index) => readFunnel(funnel, index, subject));
  return {
    funnels: readings.flatMap((reading) => reading.funnels),
    problems: readings.flatMap((reading) => reading.problems),
  };
}

/** The funnel in the file format; reading it gives the same funnel again. */
export function funnelToRecord(funnel: Funnel): Record<string, unknown> {
  return {
    name: funnel.name,
    description: funnel.description,
    probability: funnel.probability,
    priority: funnel.priority,
    enabled: funnel.enabled,
    exit_after_completion: funnel.exitAfterCompletion,
    steps: funnel.steps.map(stepToRecord),
  };
}

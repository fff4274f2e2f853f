/** Reads personas, the kinds of visitor, from their file format. */
import * as z from 'zod';
import type { Problem } from '../../errors.ts';
import type { Persona } from '../../types/content/journeys.ts';
import { problemsOfIssues } from './zod-issues.ts';

const weight = z.number().min(0).default(0);
/** 1 is the average visitor. */
const multiplier = z.number().min(0).default(1);
const place = z.number().min(0).max(1).default(0.5);

function hasWeight(weights: Readonly<Record<string, number>>): boolean {
  return Object.values(weights).some((value) => value > 0);
}

const NO_WEIGHT = { error: 'a mapping with at least one weight above 0' };

const entrySchema = z.strictObject({ home: weight, category: weight, subcategory: weight, page: weight });
const navigationSchema = z.strictObject({ down: weight, up: weight, sideways: weight, home: weight });
const propensitySchema = z.strictObject({
  bounce: multiplier,
  search: multiplier,
  outlink: multiplier,
  download: multiplier,
  click_event: multiplier,
  random_event: multiplier,
  order: multiplier,
});

const personaSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  share: z.number().min(0),
  entry: entrySchema.refine(hasWeight, NO_WEIGHT),
  navigation: navigationSchema.refine(hasWeight, NO_WEIGHT),
  depth: place,
  dwell: place,
  loyalty: multiplier,
  account: z.number().min(0).max(1).default(0.12),
  propensity: propensitySchema.prefault({}),
});

const KNOWN_KEYS = [personaSchema, entrySchema, navigationSchema, propensitySchema].flatMap((schema) =>
  Object.keys(schema.shape),
);

const headSchema = z.looseObject({ name: z.string().trim().min(1) });

export interface PersonasReading {
  readonly personas: readonly Persona[];
  readonly problems: readonly Problem[];
}

function readPersona(raw: unknown, index: number, subject: string): PersonasReading {
  const parsed = personaSchema.safeParse(raw);
  if (!parsed.success) {
    const head = headSchema.safeParse(raw);
    const where = head.success ? `persona "${head.data.name}"` : `persona ${index + 1}`;
    return { personas: [], problems: problemsOfIssues(parsed.error, raw, { subject, where }, KNOWN_KEYS) };
  }
  const { propensity, ...persona } = parsed.data;
  const { click_event: clickEvent, random_event: randomEvent, ...others } = propensity;
  return { personas: [{ ...persona, propensity: { ...others, clickEvent, randomEvent } }], problems: [] };
}

/** `raw` is the file's list of personas; `subject` names the file in problems. */
export function readPersonas(raw: unknown, subject: string): PersonasReading {
  const list = z.array(z.unknown()).safeParse(raw);
  if (!list.success) {
    const message = `${subject}: personas must be a list.`;
    return { personas: [], problems: [{ code: 'wrong-type', subject, message }] };
  }
  const readings = list.data.map((persona, index) => readPersona(persona, index, subject));
  return {
    personas: readings.flatMap((reading) => reading.personas),
    problems: readings.flatMap((reading) => reading.problems),
  };
}

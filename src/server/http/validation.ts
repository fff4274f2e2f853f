/** Checks what a request brings against its description, and names every field that is wrong. */
import type * as z from 'zod';
import { oddityOf } from './json-oddity.ts';
import { type FieldProblem, Refusal } from './refusal.ts';

type Place = 'body' | 'query' | 'path';

/** As the predecessor's framework names them. */
const TYPES: Readonly<Record<string, string>> = {
  invalid_type: 'type_error',
  unrecognized_keys: 'extra_forbidden',
  too_small: 'greater_than_equal',
  too_big: 'less_than_equal',
  invalid_format: 'string_pattern_mismatch',
  invalid_value: 'enum',
  invalid_union: 'union_error',
  custom: 'value_error',
};

/** Values under such names are never repeated in an answer. */
const SECRET = /token|password|secret|key|code|authorization/i;
const LONGEST_INPUT = 200;

function inputAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function shownInput(value: unknown, path: readonly PropertyKey[]): unknown {
  if (path.some((key) => SECRET.test(String(key)))) return undefined;
  if (typeof value === 'string') return value.slice(0, LONGEST_INPUT);
  return typeof value === 'object' ? undefined : value;
}

function fieldsOf(issue: z.core.$ZodIssue, place: Place, input: unknown): FieldProblem[] {
  const isMissing = issue.code === 'invalid_type' && inputAt(input, issue.path) === undefined;
  const code = isMissing ? 'missing' : (TYPES[issue.code] ?? issue.code);
  const at = (path: readonly PropertyKey[], message: string): FieldProblem => {
    const loc = [place, ...path.map((key) => (typeof key === 'number' ? key : String(key)))];
    const shown = shownInput(inputAt(input, path), path);
    return { loc, code, message, ...(shown === undefined ? {} : { input: shown }) };
  };
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => at([...issue.path, key], 'Extra inputs are not permitted'));
  }
  return [at(issue.path, isMissing ? 'Field required' : issue.message)];
}

/** @throws Refusal with every field that is wrong */
export function check<S extends z.ZodType>(schema: S, input: unknown, place: Place): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.flatMap((issue) => fieldsOf(issue, place, input));
  throw new Refusal(422, fields.map(({ loc, message }) => `${loc.join('.')}: ${message}`).join('; '), {
    code: 'invalid-request',
    fields,
  });
}

function noJson(why: string, message = 'JSON decode error'): Refusal {
  const field: FieldProblem = { loc: ['body'], code: 'json_invalid', message };
  return new Refusal(422, `The body must be JSON: ${why}`, { code: 'json-invalid', fields: [field] });
}

/** @throws Refusal where the text is no JSON, or has what no document of ours has */
export function parseJsonBody(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw noJson(error instanceof Error ? error.message.slice(0, LONGEST_INPUT) : 'invalid');
  }
  const oddity = oddityOf(value);
  if (oddity !== undefined) throw noJson(oddity, oddity);
  return value;
}

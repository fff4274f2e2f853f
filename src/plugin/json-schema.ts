/** Values checked against the JSON Schema of a plugin, with its defaults filled in. */
import * as z from 'zod';
import { problemsOfIssues } from '../config/files/zod-issues.ts';
import { pluginError } from './registration.ts';

/** Checks a value; the problems it has, a sentence each. */
export type SchemaCheck = (
  value: unknown,
) => { readonly value: Readonly<Record<string, unknown>> } | { readonly problems: readonly string[] };

const record = z.record(z.string(), z.unknown());

/** The schema of no options at all. */
export const NO_OPTIONS = { type: 'object', properties: {}, additionalProperties: false };

/**
 * @param where names what the schema describes, such as `options`
 * @throws UserError where the schema itself is wrong
 */
export function compileSchema(
  schema: Readonly<Record<string, unknown>>,
  who: string,
  where: string,
): SchemaCheck {
  const { properties = {} } = schema;
  const known = Object.keys(record.safeParse(properties).data ?? {});
  let compiled: z.ZodType;
  try {
    // Unknown keys are mistakes, unless the schema says what they are.
    compiled = z.fromJSONSchema({ additionalProperties: false, ...schema });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw pluginError(who, `the JSON Schema of ${where} cannot be used: ${reason}.`);
  }
  if (schema.type !== 'object') {
    throw pluginError(who, `the JSON Schema of ${where} must have the type object.`);
  }
  return (value) => {
    const parsed = compiled.safeParse(value);
    if (!parsed.success) {
      const problems = problemsOfIssues(parsed.error, value, { subject: where, where: '' }, known);
      const names = known.length === 0 ? `It has no ${where}.` : `It has the ${where} ${known.join(', ')}.`;
      return {
        problems: problems.map(({ code, message }) =>
          code === 'unknown-key' ? `${message} ${names}` : message,
        ),
      };
    }
    return { value: record.parse(parsed.data) };
  };
}

/** Nothing in it can be changed any more. */
export function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFrozen(part);
  }
  return value;
}

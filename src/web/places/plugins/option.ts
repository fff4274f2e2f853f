/** One option of a plugin: what its JSON Schema says of it, and from the text of a field to a value and back. */
import type { Plugin } from '../../api/schema.ts';

interface Property {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

export interface Option {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'switch' | 'choice' | 'json';
  readonly property: Property;
  readonly isRequired: boolean;
  /** True: the settings give it, which goes before what is saved. */
  readonly isGiven: boolean;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

function kindOf({ type, enum: choices }: Property): Option['kind'] {
  if (choices?.every((choice) => typeof choice === 'string' || typeof choice === 'number')) return 'choice';
  if (type === 'boolean') return 'switch';
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'string' ? 'text' : 'json';
}

/** Those of the schema, then others that are set. */
export function optionsOf({ schema, options, given }: Plugin): Option[] {
  // The service has checked that it is a schema.
  const { properties = {}, required = [] } = schema as Schema;
  const names = [...new Set([...Object.keys(properties), ...Object.keys(options)])];
  return names.map((name) => {
    const property = properties[name] ?? {};
    return {
      name,
      kind: kindOf(property),
      property,
      isRequired: required.includes(name),
      isGiven: Object.hasOwn(given, name),
    };
  });
}

/** As a field shows it; empty where there is none. */
export function textOf({ kind }: Pick<Option, 'kind'>, value: unknown): string {
  if (value === undefined) return '';
  return kind === 'json' ? JSON.stringify(value, null, 2) : String(value);
}

type Read = { readonly value: unknown } | { readonly problem: string };

/** The text up to here cannot become JSON, whatever follows. */
function isBroken(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    return error instanceof Error && /Unexpected (token|identifier|non-whitespace)/.test(error.message);
  }
}

/** Browsers name a line, or a position, or neither. */
function lineOf(text: string, message: string): number {
  const line = /line (\d+)/.exec(message)?.[1];
  if (line !== undefined) return Number(line);
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return text.slice(0, Number(position)).split('\n').length;
  const lines = text.split('\n');
  const broken = lines.findIndex((_, i) => isBroken(lines.slice(0, i + 1).join('\n')));
  return broken < 0 ? lines.length : broken + 1;
}

function readJson(text: string): Read {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const what = message
      .replace(/^JSON(\.parse| Parse error): /, '')
      .replace(/ (in JSON )?at (position|line) .*$/, '')
      .replace(/, (\.\.\.)?"[\s\S]*$/, '');
    return { problem: `Line ${lineOf(text, message)}: ${what}` };
  }
}

function readNumber(text: string, property: Property): Read {
  const value = Number(text);
  const isWhole = property.type === 'integer';
  if (!Number.isFinite(value) || (isWhole && !Number.isInteger(value)))
    return { problem: `Must be a ${isWhole ? 'whole ' : ''}number.` };
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = property;
  if (minimum !== undefined && value < minimum) return { problem: `Must be at least ${minimum}.` };
  if (maximum !== undefined && value > maximum) return { problem: `Must be at most ${maximum}.` };
  if (above !== undefined && value <= above) return { problem: `Must be more than ${above}.` };
  if (below !== undefined && value >= below) return { problem: `Must be less than ${below}.` };
  return { value };
}

function isPattern(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    // The service reads it in its own way, and has the last word.
    return true;
  }
}

function readText(
  text: string,
  { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern }: Property,
): Read {
  if (text.length < minLength) return { problem: `Must have at least ${minLength} characters.` };
  if (text.length > maxLength) return { problem: `Must have at most ${maxLength} characters.` };
  if (pattern !== undefined && !isPattern(pattern, text)) return { problem: `Must match ${pattern}.` };
  return { value: text };
}

/** Of a text that is not empty. */
export function read({ kind, property }: Option, text: string): Read {
  if (kind === 'number') return readNumber(text, property);
  if (kind === 'switch') return { value: text === 'true' };
  if (kind === 'choice') return { value: property.enum?.find((choice) => String(choice) === text) };
  return kind === 'json' ? readJson(text) : readText(text, property);
}

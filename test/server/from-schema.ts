/** Values that a JSON Schema of the OpenAPI document allows for, most of the time. */
import fc from 'fast-check';

export type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const schemasIn = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);
const numberIn = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);

function numbers(schema: Schema, isWhole: boolean): fc.Arbitrary<unknown> {
  const min = numberIn(schema.minimum, numberIn(schema.exclusiveMinimum, -1000));
  const max = Math.max(min, numberIn(schema.maximum, min + 100_000));
  const inside = isWhole
    ? fc.integer({ min: Math.max(Math.ceil(min), -(2 ** 31)), max: Math.min(Math.floor(max), 2 ** 31 - 1) })
    : fc.double({ min, max, noNaN: true });
  return fc.oneof(
    { weight: 9, arbitrary: inside },
    { weight: 1, arbitrary: fc.constantFrom(min - 1, max + 1) },
  );
}

function objects(schema: Schema, wild: fc.Arbitrary<unknown>, depth: number): fc.Arbitrary<unknown> {
  const properties = isSchema(schema.properties) ? schema.properties : {};
  const known = Object.entries(properties).flatMap(([name, property]) =>
    isSchema(property) ? [[name, valuesOf(property, wild, depth + 1)] as const] : [],
  );
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const record = fc.record(Object.fromEntries(known), {
    requiredKeys: required.filter((name) => Object.hasOwn(properties, name)),
  });
  if (known.length > 0) return record;
  const rest = isSchema(schema.additionalProperties) ? schema.additionalProperties : undefined;
  const name = fc.constantFrom('TARGET_VISITS_PER_DAY', 'matomo_url', 'concurrency', 'SEED', 'x');
  return fc.dictionary(name, rest ? valuesOf(rest, wild, depth + 1) : wild, { maxKeys: 4 });
}

/** @param wild what is put in here and there in its place */
export function valuesOf(schema: Schema, wild: fc.Arbitrary<unknown>, depth = 0): fc.Arbitrary<unknown> {
  const allowed = allowedBy(schema, wild, depth);
  return fc.oneof({ weight: 19, arbitrary: allowed }, { weight: 1, arbitrary: wild });
}

function allowedBy(schema: Schema, wild: fc.Arbitrary<unknown>, depth: number): fc.Arbitrary<unknown> {
  if (depth > 8) return fc.constant(null);
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return fc.constantFrom(...schema.enum);
  const choices = [...schemasIn(schema.anyOf), ...schemasIn(schema.oneOf)];
  if (choices.length > 0) return fc.oneof(...choices.map((choice) => valuesOf(choice, wild, depth + 1)));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const all = types.map((type): fc.Arbitrary<unknown> => {
    if (type === 'string') {
      const shortest = numberIn(schema.minLength, 0);
      const longest = Math.max(shortest, Math.min(40, numberIn(schema.maxLength, 40)));
      return fc.string({ minLength: shortest, maxLength: longest });
    }
    if (type === 'integer' || type === 'number') return numbers(schema, type === 'integer');
    if (type === 'boolean') return fc.boolean();
    if (type === 'array') {
      const items = isSchema(schema.items) ? valuesOf(schema.items, wild, depth + 1) : wild;
      return fc.array(items, { minLength: numberIn(schema.minItems, 0), maxLength: 4 });
    }
    if (type === 'object') return objects(schema, wild, depth);
    return type === 'null' ? fc.constant(null) : wild;
  });
  return fc.oneof(...all);
}

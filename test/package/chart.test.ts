import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { valuesSchema } from '../../scripts/chart/values-schema.ts';
import { SETTINGS } from '../../src/config/schema/settings.ts';
import { TARGET_FIELDS } from '../../src/config/targets/target-fields.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

/** What people may set there, so that the chart names nothing by itself. */
const OPEN = ['settings', 'env'];

describe('deploy/chart', () => {
  const schema: Schema = JSON.parse(read('deploy/chart/values.schema.json'));
  const values: Readonly<Record<string, unknown>> = parse(read('deploy/chart/values.yaml'));

  it('has the schema of the table of settings: to renew it, node scripts/refresh/settings.mjs', () => {
    expect(schema).toEqual(JSON.parse(JSON.stringify(valuesSchema(SETTINGS, TARGET_FIELDS))));
  });

  it('takes every setting that is no secret, and no secret', () => {
    const names = Object.keys(schema.properties?.settings?.properties ?? {});
    expect(SETTINGS.filter(({ env, secret }) => names.includes(env) === secret)).toEqual([]);
    expect(schema.properties?.settings?.additionalProperties).toBe(false);
  });

  it('shows a default of everything that can be set', () => {
    const missing = (place: string, { properties = {} }: Schema, value: unknown): string[] =>
      Object.entries(properties).flatMap(([name, own]) => {
        const path = `${place}${name}`;
        if (name === 'global') return [];
        const held: unknown = Object.entries(Object(value)).find(([key]) => key === name)?.[1];
        if (held === undefined) return [path];
        return OPEN.includes(path) ? [] : missing(`${path}.`, own, held);
      });
    expect(missing('', schema, values)).toEqual([]);
  });

  it('has the version of the package, as the image has', () => {
    const { version }: { version: string } = JSON.parse(read('package.json'));
    expect(parse(read('deploy/chart/Chart.yaml'))).toMatchObject({ version, appVersion: version });
  });
});

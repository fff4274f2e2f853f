import { beforeAll, describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/schema/settings.ts';
import { TARGET_FIELDS } from '../../src/config/targets/target-fields.ts';
import { table } from '../../src/web/settings/schema.ts';
import { replacedByPreset, saysWhereTo, valuesWithPreset } from '../../src/web/settings/where-to.ts';

beforeAll(() => {
  const settings = SETTINGS.map(({ env, key, group }) => ({ env, key, group }));
  table.value = { groups: [], settings } as unknown as typeof table.value;
});

const WHERE_TO = {
  MATOMO_URL: 'http://127.0.0.1:8081',
  MATOMO_SITE_ID: '3',
  MATOMO_TOKEN_AUTH: 'a'.repeat(32),
  MATOMO_NAME_1: 'old',
  MATOMO_WEIGHT_1: '2',
  MATOMO_URL_2: 'http://127.0.0.1:8082',
  MATOMO_SITE_ID_2: '4',
  MATOMO_TOKEN_AUTH_2: 'b'.repeat(32),
  MATOMO_NAME_2: 'new',
  TARGET_STRATEGY: 'mirror',
};

describe('a preset that is chosen', () => {
  it('keeps all targets and what each of them gets, and replaces what visits are like', () => {
    const values = { ...WHERE_TO, BACKFILL_DAYS_BACK: '7', CONCURRENCY: '7', TIMEZONE: 'UTC' };
    expect(replacedByPreset(values)).toEqual(['CONCURRENCY', 'TIMEZONE']);
    expect(valuesWithPreset(values, 'heavy')).toEqual({ ...WHERE_TO, BACKFILL_DAYS_BACK: '7' });
  });

  it('leaves what was set by hand when it is taken back', () => {
    expect(valuesWithPreset({ CONCURRENCY: '7' }, undefined)).toEqual({ CONCURRENCY: '7' });
  });

  it.each(TARGET_FIELDS.map(({ env }) => `${env}_2`))('does not touch %s', (env) => {
    expect(saysWhereTo(env)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import {
  ENV_NAMES,
  SETTINGS,
  settingByEnv,
  settingByYamlPath,
  settingOf,
  settingsSchema,
  yamlPath,
} from '../../../src/config/schema/settings.ts';

describe('the table of settings', () => {
  it('has defaults that its own bounds allow', () => {
    for (const row of SETTINGS) {
      expect(row.schema.safeParse(row.default), row.env).toMatchObject({ success: true, data: row.default });
    }
  });

  it('gives every setting its own variable, flag and YAML path', () => {
    const flags = SETTINGS.flatMap(({ flag }) => flag ?? []);
    expect(new Set(flags).size).toBe(flags.length);
    expect(new Set(ENV_NAMES).size).toBe(ENV_NAMES.length);
    expect(new Set(SETTINGS.map(yamlPath)).size).toBe(SETTINGS.length);
  });

  it('derives the flag from the variable unless one is fixed', () => {
    expect(settingOf('pageviewsMin').flag).toBe('--pageviews-min');
    expect(settingOf('visitsPerDay').flag).toBe('--visits-per-day');
    expect(settingOf('backfillMaxVisitsPerDay').flag).toBe('--max-visits-per-day');
  });

  it('keeps the token off the command line', () => {
    expect(settingOf('tokenAuth')).toMatchObject({ secret: true });
    expect(settingOf('tokenAuth').flag).toBeUndefined();
  });

  it('spells YAML keys without the name of their group in front', () => {
    expect(settingByYamlPath('ecommerce.probability')?.env).toBe('ECOMMERCE_PROBABILITY');
    expect(settingByYamlPath('backfill.daysBack')?.env).toBe('BACKFILL_DAYS_BACK');
    expect(settingByYamlPath('volume.visitsPerDay')?.env).toBe('TARGET_VISITS_PER_DAY');
  });

  it('knows the older name of the daily cap', () => {
    expect(settingByEnv('MAX_TOTAL_VISITS')?.key).toBe('dailyCap');
    expect(settingByEnv('NO_SUCH_NAME')).toBeUndefined();
  });

  it.each([
    ['TARGET_VISITS_PER_DAY', 20_000],
    ['CONCURRENCY', 50],
    ['TIMEZONE', 'CET'],
    ['ECOMMERCE_CURRENCY', 'SEK'],
    ['ECOMMERCE_SHIPPING_RATES', [0, 5.99, 9.99, 15.99]],
    ['BACKFILL_MAX_VISITS_PER_DAY', 2000],
    ['BACKFILL_MAX_VISITS_TOTAL', 200_000],
    ['ACTIVE_HOURS', '00:00-24:00'],
    ['STALL_TIMEOUT', 120],
  ])('sets %s to %j where nothing else does', (env, value) => {
    expect(settingByEnv(env)?.default).toEqual(value);
  });

  it('is strict about keys', () => {
    expect(settingsSchema.safeParse({ concurency: 5 }).success).toBe(false);
  });
});

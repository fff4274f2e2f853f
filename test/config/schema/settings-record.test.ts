import { describe, expect, it } from 'vitest';
import {
  settingsOfRecord,
  settingsRecord,
  shapingNames,
} from '../../../src/config/schema/settings-record.ts';
import { loadSettings } from '../../../src/config/sources/load.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';

const TOKEN = 'f'.repeat(32);
const NOW = Date.UTC(2026, 5, 1);

function load(env: Record<string, string>, run?: Parameters<typeof loadSettings>[0]['run']) {
  const host = createFakeHost({ files: packageFiles(), env });
  return loadSettings({ host, command: 'backfill', sink: false, nowMs: NOW, run });
}

const ENV = {
  MATOMO_URL: 'https://m.example/',
  MATOMO_TOKEN_AUTH: TOKEN,
  BACKFILL_DAYS_BACK: '3',
  TARGET_VISITS_PER_DAY: '500',
  ECOMMERCE_SHIPPING_RATES: '0,4.5',
  DECLARED_EVENTS: 'spike 2026-05-30T18:00 x3 for 6h; holiday 2026-05-29..2026-05-29 x0.4',
  TIMEZONE: 'Asia/Tokyo',
};

describe('a record of settings', () => {
  const { settings, origins } = load(ENV);
  const record = settingsRecord(settings, origins, 'backfill');

  it('has what somebody has set, with the token masked', () => {
    expect(record.MATOMO_TOKEN_AUTH).toBe('***');
    expect(JSON.stringify(record)).not.toContain(TOKEN);
    expect(record).toMatchObject({ TARGET_VISITS_PER_DAY: '500', ECOMMERCE_SHIPPING_RATES: '0,4.5' });
    expect(record).not.toHaveProperty('CONCURRENCY');
  });

  it('has the settings that it was made of, but for secrets', () => {
    for (const { setting, text } of settingsOfRecord(record)) {
      expect(setting.schema.parse(text)).toEqual(settings[setting.key]);
    }
    expect(settingsOfRecord(record).map(({ setting }) => setting.env)).not.toContain('MATOMO_TOKEN_AUTH');
  });

  it('gives a later run its settings and days, and only secrets come from elsewhere', () => {
    const run = { id: 12, settings: record, from: '2026-05-29', to: '2026-05-31' };
    const later = load({ MATOMO_TOKEN_AUTH: TOKEN, TARGET_VISITS_PER_DAY: '7', TIMEZONE: 'UTC' }, run);
    expect(later.settings).toEqual({
      ...settings,
      backfillDaysBack: undefined,
      backfillStartDate: '2026-05-29',
      backfillEndDate: '2026-05-31',
    });
    expect(later.origins.get('visitsPerDay')).toBe('run 12');
    expect(later.targets[0]?.open).toEqual(['currency']);
  });

  it('tells what shapes the traffic from what only sends it', () => {
    const names = shapingNames();
    for (const name of ['TARGET_VISITS_PER_DAY', 'TIMEZONE', 'BOUNCE_PROBABILITY', 'BACKFILL_BATCH_SIZE']) {
      expect(names).toContain(name);
    }
    for (const name of ['CONCURRENCY', 'MATOMO_TOKEN_AUTH', 'RESPONSE_TIMEOUT', 'BACKFILL_DAYS_BACK']) {
      expect(names).not.toContain(name);
    }
  });
});

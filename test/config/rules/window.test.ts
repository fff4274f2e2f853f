import { describe, expect, it } from 'vitest';
import { backfillWindow, daysInWindow, skippedDays } from '../../../src/config/rules/window.ts';
import { settingsSchema } from '../../../src/config/schema/settings.ts';
import { loadSettings } from '../../../src/config/sources/load.ts';
import { SettingsError } from '../../../src/errors.ts';
import { createFakeHost } from '../../doubles/fake-host.ts';

const NOW_MS = Date.parse('2024-05-20T12:00:00Z');

function windowOf(values: Record<string, unknown>, nowMs = NOW_MS) {
  return backfillWindow(settingsSchema.parse(values), nowMs);
}

function codesOf(env: Record<string, string>, nowMs = NOW_MS): string[] {
  try {
    const host = createFakeHost({ env: { ...env, MATOMO_URL: 'https://m.example' } });
    loadSettings({ host, command: 'backfill', sink: false, nowMs });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ code }) => code);
    throw error;
  }
}

describe('backfillWindow', () => {
  it('takes two dates as they are', () => {
    const dates = { backfillStartDate: '2024-01-30', backfillEndDate: '2024-02-02' };
    expect(windowOf(dates)).toEqual({ from: '2024-01-30', to: '2024-02-02' });
  });

  it('counts days back from today and ends yesterday', () => {
    expect(windowOf({ backfillDaysBack: 1 })).toEqual({ from: '2024-05-19', to: '2024-05-19' });
    expect(windowOf({ backfillDaysBack: 7 })).toEqual({ from: '2024-05-13', to: '2024-05-19' });
  });

  it('lasts as many days as it is told', () => {
    const window = windowOf({ backfillDaysBack: 7, backfillDurationDays: 3 });
    expect(window).toEqual({ from: '2024-05-13', to: '2024-05-15' });
    expect(daysInWindow(window)).toBe(3);
  });

  it('knows today by the timezone of the settings', () => {
    const lateMs = Date.parse('2024-05-20T22:30:00Z');
    expect(windowOf({ backfillDaysBack: 1 }, lateMs).to).toBe('2024-05-20');
    expect(windowOf({ backfillDaysBack: 1, timezone: 'UTC' }, lateMs).to).toBe('2024-05-19');
  });

  it('counts days across a change of the clock', () => {
    const window = windowOf({ backfillDaysBack: 2 }, Date.parse('2024-04-01T10:00:00Z'));
    expect(window).toEqual({ from: '2024-03-30', to: '2024-03-31' });
    expect(daysInWindow(window)).toBe(2);
  });

  it('refuses settings that name no window', () => {
    expect(() => windowOf({})).toThrow(SettingsError);
  });
});

describe('days that a timezone skipped', () => {
  const window = { from: '2011-12-28', to: '2012-01-02' };

  it('are told from the others', () => {
    expect(skippedDays(window, 'Pacific/Apia')).toEqual(['2011-12-30']);
    expect(skippedDays(window, 'Europe/Stockholm')).toEqual([]);
  });

  it('are warned of', () => {
    const { warnings } = loadSettings({
      host: createFakeHost({
        env: {
          MATOMO_URL: 'https://m.example',
          TIMEZONE: 'Pacific/Apia',
          BACKFILL_START_DATE: window.from,
          BACKFILL_END_DATE: window.to,
        },
      }),
      command: 'backfill',
      sink: false,
      nowMs: NOW_MS,
    });
    expect(warnings.find(({ code }) => code === 'skipped-day')?.message).toBe(
      '2011-12-30 gets no visits, because Pacific/Apia skipped that day.',
    );
  });
});

describe('the rules of the window', () => {
  it.each([
    ['no window', {}, ['missing-window']],
    ['one date only', { BACKFILL_START_DATE: '2024-05-01' }, ['missing-window']],
    ['a duration only', { BACKFILL_DURATION_DAYS: '3' }, ['missing-window']],
    [
      'both forms',
      { BACKFILL_START_DATE: '2024-05-01', BACKFILL_END_DATE: '2024-05-02', BACKFILL_DAYS_BACK: '3' },
      ['conflicting-window'],
    ],
    [
      'an end before the start',
      { BACKFILL_START_DATE: '2024-05-02', BACKFILL_END_DATE: '2024-05-01' },
      ['window-order'],
    ],
    ['an end today', { BACKFILL_START_DATE: '2024-05-02', BACKFILL_END_DATE: '2024-05-20' }, []],
    [
      'an end tomorrow',
      { BACKFILL_START_DATE: '2024-05-02', BACKFILL_END_DATE: '2024-05-21' },
      ['window-in-future'],
    ],
    ['a duration up to today', { BACKFILL_DAYS_BACK: '2', BACKFILL_DURATION_DAYS: '3' }, []],
    [
      'a duration beyond today',
      { BACKFILL_DAYS_BACK: '2', BACKFILL_DURATION_DAYS: '4' },
      ['window-in-future'],
    ],
    ['180 days', { BACKFILL_DAYS_BACK: '180' }, []],
    ['181 days', { BACKFILL_DAYS_BACK: '181' }, ['window-too-long']],
    ['a short window long ago', { BACKFILL_DAYS_BACK: '365', BACKFILL_DURATION_DAYS: '5' }, []],
    [
      'the oldest day that Matomo takes',
      { BACKFILL_START_DATE: '2004-05-26', BACKFILL_END_DATE: '2004-05-28' },
      [],
    ],
    [
      'the day before it',
      { BACKFILL_START_DATE: '2004-05-25', BACKFILL_END_DATE: '2004-05-28' },
      ['window-too-old'],
    ],
    [
      'a skipped day among others',
      {
        BACKFILL_START_DATE: '2011-12-29',
        BACKFILL_END_DATE: '2011-12-30',
        TIMEZONE: 'Pacific/Apia',
      },
      [],
    ],
    [
      'a skipped day alone',
      {
        BACKFILL_START_DATE: '2011-12-30',
        BACKFILL_END_DATE: '2011-12-30',
        TIMEZONE: 'Pacific/Apia',
      },
      ['window-without-days'],
    ],
    [
      'a day that is none',
      { BACKFILL_START_DATE: '2024-02-31', BACKFILL_END_DATE: '2024-03-01' },
      ['invalid-value'],
    ],
  ])('answer %s', (_, env, codes) => {
    expect(codesOf(env)).toEqual(codes);
  });
});

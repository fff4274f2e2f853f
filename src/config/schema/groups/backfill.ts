/** Settings of historical traffic: which days, how many visits, how fast. */
import { setting } from '../setting.ts';
import { localDate, positiveNumber, seed, wholeNumber } from '../values.ts';

const group = 'backfill';
const commands = ['backfill'] as const;

export const backfillSettings = {
  backfillStartDate: setting(localDate().optional(), {
    env: 'BACKFILL_START_DATE',
    flag: 'from',
    group,
    unit: 'local day',
    commands,
    description: 'First day. Set both dates, or the days back.',
  }),
  backfillEndDate: setting(localDate().optional(), {
    env: 'BACKFILL_END_DATE',
    flag: 'to',
    group,
    unit: 'local day',
    commands,
    description: 'Last day (inclusive); today at the latest.',
  }),
  backfillDaysBack: setting(wholeNumber(1, 365).optional(), {
    env: 'BACKFILL_DAYS_BACK',
    flag: 'days-back',
    group,
    unit: 'days',
    commands,
    description: 'First day, as a number of days before today. 1 = yesterday.',
  }),
  backfillDurationDays: setting(wholeNumber(1, 365).optional(), {
    env: 'BACKFILL_DURATION_DAYS',
    flag: 'days',
    group,
    unit: 'days',
    commands,
    description: 'Number of days. If not set, up to and including yesterday.',
  }),
  backfillMaxVisitsPerDay: setting(wholeNumber(0, 1_000_000).default(2000), {
    env: 'BACKFILL_MAX_VISITS_PER_DAY',
    flag: 'max-visits-per-day',
    group,
    unit: 'visits',
    commands,
    description:
      'Maximum visits per day. 0 = `TARGET_VISITS_PER_DAY`. With `VOLUME=average`, the default limits the average; a value that you set limits each day.',
  }),
  backfillMaxVisitsTotal: setting(wholeNumber(0).default(200_000), {
    env: 'BACKFILL_MAX_VISITS_TOTAL',
    flag: 'max-visits',
    group,
    unit: 'visits',
    commands,
    description: 'Maximum visits of the whole backfill; not less than those of one day. 0 = no limit.',
  }),
  backfillRpsLimit: setting(positiveNumber().optional(), {
    env: 'BACKFILL_RPS_LIMIT',
    flag: 'rps',
    group,
    unit: 'requests per second',
    commands,
    description: 'Maximum requests per second. If not set, as fast as the server answers.',
  }),
  backfillSeed: setting(seed().optional(), {
    env: 'BACKFILL_SEED',
    group,
    commands,
    description: 'Used instead of `SEED` in a backfill.',
  }),
  backfillBatchSize: setting(wholeNumber(1, 1000).default(200), {
    env: 'BACKFILL_BATCH_SIZE',
    flag: 'batch-size',
    group,
    unit: 'hits',
    commands,
    description: 'Hits per bulk request. 1 = one hit per request.',
  }),
  backfillBatchBytes: setting(wholeNumber(2_000, 8_000_000).default(120_000), {
    env: 'BACKFILL_BATCH_BYTES',
    flag: 'batch-bytes',
    group,
    unit: 'bytes',
    commands,
    description: 'Maximum size of a bulk request. It does not change the traffic.',
  }),
};

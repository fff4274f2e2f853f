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
    description: 'First day. Either both dates, or days back.',
  }),
  backfillEndDate: setting(localDate().optional(), {
    env: 'BACKFILL_END_DATE',
    flag: 'to',
    group,
    unit: 'local day',
    commands,
    description: 'Last day, itself included; today at the latest.',
  }),
  backfillDaysBack: setting(wholeNumber(1, 365).optional(), {
    env: 'BACKFILL_DAYS_BACK',
    flag: 'days-back',
    group,
    unit: 'days',
    commands,
    description: 'First day, counted back from today; 1 = yesterday.',
  }),
  backfillDurationDays: setting(wholeNumber(1, 365).optional(), {
    env: 'BACKFILL_DURATION_DAYS',
    flag: 'days',
    group,
    unit: 'days',
    commands,
    description: 'Number of days from the first one on. Not set: up to yesterday.',
  }),
  backfillMaxVisitsPerDay: setting(wholeNumber(0, 1_000_000).default(2000), {
    env: 'BACKFILL_MAX_VISITS_PER_DAY',
    flag: 'max-visits-per-day',
    group,
    unit: 'visits',
    commands,
    description:
      'Most visits of a day; 0 = as many as `TARGET_VISITS_PER_DAY`. With `VOLUME=average` the default is what a day has on average, and only a value of your own cuts days off.',
  }),
  backfillMaxVisitsTotal: setting(wholeNumber(0).default(200_000), {
    env: 'BACKFILL_MAX_VISITS_TOTAL',
    flag: 'max-visits',
    group,
    unit: 'visits',
    commands,
    description: 'Most visits of the whole backfill, not below those of a day; 0 = off.',
  }),
  backfillRpsLimit: setting(positiveNumber().optional(), {
    env: 'BACKFILL_RPS_LIMIT',
    flag: 'rps',
    group,
    unit: 'requests a second',
    commands,
    description: 'Most requests a second. Not set: as fast as the server answers.',
  }),
  backfillSeed: setting(seed().optional(), {
    env: 'BACKFILL_SEED',
    group,
    commands,
    description: 'Takes the place of `SEED` in a backfill.',
  }),
  backfillBatchSize: setting(wholeNumber(1, 1000).default(200), {
    env: 'BACKFILL_BATCH_SIZE',
    flag: 'batch-size',
    group,
    unit: 'hits',
    commands,
    description: 'Hits in one bulk request; 1 = single requests.',
  }),
  backfillBatchBytes: setting(wholeNumber(2_000, 8_000_000).default(120_000), {
    env: 'BACKFILL_BATCH_BYTES',
    flag: 'batch-bytes',
    group,
    unit: 'bytes',
    commands,
    description: 'Most bytes of a bulk request; the traffic stays the same whatever it is.',
  }),
};

/** Settings that say how many visits there are, when they happen and when it all ends. */
import { setting } from '../setting.ts';
import { activeHours, declaredEvents, number, oneOf, rate, seed, stages, wholeNumber } from '../values.ts';

const group = 'volume';
const commands = ['run'] as const;

export const volumeSettings = {
  visitsPerDay: setting(wholeNumber(1, 1_000_000).default(20_000), {
    env: 'TARGET_VISITS_PER_DAY',
    flag: 'visits-per-day',
    group,
    unit: 'visits',
    description: 'Visits per local day.',
  }),
  volumeMode: setting(oneOf(['exact', 'average']).default('exact'), {
    env: 'VOLUME',
    group,
    description:
      '`exact`: every day has this number of visits. `average`: days vary around it by weekday, season, holidays, trend and chance; the same seed gives the same days.',
  }),
  visitRate: setting(rate().optional(), {
    env: 'VISIT_RATE',
    flag: 'rate',
    group,
    commands,
    description:
      'Visits arrive at this rate, instead of a number a day. With stages, it is the rate before the first one.',
  }),
  visitStages: setting(stages().default([]), {
    env: 'VISIT_STAGES',
    flag: 'stages',
    group,
    commands,
    description: 'The rate of arrivals, stage by stage. The run ends with the last one.',
  }),
  dailyCap: setting(wholeNumber(0, 10_000_000).default(0), {
    env: 'MAX_VISITS_PER_DAY',
    aliases: ['MAX_TOTAL_VISITS'],
    flag: 'daily-cap',
    group,
    unit: 'visits',
    commands,
    description:
      'Maximum visits per local day. Traffic pauses when it is reached and continues at local midnight. 0 = no limit.',
  }),
  stopAfterVisits: setting(wholeNumber(0).default(0), {
    env: 'STOP_AFTER_VISITS',
    flag: 'stop-after',
    group,
    unit: 'visits',
    commands,
    description: 'End the run after this many visits. 0 = no limit.',
  }),
  autoStopAfterHours: setting(number(0, 168).default(0), {
    env: 'AUTO_STOP_AFTER_HOURS',
    group,
    unit: 'hours',
    commands,
    description: 'End the run after this many hours, such as 1.5. 0 = no limit.',
  }),
  activeHours: setting(activeHours().default('00:00-24:00'), {
    env: 'ACTIVE_HOURS',
    group,
    unit: 'local time',
    commands,
    description: 'Visits start only within these hours. They may span midnight, such as `22:00-06:00`.',
  }),
  trafficShape: setting(oneOf(['daily', 'flat']).default('daily'), {
    env: 'TRAFFIC_SHAPE',
    flag: 'shape',
    group,
    commands,
    description: '`daily` follows a typical curve over hours and weekdays; `flat` spreads visits evenly.',
  }),
  declaredEvents: setting(declaredEvents().default([]), {
    env: 'DECLARED_EVENTS',
    group,
    description:
      'Spikes, outages, growth and holidays, such as `spike 2026-11-27T18:00 x3 for 6h; holiday 2026-12-24..2026-12-26 x0.4`.',
  }),
  concurrency: setting(wholeNumber(1, 500).default(50), {
    env: 'CONCURRENCY',
    group,
    unit: 'requests',
    description: 'Maximum requests at the same time.',
  }),
  visitTiming: setting(oneOf(['realtime', 'compressed']).default('realtime'), {
    env: 'VISIT_TIMING',
    flag: 'timing',
    group,
    commands,
    description:
      '`realtime` sends each hit when the visitor would cause it; `compressed` sends the hits of a visit a short pause apart, and Matomo records their simulated time.',
  }),
  pauseSecondsMin: setting(number(0, 60).default(0.5), {
    env: 'PAUSE_BETWEEN_PVS_MIN',
    group,
    unit: 'seconds',
    commands,
    description: 'Shortest pause between two pageviews, with compressed timing.',
  }),
  pauseSecondsMax: setting(number(0, 60).default(2), {
    env: 'PAUSE_BETWEEN_PVS_MAX',
    group,
    unit: 'seconds',
    commands,
    description: 'Longest pause between two pageviews, with compressed timing.',
  }),
  seed: setting(seed().optional(), {
    env: 'SEED',
    group,
    description:
      'The same seed and settings give the same traffic. If not set, it is derived from the URL and the site.',
  }),
};

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
    description: 'Visits of one local day.',
  }),
  volumeMode: setting(oneOf(['exact', 'average']).default('exact'), {
    env: 'VOLUME',
    group,
    description:
      '`exact`: every day has as many visits; `average`: so many on average, by weekday, season, holidays, trend and chance, the same for the same seed.',
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
    description: 'Cap of one day: production pauses at it and resumes at local midnight; 0 = off.',
  }),
  stopAfterVisits: setting(wholeNumber(0).default(0), {
    env: 'STOP_AFTER_VISITS',
    flag: 'stop-after',
    group,
    unit: 'visits',
    commands,
    description: 'Ends the run after this many visits; 0 = off.',
  }),
  autoStopAfterHours: setting(number(0, 168).default(0), {
    env: 'AUTO_STOP_AFTER_HOURS',
    group,
    unit: 'hours',
    commands,
    description: 'Ends the run after this time, fractions allowed; 0 = off.',
  }),
  activeHours: setting(activeHours().default('00:00-24:00'), {
    env: 'ACTIVE_HOURS',
    group,
    unit: 'local time',
    commands,
    description: 'No visit starts outside; may wrap midnight, as `22:00-06:00` does.',
  }),
  trafficShape: setting(oneOf(['daily', 'flat']).default('daily'), {
    env: 'TRAFFIC_SHAPE',
    flag: 'shape',
    group,
    commands,
    description: '`daily` follows a curve over hours and weekdays; `flat` does not.',
  }),
  declaredEvents: setting(declaredEvents().default([]), {
    env: 'DECLARED_EVENTS',
    group,
    description:
      'Spikes, outages, growth and holidays that make days differ, such as `spike 2026-11-27T18:00 x3 for 6h; holiday 2026-12-24..2026-12-26 x0.4`.',
  }),
  concurrency: setting(wholeNumber(1, 500).default(50), {
    env: 'CONCURRENCY',
    group,
    unit: 'requests',
    description: 'Requests in flight at the same time.',
  }),
  visitTiming: setting(oneOf(['realtime', 'compressed']).default('realtime'), {
    env: 'VISIT_TIMING',
    flag: 'timing',
    group,
    commands,
    description:
      '`realtime`: each hit leaves when the visitor would cause it; `compressed`: hits leave a pause apart and carry the simulated time.',
  }),
  pauseSecondsMin: setting(number(0, 60).default(0.5), {
    env: 'PAUSE_BETWEEN_PVS_MIN',
    group,
    unit: 'seconds',
    commands,
    description: 'Shortest pause between two pageviews; compressed timing only.',
  }),
  pauseSecondsMax: setting(number(0, 60).default(2), {
    env: 'PAUSE_BETWEEN_PVS_MAX',
    group,
    unit: 'seconds',
    commands,
    description: 'Longest pause between two pageviews; compressed timing only.',
  }),
  seed: setting(seed().optional(), {
    env: 'SEED',
    group,
    description: 'The same seed gives the same traffic; derived from URL and site where not set.',
  }),
};

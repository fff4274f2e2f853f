// Schedule lag of live runs: how late hits leave, beside a bare timer that wakes as often.
const RATES = [100, 1000, 5000];
const FEWEST_SECONDS = 10;
const MOST_VISITS_A_DAY = 1_000_000;
const MINUTES_BEFORE = 15;
const NOON_HOUR = 12;

export const title = 'schedule lag';
export const unit = 'p99 ms';

/** A timezone in which it is about noon, so that the hours around now are of one day. */
function timezoneOfNoon() {
  const lead = NOON_HOUR - new Date().getUTCHours();
  // POSIX turns the sign around: Etc/GMT-3 is three hours ahead of UTC.
  return { lead, name: lead === 0 ? 'Etc/UTC' : `Etc/GMT${lead > 0 ? '-' : '+'}${Math.abs(lead)}` };
}

const clockTime = (minute) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** Settings with which about so many hits leave in a second: a day's visits in a few hours around now. */
function settingsFor(rate, hitsPerVisit, seconds) {
  const { lead, name } = timezoneOfNoon();
  const now = new Date();
  const minute = (now.getUTCHours() + lead) * 60 + now.getUTCMinutes();
  const visitsPerMinute = (rate / hitsPerVisit) * 60;
  const fewestMinutes = MINUTES_BEFORE + Math.ceil(seconds / 60) + 2;
  const minutes = Math.max(fewestMinutes, Math.min(120, Math.floor(MOST_VISITS_A_DAY / visitsPerMinute)));
  return {
    TIMEZONE: name,
    ACTIVE_HOURS: `${clockTime(minute - MINUTES_BEFORE)}-${clockTime(minute - MINUTES_BEFORE + minutes)}`,
    TARGET_VISITS_PER_DAY: String(Math.min(MOST_VISITS_A_DAY, Math.round(visitsPerMinute * minutes))),
    TRAFFIC_SHAPE: 'flat',
    // Short visits: a run leaves out those under way, and would take their length to come to its rate.
    VISIT_DURATION_MIN: '0.1',
    VISIT_DURATION_MAX: '0.2',
  };
}

function sideOf({ bodies, command, timeoutFor }, seconds, rate, timing) {
  return {
    name: `${rate} hits/s, ${timing}`,
    ...(rate === 1000 ? { wanted: { of: 'value', atMost: 10 } } : {}),
    async measure() {
      const options = `run --preset medium --timing ${timing} --for ${seconds}s --json --no-progress`;
      const {
        lagMs,
        hits,
        seconds: taken,
      } = await command(options.split(' '), {
        env: settingsFor(rate, bodies.hitsPerVisit, seconds),
        limits: { timeoutMs: timeoutFor(seconds) },
      });
      const { p50, p99, max } = lagMs;
      return { value: p99, p50, max, 'hits/s': hits.accepted / taken };
    },
  };
}

function timerOf({ work }, seconds, rate) {
  return {
    name: `${rate}/s, bare timer`,
    async measure() {
      const { p50, p99, max } = await work('timer', [rate, seconds], seconds);
      return { value: p99, p50, max };
    },
  };
}

export function plan(laboratory, options) {
  const seconds = Math.max(options.seconds, FEWEST_SECONDS);
  return {
    conditions: [laboratory.server.kind, `${seconds} s`],
    sides: RATES.flatMap((rate) => [
      timerOf(laboratory, seconds, rate),
      sideOf(laboratory, seconds, rate, 'compressed'),
      sideOf(laboratory, seconds, rate, 'realtime'),
    ]),
  };
}

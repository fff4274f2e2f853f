// Schedule lag of live runs: how late hits leave, beside a bare timer that wakes as often.
const RATES = [100, 1000, 5000];
const FEWEST_SECONDS = 10;
export const title = 'schedule lag';
export const unit = 'p99 ms';

/** Settings with which about so many hits leave in a second, soon after the start: short visits. */
function settingsFor(rate, hitsPerVisit) {
  return {
    VISIT_RATE: `${(rate / hitsPerVisit).toFixed(3)}/s`,
    VISIT_DURATION_MIN: '0.1',
    VISIT_DURATION_MAX: '0.1',
    PAUSE_BETWEEN_PVS_MIN: '0.05',
    PAUSE_BETWEEN_PVS_MAX: '0.2',
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
        env: settingsFor(rate, bodies.hitsPerVisit),
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

/** The peer of the schedule: a bare timer that wakes for each due time, and how late it is. */
import { report } from './report.ts';

const [rate = '', seconds = ''] = process.argv.slice(2);
const intervalMs = 1000 / Number(rate);
const count = Number(rate) * Number(seconds);
const startMs = Date.now() + 100;
const lags: number[] = [];

/** Due times at even distances; each hit that is due leaves at once. */
function wake(): void {
  let dueMs = startMs + lags.length * intervalMs;
  for (const nowMs = Date.now(); dueMs <= nowMs && lags.length < count; dueMs += intervalMs) {
    lags.push(nowMs - dueMs);
  }
  if (lags.length < count) setTimeout(wake, dueMs - Date.now());
  else tell();
}

function tell(): void {
  lags.sort((a, b) => a - b);
  const at = (share: number) => Math.round(lags[Math.floor(share * (lags.length - 1))] ?? 0);
  report({ p50: at(0.5), p99: at(0.99), max: at(1) });
}

wake();

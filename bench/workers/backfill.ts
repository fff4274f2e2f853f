/** A backfill for some seconds, with its ledger in SQLite or in memory: the command has no such choice. */
import { openRunLedger } from '../../src/cli/traffic/ledger.ts';
import { runJob } from '../../src/job/run-job.ts';
import { systemClock } from '../../src/run/clock.ts';
import { createPause } from '../../src/run/pause.ts';
import { createStop } from '../../src/run/stop.ts';
import { cpuSeconds, meterSecondHalf, report } from './report.ts';
import { backfillJob, host, numberArgument } from './traffic.ts';

const ledger = await openRunLedger(host, process.argv[3] === 'memory');
const stop = createStop();
const { pid, hostname } = host;
const cpuBefore = cpuSeconds();
let secondHalf: () => number | undefined = () => undefined;
const { totals, durationMs } = await runJob(backfillJob(), {
  clock: systemClock,
  stop,
  ledger,
  self: { pid, hostname },
  isAlive: () => false,
  options: { resume: false, again: true, inDoubt: 'skip' },
  onStart({ hits }) {
    setTimeout(() => stop.request('time'), numberArgument() * 1000);
    secondHalf = meterSecondHalf(() => hits.accepted, numberArgument());
  },
  onDay: () => {},
  thresholds: [],
  pause: createPause(systemClock),
});
const spentSeconds = cpuSeconds() - cpuBefore;
const secondHalfMicros = secondHalf();
await ledger.close();
const { accepted, planned } = totals.hits;
report({
  accepted,
  planned,
  requests: totals.requests,
  seconds: durationMs / 1000,
  cpuSeconds: spentSeconds,
  secondHalfMicros,
});
process.exit();

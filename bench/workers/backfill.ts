/** A backfill for some seconds, with its ledger in SQLite or in memory: the command has no such choice. */
import { runJob } from '../../src/job/run-job.ts';
import { createMemoryLedger } from '../../src/ledger/memory.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.ts';
import { ledgerPath } from '../../src/ledger/state-dir.ts';
import { systemClock } from '../../src/run/clock.ts';
import { createPause } from '../../src/run/pause.ts';
import { createStop } from '../../src/run/stop.ts';
import { cpuSeconds, report } from './report.ts';
import { backfillJob, host, numberArgument } from './traffic.ts';

const ledger = process.argv[3] === 'memory' ? createMemoryLedger() : await openSqliteLedger(ledgerPath(host));
const stop = createStop();
const { pid, hostname } = host;
const cpuBefore = cpuSeconds();
const { totals, durationMs } = await runJob(backfillJob(), {
  clock: systemClock,
  stop,
  ledger,
  self: { pid, hostname },
  isAlive: () => false,
  options: { resume: false, again: true, inDoubt: 'skip' },
  onStart: () => setTimeout(() => stop.request('time'), numberArgument() * 1000),
  onDay: () => {},
  thresholds: [],
  pause: createPause(systemClock),
});
const spentSeconds = cpuSeconds() - cpuBefore;
await ledger.close();
const { accepted, planned } = totals.hits;
report({
  accepted,
  planned,
  requests: totals.requests,
  seconds: durationMs / 1000,
  cpuSeconds: spentSeconds,
});
process.exit();

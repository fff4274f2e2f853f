/** A backfill that keeps no account: planned, encoded and sent as ever, and nobody is told what came of it. */
import { createEncoder } from '../../src/job/encoder.ts';
import { scheduleBackfill } from '../../src/job/schedule.ts';
import { createTransport } from '../../src/matomo/delivery/transport.ts';
import { createRequestSize } from '../../src/matomo/requests/request-size.ts';
import { createPlan } from '../../src/plan/plan.ts';
import { systemClock as clock } from '../../src/run/clock.ts';
import { runEngine } from '../../src/run/engine.ts';
import { createInFlightLimit } from '../../src/run/in-flight-limit.ts';
import { createRequestGate } from '../../src/run/request-gate.ts';
import { createStop } from '../../src/run/stop.ts';
import { cpuSeconds, meterSecondHalf, report } from './report.ts';
import { backfillJob, numberArgument } from './traffic.ts';

const job = backfillJob();
const { concurrency } = job.target;
const startMs = performance.now();
const cpuBefore = cpuSeconds();
const plan = createPlan(job.traffic);
const encoder = createEncoder(job);
const limit = createInFlightLimit(concurrency, true);
const requests = createRequestGate(() => limit.limit, 1);
const stop = createStop();
let accepted = 0;
const transport = createTransport({
  ...job.target,
  connections: concurrency,
  bodies: encoder.bodies,
  clock,
  gate: requests,
  limit,
  jitter: () => 0.5,
  size: createRequestSize(job.batchBytes),
  reconcile: undefined,
  probe: undefined,
  onWait: undefined,
  onReconciled: undefined,
});
setTimeout(() => stop.request('time'), numberArgument() * 1000);
const secondHalf = meterSecondHalf(() => accepted, numberArgument());
await runEngine({
  ...scheduleBackfill(job, plan, encoder, Date.now()),
  transport,
  requests,
  clock,
  stop,
  concurrency: concurrency + 1,
  recorder: {
    plan: () => {},
    sent(_batch, { outcomes }) {
      for (const { kind } of outcomes) if (kind === 'accepted') accepted++;
    },
    settle: () => {},
  },
});
report({
  accepted,
  seconds: (performance.now() - startMs) / 1000,
  cpuSeconds: cpuSeconds() - cpuBefore,
  secondHalfMicros: secondHalf(),
});
process.exit();

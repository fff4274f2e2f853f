/** Plans and encodes alone, up to the bytes of each bulk request, which go nowhere. */
import { createEncoder, lookedThrough } from '../../src/job/encoder.ts';
import { batchesOf } from '../../src/job/schedule.ts';
import { createPlan } from '../../src/plan/plan.ts';
import { hitCountOf } from '../../src/types/delivery.ts';
import { cpuSeconds, report } from './report.ts';
import { numberArgument, pluginBackfillJob } from './traffic.ts';

const job = await pluginBackfillJob();
const plan = createPlan(job.traffic, job.extensions);
const cpuBefore = cpuSeconds();
const startMs = performance.now();
const endMs = startMs + numberArgument() * 1000;
const encoder = createEncoder(job);
let hits = 0;
let visits = 0;
let bytes = 0;
for (const batch of lookedThrough(batchesOf(job, plan, encoder, Date.now()), encoder)) {
  bytes += batch.body.length;
  hits += hitCountOf(batch);
  visits += batch.wholeVisits?.length ?? batch.hits.filter(({ seq }) => seq === 0).length;
  if (performance.now() >= endMs) break;
}
report({
  hits,
  visits,
  bytes,
  seconds: (performance.now() - startMs) / 1000,
  cpuSeconds: cpuSeconds() - cpuBefore,
});

/** Writes one body of the average size for single and for bulk requests, taken from the real traffic. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchesOf } from '../../src/job/course.ts';
import { createBodyWriter } from '../../src/matomo/body.ts';
import { createHitWriter } from '../../src/matomo/hits.ts';
import { createOffsetTable } from '../../src/plan/calendar.ts';
import { createPlan } from '../../src/plan/plan.ts';
import type { Hit } from '../../src/types.ts';
import { report } from './report.ts';
import { backfillJob } from './traffic.ts';

const SAMPLED_BATCHES = 500;

interface Body {
  readonly text: string;
  readonly hits: number;
}

function meanBytes(bodies: readonly Body[]): number {
  return bodies.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / bodies.length;
}

/** The body whose size is nearest to the mean. */
function average(bodies: readonly Body[]): Body {
  const mean = meanBytes(bodies);
  const distance = ({ text }: Body) => Math.abs(Buffer.byteLength(text) - mean);
  return bodies.reduce((best, body) => (distance(body) < distance(best) ? body : best));
}

function sample(): { readonly singles: Body[]; readonly bulks: Body[]; readonly hitsPerVisit: number } {
  const job = backfillJob();
  const { token } = job.target;
  const single = createBodyWriter(false, token);
  const bulk = createBodyWriter(true, token);
  const plan = createPlan(job.traffic);
  const hits: Hit[] = [];
  const bulks: Body[] = [];
  for (const batch of batchesOf(job, plan, createHitWriter(job.traffic, createOffsetTable()), Date.now())) {
    hits.push(...batch.hits);
    bulks.push({ text: bulk.write(batch.hits).toString(), hits: batch.hits.length });
    if (bulks.length === SAMPLED_BATCHES) break;
  }
  const visits = hits.filter(({ seq }) => seq === 0).length;
  return {
    singles: hits.map((hit) => ({ text: single.write([hit]).toString(), hits: 1 })),
    bulks,
    hitsPerVisit: hits.length / visits,
  };
}

function write(name: string, bodies: readonly Body[]) {
  const path = join(process.cwd(), name);
  const body = average(bodies);
  writeFileSync(path, body.text);
  const meanHits = bodies.reduce((sum, { hits }) => sum + hits, 0) / bodies.length;
  return {
    path,
    hits: body.hits,
    bytes: Buffer.byteLength(body.text),
    meanBytes: meanBytes(bodies),
    meanHits,
  };
}

const { singles, bulks, hitsPerVisit } = sample();
report({ single: write('single.body', singles), bulk: write('bulk.body', bulks), hitsPerVisit });

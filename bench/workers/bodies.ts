/** Writes one body of the average size for single and for bulk requests, taken from the real traffic. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEncoder } from '../../src/job/encoder.ts';
import type { BackfillJob } from '../../src/job/job.ts';
import { batchesOf } from '../../src/job/schedule.ts';
import { createPlan } from '../../src/plan/plan.ts';
import { report } from './report.ts';
import { backfillJob } from './traffic.ts';

const SAMPLED_BATCHES = 500;

interface Body {
  readonly text: string;
  readonly hits: number;
  /** Visits that begin in it. */
  readonly visits: number;
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

/** The bodies of the job's first requests. */
function sample(job: BackfillJob, count: number): Body[] {
  const bodies: Body[] = [];
  for (const { hits, body } of batchesOf(job, createPlan(job.traffic), createEncoder(job), Date.now())) {
    const visits = hits.filter(({ seq }) => seq === 0).length;
    bodies.push({ text: body.toString(), hits: hits.length, visits });
    if (bodies.length === count) break;
  }
  return bodies;
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

const job = backfillJob();
const bulks = sample(job, SAMPLED_BATCHES);
const singles = sample({ ...job, batchSize: 1 }, SAMPLED_BATCHES * job.batchSize);
const hitsPerVisit = singles.length / singles.filter(({ visits }) => visits > 0).length;
report({ single: write('single.body', singles), bulk: write('bulk.body', bulks), hitsPerVisit });

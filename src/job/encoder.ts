/** How the visits of a job become requests to its target. */
import { bodyToken } from '../matomo/http/access.ts';
import { type Bodies, createBodies } from '../matomo/requests/body.ts';
import { createHitWriter } from '../matomo/requests/hits.ts';
import { createOffsetTable } from '../plan/days/calendar.ts';
import type { Batch, Encoder } from '../types/delivery.ts';
import type { Job } from './job.ts';

export interface JobEncoder extends Encoder {
  readonly bodies: Bodies;
}

export function createEncoder(job: Job): JobEncoder {
  const isBulk = job.command === 'backfill' && job.batchSize > 1;
  const mostBytes = job.command === 'backfill' ? job.batchBytes : Number.POSITIVE_INFINITY;
  const bodies = createBodies(isBulk, bodyToken(job.target), mostBytes);
  return { bodies, openBody: bodies.open, ...createHitWriter(job.traffic, createOffsetTable()) };
}

/** The batches for somebody who sends none of them: when the next one is asked for, the memory of the last is reused. */
export function* lookedThrough(
  batches: Iterable<Batch>,
  { bodies }: Pick<JobEncoder, 'bodies'>,
): Generator<Batch, undefined> {
  for (const batch of batches) {
    yield batch;
    bodies.recycle(batch.body);
  }
}

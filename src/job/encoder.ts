/** How the visits of a job become requests to its target. */
import { type Bodies, createBodies } from '../matomo/body.ts';
import { createHitWriter } from '../matomo/hits.ts';
import { createOffsetTable } from '../plan/calendar.ts';
import type { Encoder } from '../types.ts';
import type { Job } from './shape.ts';

export interface JobEncoder extends Encoder {
  readonly bodies: Bodies;
}

export function createEncoder(job: Job): JobEncoder {
  const isBulk = job.command === 'backfill' && job.batchSize > 1;
  const bodies = createBodies(isBulk, job.target.token);
  return { bodies, openBody: bodies.open, write: createHitWriter(job.traffic, createOffsetTable()) };
}

/** Batches that a lost worker may have sent: nothing later of their visitors leaves before it is known what became of them. */
import type { Clock } from '../types/clock.ts';
import type { Batch } from '../types/delivery.ts';
import type { Hit } from '../types/hit.ts';
import type { Outcome } from '../types/outcome.ts';
import { type Admission, FULL } from './admission.ts';
import { latenessMs, settle } from './dispatch.ts';
import type { Lanes } from './lanes.ts';
import type { Recorder } from './recorder.ts';
import type { Stop } from './stop.ts';

/** The reason of what a lost worker had to send, and nobody sends any more. */
export const LOST = 'worker-lost';
export const UNKNOWN: Outcome = { kind: 'unknown', reason: 'in-doubt' };

export interface InDoubtOptions {
  readonly recorder: Recorder;
  readonly admission: Admission;
  readonly lanes: Lanes;
  readonly clock: Clock;
  readonly stop: Stop;
  readonly maxLatenessMs: number;
}

export interface InDoubt {
  /** The batch, of one hit, is to be asked about. */
  add(batch: Batch): void;
  /** Settles it, unless it is to be sent: the target does not have it, its visit goes on, and it is not too late. */
  isAbsent(batch: Batch): Promise<boolean>;
}

export function createInDoubt({
  recorder,
  admission,
  lanes,
  clock,
  stop,
  ...rules
}: InDoubtOptions): InDoubt {
  /** Of hits whose visits are not sent: why. By the time of the answer the visit may have passed. */
  const refusals = new WeakMap<Hit, string>();
  return {
    add(batch) {
      for (const hit of batch.hits) {
        const refusal = admission.refusal(hit);
        if (refusal !== undefined) refusals.set(hit, refusal);
      }
      lanes.add({ ...batch, isInDoubt: true });
    },
    async isAbsent(batch) {
      const outcome = await recorder.resolve?.(batch, stop.draining);
      const [hit] = batch.hits;
      if (outcome) settle(recorder, batch, [outcome]);
      if (hit && outcome?.kind === 'unknown') admission.dropRest(hit, LOST);
      if (outcome || !hit) return false;
      const refusal = refusals.get(hit);
      if (refusal !== undefined && refusal !== FULL) admission.skip(batch.hits, refusal);
      if (refusal !== undefined || !admission.shouldSend(batch)) return false;
      if (latenessMs(batch, clock) <= rules.maxLatenessMs) return true;
      if (!stop.draining.aborted) admission.skip(batch.hits, LOST);
      return false;
    },
  };
}

/** What a job knows of the others that may have worked on its shard before, or take it over from it. */
import type { SendLease } from '../run/send-lease.ts';

export interface SharedShard {
  /** Higher than that of everybody who had the shard before. */
  readonly epoch: number;
  /** Without it, no request starts. */
  readonly lease: SendLease;
  /** The run of the ledger to go on with; null where a new one begins. */
  readonly runRow: number | null;
  /** How long after this claim former owners may still send, at most. */
  readonly fenceMs: number;
  /** True: no former owner can send anything any more. */
  readonly areFormersGone: () => Promise<boolean>;
  /** Of a live run that goes on: from when this process sends, epoch ms. */
  readonly fromMs: number | undefined;
}

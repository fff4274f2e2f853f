/** What a job knows of the others that may have worked on its shard before, or take it over from it. */
import type { SendLease } from '../run/send-lease.ts';
import type { Checkpoint } from './ledger/live-progress.ts';

export interface LiveTakeover {
  /** When the run began, epoch ms. */
  readonly startMs: number;
  /** When this process took the shard, epoch ms. */
  readonly takenMs: number;
  /** The last one of the former owners; undefined where they did not come so far. */
  readonly checkpoint: Checkpoint | undefined;
}

export interface SharedShard {
  /** Higher than that of everybody who had the shard before. */
  readonly epoch: number;
  /** Without it, no request starts. */
  readonly lease: SendLease;
  /** How many requests the shard may have in flight for now: its part of what the target gets from all workers. */
  readonly share: () => number;
  /** By how much the shard may be faster than its part of the run's rate, since not all shards are at work. */
  readonly rateFactor: () => number;
  /** The run of the ledger to go on with; null where a new one begins. */
  readonly runRow: number | null;
  /** How long after this claim former owners may still send, at most. */
  readonly leaseMs: number;
  /** How long Matomo may take to show what it has recorded. */
  readonly settleMs: number;
  /** True: no former owner can send anything any more. */
  readonly areFormersGone: () => Promise<boolean>;
  /** Of a live run that a former owner has begun with. */
  readonly takeover: LiveTakeover | undefined;
}

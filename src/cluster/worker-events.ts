/** What happens to a worker, for its log: one who reads nothing else is to understand it. */
import type { Claim, SharedRun, Wish } from '../ledger/postgres/shared-rows.ts';
import type { ShardEvent, WorkerEnd } from '../shards/protocol.ts';

/** How the work on a shard ended here; that it was lost is told at once. */
export type ClaimEnd =
  | { readonly kind: 'finished'; readonly result: NonNullable<WorkerEnd['result']> }
  /** What it cannot send, the others could not either: where `stopsRun`, the run ends. */
  | {
      readonly kind: 'failed';
      readonly error: NonNullable<WorkerEnd['error']>;
      readonly stopsRun: boolean;
    }
  /** Another worker goes on with it. @param error what kept this one from it */
  | { readonly kind: 'given-back'; readonly error: WorkerEnd['error'] };

/** `replaced`: another worker has the shard, or may take it. `taken-for-dead`: somebody has told so of this process. */
export type LossReason = 'replaced' | 'taken-for-dead';

export interface WorkerEvents {
  /** The worker takes no shard of the run for now. */
  onRefuse(run: number, reason: string): void;
  onClaim(run: SharedRun, claim: Claim): void;
  onLost(claim: Claim, reason: LossReason): void;
  /** Something else is asked of a run of which this worker has these shards. */
  onWish(run: number, wish: Wish, shards: readonly number[]): void;
  /** Why the shard waits, or goes on. */
  onNews(claim: Claim, event: Extract<ShardEvent, { kind: 'breaker' | 'outage' | 'in-doubt' }>): void;
  onEnd(claim: Claim, end: ClaimEnd): void;
}

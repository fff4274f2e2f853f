/** Who has a lock: the same process, a living one or a dead one. */
import { EXIT, UserError } from '../errors.ts';
import type { Holder, Ledger } from './ledger.ts';

/** A holder that has not been seen for so long is dead. Holders show themselves every `LOCK_RENEWAL_MS`. */
export const LOCK_LEASE_MS = 120_000;
export const LOCK_RENEWAL_MS = 30_000;

export function isSameHolder(a: Holder, b: Holder): boolean {
  return a.pid === b.pid && a.hostname === b.hostname && a.sinceMs === b.sinceMs && a.epoch === b.epoch;
}

export interface Observer {
  readonly pid: number;
  readonly hostname: string;
  /** When the observing process started. */
  readonly startedMs: number;
  readonly nowMs: number;
  /** Whether this machine has a process with this id. */
  readonly isRunning: (pid: number) => boolean;
}

/**
 * Whether the holder may still be at work. Process ids are used again after a restart, in a container at once, and
 * another machine's cannot be looked up: hence the lease.
 */
export function isHolderAlive(holder: Holder, observer: Observer): boolean {
  if (observer.nowMs - holder.seenMs > LOCK_LEASE_MS) return false;
  if (holder.hostname !== observer.hostname) return true;
  if (holder.pid === observer.pid) return holder.sinceMs >= observer.startedMs;
  return observer.isRunning(holder.pid);
}

/** Takes the lock, also from a holder that is dead: resolves with undefined, or with the living holder who has it. */
export async function takeLock(
  ledger: Pick<Ledger, 'acquireLock'>,
  name: string,
  holder: Holder,
  isAlive: (other: Holder) => boolean,
): Promise<Holder | undefined> {
  let present = await ledger.acquireLock(name, holder);
  while (present && !isAlive(present)) present = await ledger.acquireLock(name, holder, present);
  return present;
}

/** Whether a lock goes from who has it to another holder, who believes the `dead` one to be so. */
export function isFreeFor(present: Holder | undefined, holder: Holder, dead: Holder | undefined): boolean {
  if (!present || isSameHolder(present, holder)) return true;
  return dead !== undefined && isSameHolder(present, dead) && present.seenMs === dead.seenMs;
}

export function lockLost(name: string, present: Holder | undefined): UserError {
  const by = present ? `by ${present.command}, process ${present.pid} on ${present.hostname}` : 'released';
  return new UserError(`This process lost its lock for ${name}; it is now ${present ? 'held ' : ''}${by}.`, {
    code: 'ledger-lock-lost',
    exitCode: EXIT.usage,
    hint: 'The process was suspended for too long, so it stopped sending. When the other one is done, continue with --resume.',
  });
}

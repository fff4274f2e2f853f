/** Tells hits that Matomo will not have from a target that has come to refuse everything: both get the same answer. */
import { EXIT, UserError } from '../../errors.ts';
import type { Clock } from '../../types/clock.ts';
import type { Delivery, Transport } from '../../types/delivery.ts';
import type { Outcome } from '../../types/outcome.ts';

/** How long a target that was found well is taken for well. */
const TRUST_MS = 1_000;

export interface RefusalOptions {
  /** Asks the target whether it would take a hit; rejects with a `UserError` where it would not. */
  readonly probe: () => Promise<void>;
  readonly clock: Clock;
}

/** A revoked token, a site that is gone, a database that is down and a lock-out all look so. */
function isSuspicious({ outcomes, fatal }: Delivery): boolean {
  if (fatal) return false;
  const isRefused = ({ kind, reason }: Outcome) =>
    kind === 'rejected' && reason?.startsWith('invalid') === true;
  const isError = ({ kind, reason }: Outcome) =>
    (kind === 'unknown' || kind === 'failed') && reason === 'bulk-error';
  return outcomes.every(isRefused) || outcomes.every(isError);
}

/**
 * The same transport, but a request of which nothing was taken is followed by a question to the target: hits that it
 * refuses as it would refuse all have failed and may be sent again, and refused rights end the run.
 */
export function withRefusalCheck(transport: Transport, { probe, clock }: RefusalOptions): Transport {
  let asking: Promise<UserError | undefined> | undefined;
  let trustedUntilMs = 0;

  async function ask(): Promise<UserError | undefined> {
    try {
      await probe();
      trustedUntilMs = clock.now() + TRUST_MS;
      return undefined;
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    } finally {
      asking = undefined;
    }
  }

  async function judge(delivery: Delivery): Promise<Delivery> {
    asking ??= ask();
    const refusal = await asking;
    if (!refusal) return delivery;
    const failed: Outcome = { kind: 'failed', reason: refusal.code };
    const outcomes = delivery.outcomes.map((outcome) => (outcome.kind === 'unknown' ? outcome : failed));
    const fatal = refusal.exitCode === EXIT.authentication ? { fatal: refusal } : {};
    return { ...delivery, outcomes, ...fatal };
  }

  const check = (delivery: Delivery) =>
    isSuspicious(delivery) && clock.now() >= trustedUntilMs ? judge(delivery) : delivery;

  return {
    close: () => transport.close(),
    send: (batch, signal) => transport.send(batch, signal).then(check),
  };
}

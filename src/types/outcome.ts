/** How a hit can end. */

/** How a hit can end. Every planned hit ends in exactly one of these. */
export const OUTCOME_KINDS = ['accepted', 'rejected', 'failed', 'unknown', 'skipped'] as const;

export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** How one hit ended. `reason` is a stable name such as `invalid` or `late`, undefined when accepted. */
export interface Outcome {
  readonly kind: OutcomeKind;
  readonly reason?: string;
}

/** Whether a visit whose first hit was skipped for the reason was not let in: it is not sent, and counts towards no limit. */
export const isTurnedAway = (reason: string | undefined) => reason === 'capped' || reason === 'paused';

/** Visits a second over the course of a run. */

/** Visits a second that change evenly from one rate to the other. */
export interface LoadStage {
  /** Infinite in a last stage that does not end. */
  readonly ms: number;
  readonly from: number;
  readonly to: number;
}

/** Visits a second over the course of a run. */
export interface LoadProfile {
  readonly stages: readonly LoadStage[];
}

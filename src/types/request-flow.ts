/** How requests are let out to a target: as many at a time as it takes. */

/** A request that has ended. Times are in ms, of any clock that never goes back. */
export interface RequestSample {
  readonly sentMs: number;
  readonly endedMs: number;
  readonly hits: number;
  /** Requests in flight when it left, with itself. */
  readonly inFlight: number;
  /** True: a time-out, a 5xx or a 429, as from a server that has too much to do. */
  readonly isOverload: boolean;
}

/** What was found out about a target. */
export interface InFlightReport {
  /** Most requests in flight that were allowed. */
  readonly ceiling: number;
  /** Most that there were at the same time. */
  readonly most: number;
  /** What the limit was on average after it first went down; null when it never did. */
  readonly settledAt: number | null;
}

export interface InFlightLimit {
  /** Requests in flight at most, for now: a whole number from 1 to the ceiling. */
  readonly limit: number;
  note(sample: RequestSample): void;
  readonly report: InFlightReport;
}

export interface RequestGate {
  /**
   * Calls back with true as the request may leave, at once or when another has ended; with false when the signal was
   * aborted before.
   * @param group requests of a group go out together only after one of them has succeeded alone; undefined for none
   */
  enter(group: string | undefined, signal: AbortSignal, go: (mayLeave: boolean) => void): void;
  /** The request has ended. */
  leave(group: string | undefined, hasSucceeded: boolean): void;
  /** Requests that are out. */
  readonly inFlight: number;
  /** How many more may enter: all of them leave at once, or all but those that wait for the next one to end. */
  readonly room: number;
  /** Whoever has had a request out waits for something else: there may be room for another. */
  pause(): void;
  /** Calls back at every pause. */
  onRoom(listener: () => void): void;
}

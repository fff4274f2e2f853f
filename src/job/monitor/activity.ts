/** What a run is doing at the moment, for those who watch it. */
export interface Activity {
  /** Requests in flight. */
  requestsInFlight: number;
  /** Nothing is sent, since the target takes nothing. */
  isTargetDown: boolean;
}

export function createActivity(): Activity {
  return { requestsInFlight: 0, isTargetDown: false };
}

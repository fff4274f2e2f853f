/** What a run is doing at the moment, for those who watch it. */
export interface Activity {
  /** Requests in flight. */
  requestsInFlight: number;
  /** Nothing is sent, since the target takes nothing. */
  isTargetDown: boolean;
  /** Visits of the present local day that count towards its cap; 0 where there is none. */
  admittedToday: number;
}

export function createActivity(): Activity {
  return { requestsInFlight: 0, isTargetDown: false, admittedToday: 0 };
}

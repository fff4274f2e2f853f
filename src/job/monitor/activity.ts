/** What a run is doing at the moment, for those who watch it. */
/** Changes as the run goes on. */
export interface Activity {
  /** Requests in flight. */
  requestsInFlight: number;
  /** Responses so far, also failures: only whether the number changes is of interest. */
  responses: number;
  /** Since when requests have been in flight without any response, epoch ms; 0 where none waits. */
  waitingSinceMs: number;
  /** Nothing is sent, since the target takes nothing. */
  isTargetDown: boolean;
  /** Visits of the present local day that count towards its cap; 0 where there is none. */
  admittedToday: number;
}

export function createActivity(): Activity {
  return {
    requestsInFlight: 0,
    responses: 0,
    waitingSinceMs: 0,
    isTargetDown: false,
    admittedToday: 0,
  };
}

/** A request has left (1) or was answered (-1). */
export function countInFlight(activity: Activity, change: 1 | -1): void {
  activity.requestsInFlight += change;
  if (change < 0) activity.responses++;
}

/** @returns to be called about once a second: keeps up to date since when requests wait */
export function watchWaiting(activity: Activity): (nowMs: number) => void {
  let responses = 0;
  return (nowMs) => {
    if (activity.requestsInFlight === 0) activity.waitingSinceMs = 0;
    else if (activity.responses !== responses || activity.waitingSinceMs === 0) {
      activity.waitingSinceMs = nowMs;
    }
    responses = activity.responses;
  };
}

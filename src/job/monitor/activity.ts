/** What a run is doing at the moment, for those who watch it. */

/** Changes as the run goes on. */
export interface Activity {
  /** Requests in flight. */
  requestsInFlight: number;
  /** When the oldest request in flight left, to the second, epoch ms; 0 where none is in flight. */
  waitingSinceMs: number;
  /** Nothing is sent, since the target takes nothing. */
  isTargetDown: boolean;
  /** Visits of the present local day that count towards its cap; 0 where there is none. */
  admittedToday: number;
}

export function createActivity(): Activity {
  return {
    requestsInFlight: 0,
    waitingSinceMs: 0,
    isTargetDown: false,
    admittedToday: 0,
  };
}

export interface RequestWatch {
  /** A request has left (1), or has its response or will have none (-1). @param sentMs when it left */
  change(change: 1 | -1, sentMs: number): void;
  /** To be called about once a second. */
  look(): void;
}

/** Keeps up to date how many requests are in flight, and since when the oldest one is. */
export function watchRequests(activity: Activity): RequestWatch {
  /** By the second in which they left, in the order of these. */
  const open = new Map<number, number>();
  return {
    change(change, sentMs) {
      activity.requestsInFlight += change;
      const second = Math.floor(sentMs / 1000);
      const count = (open.get(second) ?? 0) + change;
      if (count > 0) open.set(second, count);
      else open.delete(second);
    },
    look() {
      const [oldest] = open.keys();
      activity.waitingSinceMs = (oldest ?? 0) * 1000;
    },
  };
}

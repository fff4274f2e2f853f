/** What a run is doing at the moment, for those who watch it. */
import type { Transport } from '../types.ts';

export interface Activity {
  /** Requests that wait for their answer. */
  requestsInFlight: number;
  /** Nothing is sent, since the target takes nothing. */
  isTargetDown: boolean;
}

export function createActivity(): Activity {
  return { requestsInFlight: 0, isTargetDown: false };
}

/** The same transport, whose requests are counted while they are in flight. */
export function counted(transport: Transport, activity: Activity): Transport {
  return {
    ...transport,
    async send(batch, signal) {
      activity.requestsInFlight++;
      const delivery = await transport.send(batch, signal);
      activity.requestsInFlight--;
      return delivery;
    },
  };
}

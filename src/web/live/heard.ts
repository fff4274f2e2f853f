/** When the service was heard of for the last time. */

/** @param type of an event of the stream: that the service is away is not from the service */
export const heardAfter = (type: string, beforeMs: number, nowMs: number) =>
  type === 'away' ? beforeMs : nowMs;

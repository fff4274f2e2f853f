/** How many visits each day has, and the running number that every visit has over all days. */

/** Day from which visits are numbered: before any day that traffic can be planned for. */
const FIRST_DAY = 14_610; // 2010-01-01

export interface Volume {
  countOf(dayNumber: number): number;
  /** Running number of the day's first visit. */
  baseOf(dayNumber: number): number;
  /** Part of its day's traffic (0 to 1) that has come when the numbered visit starts, as expected. */
  partAt(runningNumber: number): number;
}

/** The same number of visits every day. */
export function createVolume(visitsPerDay: number): Volume {
  return {
    countOf: () => visitsPerDay,
    baseOf: (dayNumber) => (dayNumber - FIRST_DAY) * visitsPerDay,
    partAt: (runningNumber) => ((runningNumber % visitsPerDay) + 0.5) / visitsPerDay,
  };
}

/** How far a Matomo site's local clock is from UTC, also where Matomo names the timezone in its own way. */
import type { Clocks } from './hits.ts';

export interface SiteClock {
  /** To be added to UTC at the instant; all in seconds. */
  offsetSeconds(second: number): number;
}

/** `UTC+5.5` and `UTC-3`, as Matomo offers besides the IANA names. */
const FIXED = /^UTC([+-]\d+(?:\.\d+)?)$/;

export function createSiteClock(timezone: string, clocks: Clocks): SiteClock {
  const hours = FIXED.exec(timezone)?.[1];
  if (hours !== undefined) {
    const seconds = Number(hours) * 3600;
    return { offsetSeconds: () => seconds };
  }
  return { offsetSeconds: (second) => clocks.offsetMs(timezone, second * 1000) / 1000 };
}

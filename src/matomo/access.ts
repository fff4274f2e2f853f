/** How requests get to one target, as plain data, which processes pass on to each other. */
import type { ProxySettings } from './proxy.ts';

export interface TargetAccess {
  /** Tracking endpoint, `https://host/matomo.php`. */
  readonly url: string;
  readonly token: string | undefined;
  /** Absent: requests go there directly. */
  readonly proxies?: ProxySettings;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
}

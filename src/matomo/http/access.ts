/** How requests get to one target, as plain data, which processes pass on to each other. */
import type { HttpHeader } from '../../types/http-header.ts';
import type { ProxySettings } from './proxy.ts';

export interface TargetAccess {
  /** Tracking endpoint, `https://host/matomo.php`. */
  readonly url: string;
  /** Reporting API; absent: `index.php` beside the tracking endpoint. */
  readonly apiUrl?: string | undefined;
  readonly token: string | undefined;
  /** `header`: as a bearer token, which Matomo 5.4 and later understand. Default: `body`. */
  readonly tokenIn?: 'body' | 'header';
  /** For requests to the target's own origin. */
  readonly headers?: readonly HttpHeader[];
  /** Absent: requests go there directly. */
  readonly proxies?: ProxySettings;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
}

/** The token that a body carries. */
export function bodyToken({ token, tokenIn }: Pick<TargetAccess, 'token' | 'tokenIn'>): string | undefined {
  return tokenIn === 'header' ? undefined : token;
}

/** The headers of a request to the address. Another origin than the target's gets none but the token. */
export function headersFor(access: TargetAccess, address: string): HttpHeader[] {
  const { url, token, tokenIn, headers = [] } = access;
  const isOwn = new URL(address).origin === new URL(url).origin;
  const bearer =
    tokenIn === 'header' && token !== undefined ? [{ name: 'authorization', value: `Bearer ${token}` }] : [];
  return [...(isOwn ? headers : []), ...bearer];
}

/** `https://host/path/index.php` for `https://host/path/matomo.php` and `https://host/path/js/`. */
export function reportingUrl({ url, apiUrl }: Pick<TargetAccess, 'url' | 'apiUrl'>): string {
  if (apiUrl !== undefined) return apiUrl;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/(?:js\/)?[^/]*$/, 'index.php')}`;
}

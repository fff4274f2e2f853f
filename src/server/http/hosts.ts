/** Which names the service answers to: a page on the internet that points a name at this machine is refused. */
import { isIP } from 'node:net';

export interface HostNames {
  /** @param header of Host */
  isKnown(header: string | undefined): boolean;
  /** @param header of Origin */
  isOwnOrigin(header: string | undefined, hostHeader: string | undefined): boolean;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\./.test(address) || address === '::1' || address === 'localhost';
}

export function isAnyAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** As it stands in a URL. */
export function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** @param bound address and port that are listened on. @param allowed further names, with a port or for any */
export function createHostNames(
  bound: { readonly host: string; readonly port: number },
  allowed: readonly string[],
): HostNames {
  const own = isAnyAddress(bound.host) ? LOOPBACK_NAMES : [...LOOPBACK_NAMES, bracketed(bound.host)];
  const exact = new Set(own.map((name) => `${name}:${bound.port}`.toLowerCase()));
  // Browsers leave the scheme's own port away.
  if (bound.port === 80 || bound.port === 443) for (const name of own) exact.add(name.toLowerCase());
  const names = new Set<string>();
  for (const entry of allowed) {
    if (/:\d+$/.test(entry)) exact.add(entry.toLowerCase());
    else names.add(entry.toLowerCase());
  }

  function isKnown(header: string | undefined): boolean {
    const host = header?.toLowerCase();
    if (host === undefined) return false;
    return exact.has(host) || names.has(host.replace(/:\d+$/, ''));
  }

  return {
    isKnown,
    isOwnOrigin(header, hostHeader) {
      if (header === undefined || hostHeader === undefined || !URL.canParse(header)) return false;
      const { protocol, host } = new URL(header);
      return (
        /^https?:$/.test(protocol) && host.toLowerCase() === hostHeader.toLowerCase() && isKnown(hostHeader)
      );
    },
  };
}

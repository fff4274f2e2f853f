/** The parts of a page's address that a plan looks at. */

export interface PageAddress {
  readonly origin: string;
  readonly hostname: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

/**
 * An address that stands as `URL` would write it, without query: hosts end in letters, and no part of the path begins with a
 * dot. Nearly all pages are like that, and are taken apart five times as fast.
 */
const PLAIN =
  /^(https?:\/\/((?:(?!xn--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*(?!xn--)[a-z]+))((?:\/(?!\.)[A-Za-z0-9_~.-]*)+)$/;

/** @throws TypeError where it is none */
export function addressOf(text: string): PageAddress {
  const [, origin, hostname, pathname] = PLAIN.exec(text) ?? [];
  if (origin === undefined || hostname === undefined || pathname === undefined) return new URL(text);
  return { origin, hostname, pathname, search: '', hash: '' };
}

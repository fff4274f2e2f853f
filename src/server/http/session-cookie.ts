/** The cookie of somebody who has logged in: signed, so that it outlives a restart and ends with the key. */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const SESSION_SECONDS = 12 * 3600;

export type SessionRole = 'read' | 'write';

export interface SessionCookies {
  /** Cookies know no ports: two services of one host have cookies of different names. */
  readonly name: string;
  /** Value of the Set-Cookie header. */
  issue(role: SessionRole, isSecure: boolean): string;
  /** The header that takes the cookie away. */
  clear(isSecure: boolean): string;
  /** @param header of Cookie. @returns undefined for no session, or one that has ended */
  read(header: string | undefined): SessionRole | undefined;
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

/** @param key on which every session depends. @param instance tells services of one host apart */
export function createSessionCookies(key: string, instance: string, now: () => number): SessionCookies {
  const secret = Buffer.from(hkdfSync('sha256', key, instance, 'session cookie', 32));
  const name = `trafficinator-${createHash('sha256').update(instance).digest('hex').slice(0, 8)}`;
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest('base64url');
  const cookie = (value: string, seconds: number, isSecure: boolean) =>
    `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;

  return {
    name,
    issue(role, isSecure) {
      const text = `${role}.${now() + SESSION_SECONDS * 1000}`;
      return cookie(`${text}.${sign(text)}`, SESSION_SECONDS, isSecure);
    },
    clear: (isSecure) => cookie('', 0, isSecure),
    read(header) {
      const [role, until, signature = ''] = cookieValue(header, name)?.split('.') ?? [];
      const given = Buffer.from(signature);
      const right = Buffer.from(sign(`${role}.${until}`));
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      if (!(Number(until) > now())) return undefined;
      return role === 'read' || role === 'write' ? role : undefined;
    },
  };
}

/** Who asks: by a key in a header, or by the cookie of a login. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { LoginCodes } from './login-codes.ts';
import type { RateLimit } from './rate-limit.ts';
import { Refusal } from './refusal.ts';
import type { SessionCookies, SessionRole } from './session-cookie.ts';

/** Wrong keys a minute from one address; then no key of that address is looked at until the minute is over. */
const MOST_WRONG_KEYS = 10;

export interface Identity {
  /** `none` where the call needs no key and none was given. */
  readonly role: SessionRole | 'none';
  readonly by: 'key' | 'cookie' | 'none';
}

export interface Keys {
  readonly full: string;
  readonly readOnly: string;
}

/** What a request shows of who sent it. */
export interface Credentials {
  /** Of `X-API-Key` or of `Authorization: Bearer`. */
  readonly key: string | undefined;
  readonly cookie: string | undefined;
  readonly address: string;
}

export interface Access {
  readonly keys: Keys;
  readonly codes: LoginCodes;
  readonly cookies: SessionCookies;
  /** @throws Refusal for a wrong key, with 429 after too many; identity `none` where nothing was shown */
  identify(credentials: Credentials): Identity;
  /** A code or key was wrong; counts as a wrong key. @throws Refusal after too many */
  fail(address: string): void;
  /** @throws Refusal where the address has shown too many wrong keys */
  refuseGuessing(address: string): void;
}

/** The key of a request. @param header by its name in lower case */
export function shownKey(header: (name: string) => string | undefined): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(header('authorization') ?? '')?.[1];
  return header('x-api-key') ?? bearer;
}

function isSame(given: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}

function tooManyGuesses(resetSeconds: number): Refusal {
  return new Refusal(429, 'Too many wrong keys from this address', {
    code: 'too-many-wrong-keys',
    hint: `Wait ${resetSeconds} s.`,
    headers: { 'retry-after': String(resetSeconds) },
  });
}

export function createAccess(
  keys: Keys,
  parts: { readonly codes: LoginCodes; readonly cookies: SessionCookies; readonly wrongKeys: RateLimit },
): Access {
  const { codes, cookies, wrongKeys } = parts;

  function refuseGuessing(address: string): void {
    const { isAllowed, resetSeconds } = wrongKeys.look(address, MOST_WRONG_KEYS);
    if (!isAllowed) throw tooManyGuesses(resetSeconds);
  }

  function fail(address: string): void {
    wrongKeys.take(address, MOST_WRONG_KEYS);
  }

  function roleOfKey(key: string): SessionRole | undefined {
    // Both are compared always, so that the time tells nothing.
    const [isFull, isReadOnly] = [isSame(key, keys.full), isSame(key, keys.readOnly)];
    if (isFull) return 'write';
    return isReadOnly ? 'read' : undefined;
  }

  return {
    keys,
    codes,
    cookies,
    fail,
    refuseGuessing,
    identify({ key, cookie, address }) {
      if (key !== undefined && key !== '') {
        refuseGuessing(address);
        const role = roleOfKey(key);
        if (role !== undefined) return { role, by: 'key' };
        fail(address);
        throw new Refusal(403, 'Invalid API key', { code: 'invalid-key' });
      }
      const role = cookies.read(cookie);
      return role === undefined ? { role: 'none', by: 'none' } : { role, by: 'cookie' };
    },
  };
}

export function keyRequired(): Refusal {
  return new Refusal(401, 'API key required. Provide X-API-Key header.', {
    code: 'key-required',
    hint: '`trafficinator serve` prints the path of the key file when it starts.',
    headers: { 'www-authenticate': 'ApiKey' },
  });
}

export function readOnlyKey(): Refusal {
  return new Refusal(403, 'This key is read-only; changes require the full key', {
    code: 'read-only-key',
  });
}

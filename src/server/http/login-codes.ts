/** One-time codes that open the page without a password: each is good once, and for an hour. */
import { createHash, randomBytes } from 'node:crypto';

const VALID_MS = 3_600_000;
const MOST_CODES = 20;

export interface LoginCodes {
  create(): string;
  /** True once for a code that was created and has not ended. */
  redeem(code: string): boolean;
}

export function createLoginCodes(now: () => number): LoginCodes {
  /** By their digest: what a code looks like is in nobody's memory for longer than needed. */
  const endsMs = new Map<string, number>();
  const digest = (code: string) => createHash('sha256').update(code).digest('hex');
  return {
    create() {
      const code = randomBytes(24).toString('base64url');
      if (endsMs.size >= MOST_CODES) endsMs.delete(endsMs.keys().next().value ?? '');
      endsMs.set(digest(code), now() + VALID_MS);
      return code;
    },
    redeem(code) {
      const name = digest(code);
      const endMs = endsMs.get(name);
      endsMs.delete(name);
      return endMs !== undefined && endMs > now();
    },
  };
}

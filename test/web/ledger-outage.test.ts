import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/web/api/client.ts';
import { outageAfter } from '../../src/web/live/ledger-outage.ts';

const AWAY = new Problem(503, { detail: 'The ledger does not answer.', code: 'ledger-unreachable' });

describe('the ledger that workers share', () => {
  it('is away from the first answer that says so until one that does not', () => {
    const first = outageAfter(undefined, AWAY, 1000);
    expect(first).toEqual({ message: 'The ledger does not answer.', sinceMs: 1000 });
    expect(outageAfter(first, AWAY, 6000)).toEqual(first);
    expect(outageAfter(first, undefined, 11_000)).toBeUndefined();
  });

  it('stays what it was where an answer says nothing of it', () => {
    const outage = { message: 'away', sinceMs: 1 };
    for (const error of [new TypeError('fetch failed'), new Problem(500, {}), new Problem(429, {})]) {
      expect(outageAfter(outage, error, 2)).toEqual(outage);
      expect(outageAfter(undefined, error, 2)).toBeUndefined();
    }
  });
});

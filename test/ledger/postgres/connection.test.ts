import { describe, expect, it } from 'vitest';
import { parsePostgresAddress } from '../../../src/ledger/postgres/address.ts';
import { openConnection } from '../../../src/ledger/postgres/connection.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';

describe('a PostgreSQL that refuses connections', () => {
  it('is told of once it has been waited for, and named when it stays away', async () => {
    const clock = new VirtualClock();
    const told: (string | undefined)[] = [];
    const connection = await openConnection({
      // Nothing listens at port 1.
      address: parsePostgresAddress('postgres://worker@127.0.0.1:1/traffic', {}, () => Buffer.from('')),
      clock,
      timeoutMs: 10_000,
      statementTimeoutMs: 2_000,
      onAway: (reason) => told.push(reason),
    });
    const startMs = clock.now();
    let isOver = false;
    const answer = connection
      .rows('select 1', [], (row) => row)
      .finally(() => {
        isOver = true;
      });
    answer.catch(() => {});
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      if (clock.sleepers > 0) await clock.advance(100);
    }
    await expect(answer).rejects.toThrow(/did not answer for 10 s \(connect ECONNREFUSED 127\.0\.0\.1:1\)/);
    expect(clock.now() - startMs).toBeGreaterThan(8_000);
    expect(told).toEqual(['connect ECONNREFUSED 127.0.0.1:1']);
    await connection.close();
  });
});

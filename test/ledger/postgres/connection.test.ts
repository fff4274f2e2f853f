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
    const ask = async () => {
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
      return clock.now() - startMs;
    };
    expect(await ask()).toBeGreaterThan(8_000);
    expect(told).toEqual(['connect ECONNREFUSED 127.0.0.1:1']);
    // What is asked right after it does not wait as long again; what is asked much later does.
    expect(await ask()).toBeLessThan(2_000);
    await clock.advance(60_000);
    expect(await ask()).toBeGreaterThan(8_000);
    await connection.close();
  });
});

describe('an address whose host nobody knows', () => {
  it('is a mistake at the first connection, and is not waited for', async () => {
    const clock = new VirtualClock();
    const connection = await openConnection({
      address: parsePostgresAddress('postgres://worker@db.nowhere.invalid/traffic', {}, () =>
        Buffer.from(''),
      ),
      clock,
      timeoutMs: 10_000,
      statementTimeoutMs: 2_000,
    });
    await expect(connection.rows('select 1', [], (row) => row)).rejects.toMatchObject({
      exitCode: 2,
      message:
        'There is no host of the name in the address of the ledger postgres://worker@db.nowhere.invalid:5432/traffic.',
    });
    expect(clock.sleepers).toBe(0);
    await connection.close();
  });
});

describe('the way to a ledger', () => {
  const isOpen = (text: string, env = {}) =>
    parsePostgresAddress(`postgres://worker@${text}`, env, () => Buffer.from('')).isOpen;

  it.each([
    ['another machine', 'db.example.org/traffic', true],
    ['this machine by its address', '127.0.0.1/traffic', false],
    ['this machine by its name', 'localhost/traffic', false],
    ['a Unix socket', 'localhost/traffic?host=/run/postgresql', false],
    ['another machine, where that is meant', 'db.example.org/traffic?sslmode=disable', false],
  ])('to %s is in the clear unnoticed: %s', (_where, text, expected) => {
    expect(isOpen(text)).toBe(expected);
  });

  it('is encrypted by PGSSLMODE where the address does not say how', () => {
    const sslOf = (query: string) =>
      parsePostgresAddress(`postgres://db.example.org/traffic${query}`, { PGSSLMODE: 'require' }, () =>
        Buffer.from(''),
      ).ssl;
    expect(sslOf('')).toEqual({ rejectUnauthorized: false });
    expect(sslOf('?sslmode=disable')).toBe(false);
    expect(isOpen('db.example.org/traffic', { PGSSLMODE: 'disable' })).toBe(false);
  });
});

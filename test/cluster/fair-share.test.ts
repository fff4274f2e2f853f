import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roomFor, shareOfShard } from '../../src/cluster/fair-share.ts';

const sharesOf = (concurrency: number, own: number, atWork: number) =>
  Array.from({ length: own }, (_, rank) => shareOfShard(concurrency, own, rank, atWork));
const sum = (shares: readonly number[]) => shares.reduce((total, share) => total + share, 0);

describe('requests in flight', () => {
  it('are all of the target where one worker is alone, however few shards it has', () => {
    expect(sharesOf(50, 4, 4)).toEqual([13, 13, 12, 12]);
    expect(sum(sharesOf(50, 24, 24))).toBe(50);
    expect(sharesOf(50, 1, 0)).toEqual([50]);
  });

  it('are divided among all shards at work, and never more than the target gets', () => {
    const workers = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), workers, (concurrency, shards) => {
        const atWork = sum(shards);
        const all = sum(shards.map((own) => sum(sharesOf(concurrency, own, atWork))));
        // Each shard may have one, or it would never end.
        expect(all).toBeLessThanOrEqual(Math.max(concurrency, atWork));
        expect(all).toBeGreaterThan(concurrency - shards.length);
      }),
    );
  });
});

describe('the shards of a worker', () => {
  it('are its fair part of a live run, and a few of a backfill', () => {
    expect([roomFor('run', 24, 4), roomFor('run', 24, 5), roomFor('run', 1, 0)]).toEqual([6, 5, 1]);
    expect([roomFor('backfill', 24, 4), roomFor('backfill', 6, 4)]).toEqual([4, 2]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Recorded } from '../../src/sink/visits/recorded.ts';
import { createTestSink, DAY, NOW } from './driver.ts';
import { createPlayer, SEQUENCES, VECTORS } from './player.ts';

describe('conformance with captured Matomo answers', () => {
  const sink = createTestSink();
  let base = '';
  let player = createPlayer('', NOW);

  beforeAll(async () => {
    base = (await sink.listen(0)).url;
    player = createPlayer(base, NOW);
  });
  afterAll(() => sink.close());

  async function recorded(): Promise<Recorded> {
    const response = await fetch(`${base}/recorded`);
    expect(response.status).toBe(200);
    return JSON.parse(await response.text());
  }

  function kindsOf(state: Recorded): Record<string, number> {
    const sum: Record<string, number> = {};
    for (const { days } of Object.values(state.sites)) {
      for (const { kinds } of Object.values(days)) {
        for (const [kind, count] of Object.entries(kinds)) sum[kind] = (sum[kind] ?? 0) + count;
      }
    }
    return sum;
  }

  it('has every captured request and sequence', () => {
    expect([VECTORS.length, SEQUENCES.length]).toEqual([60, 24]);
  });

  it.each(VECTORS.map((vector) => [vector.id, vector] as const))(
    'answers %s as Matomo does',
    async (_, vector) => {
      const before = await recorded();
      expect(await player.play(vector)).toEqual([]);
      const after = await recorded();
      expect(after.recorded - before.recorded).toBe(vector.expect.recorded);
      const { kind } = vector.expect;
      if (kind) expect((kindsOf(after)[kind] ?? 0) - (kindsOf(before)[kind] ?? 0)).toBe(1);
    },
  );

  it.each(SEQUENCES.map((sequence) => [sequence.id, sequence] as const))(
    'cuts and merges %s as Matomo does',
    async (_, sequence) => {
      const before = await recorded();
      await player.playSequence(sequence, DAY);
      const after = await recorded();
      expect({
        visits: after.visits - before.visits,
        recorded: after.recorded - before.recorded,
      }).toEqual(sequence.expect);
    },
  );
});

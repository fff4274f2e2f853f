import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLanes } from '../../src/run/lanes.ts';
import type { Batch } from '../../src/types/delivery.ts';
import { bulkBatch, visitOf } from '../doubles/hits.ts';

const batchOf = (lane: number, id = 0): Batch => bulkBatch(visitOf({ lane }).hits, id);

describe('createLanes', () => {
  it('gives out batches of free lanes in the order in which they came', () => {
    const lanes = createLanes();
    for (const [id, lane] of [3, 1, 2].entries()) lanes.add(batchOf(lane, id));
    expect(lanes.first?.id).toBe(0);
    expect([lanes.take()?.id, lanes.take()?.id, lanes.take()?.id, lanes.take()]).toEqual([
      0,
      1,
      2,
      undefined,
    ]);
  });

  it('holds a batch back while its lane is taken', () => {
    const lanes = createLanes();
    lanes.add(batchOf(1, 0));
    lanes.add(batchOf(1, 1));
    lanes.add(batchOf(2, 2));
    expect([lanes.take()?.id, lanes.take()?.id, lanes.first, lanes.size]).toEqual([0, 2, undefined, 1]);
    lanes.release(1);
    expect(lanes.take()?.id).toBe(1);
    lanes.release(1);
    lanes.add(batchOf(1, 3));
    expect([lanes.first?.id, lanes.size]).toEqual([3, 1]);
  });

  it('keeps the order of every lane and never has two of its batches out', () => {
    const steps = fc.array(
      fc.oneof(fc.record({ add: fc.nat(4) }), fc.constant('take'), fc.constant('release')),
      {
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(steps, (script) => {
        const lanes = createLanes();
        const out: Batch[] = [];
        const taken: Batch[] = [];
        let added = 0;
        for (const step of script) {
          if (typeof step === 'object') lanes.add(batchOf(step.add, added++));
          else if (step === 'release') {
            const batch = out.shift();
            if (batch) lanes.release(batch.lane);
          } else {
            const { first } = lanes;
            const batch = lanes.take();
            expect(batch).toBe(first);
            if (!batch) continue;
            expect(out.some(({ lane }) => lane === batch.lane)).toBe(false);
            out.push(batch);
            taken.push(batch);
          }
          expect(lanes.size).toBe(added - taken.length);
        }
        for (let lane = 0; lane < 5; lane++) {
          const ids = taken.filter((batch) => batch.lane === lane).map(({ id }) => id);
          expect(ids).toEqual([...ids].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('forgets a batch that was given out', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const lanes = createLanes();
    const references: WeakRef<Batch>[] = [];
    const pass = () => {
      for (let id = 0; id < 100; id++) {
        const batch = batchOf(id, id);
        references.push(new WeakRef(batch));
        lanes.add(batch);
        lanes.take();
        lanes.release(id);
      }
    };
    pass();
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      collect();
      expect(references.filter((reference) => reference.deref() !== undefined).length).toBeLessThan(3);
      expect(lanes.size).toBe(0);
    });
  });
});

describe('what waits', () => {
  it('is told whole and once: first the free lanes, then what is behind the others in turn', () => {
    const lanes = createLanes();
    for (const [id, lane] of [1, 1, 1, 2, 2, 3].entries()) lanes.add(batchOf(lane, id));
    const waiting = () => [...lanes.waiting].map(({ id }) => id);
    expect(waiting()).toEqual([0, 3, 5, 1, 4, 2]);
    lanes.take();
    expect(waiting()).toEqual([3, 5, 1, 4, 2]);
    lanes.release(1);
    expect(waiting()).toEqual([3, 5, 1, 2, 4]);
    expect(waiting()).toHaveLength(lanes.size);
  });
});

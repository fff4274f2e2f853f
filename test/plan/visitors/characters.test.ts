import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charactersOf } from '../../../src/plan/visitors/characters.ts';
import { createLoyalty } from '../../../src/plan/visitors/loyalty.ts';
import { trafficSettings } from '../fixtures.ts';

const [base] = trafficSettings().journeys.personas;
if (!base) throw new Error('There is no persona.');
const persona = (name: string, share: number, loyalty: number, account: number) => ({
  ...base,
  name,
  share,
  loyalty,
  account,
});

describe('personas among frequent visitors and others', () => {
  it('keep their shares and accounts over the visits of all, whatever they are', () => {
    const weight = fc.integer({ min: 1, max: 20 });
    const loyalty = fc.constantFrom(0.2, 1, 1.5, 2);
    const account = fc.double({ min: 0, max: 1, noNaN: true });
    const one = fc.tuple(weight, loyalty, account);
    fc.assert(
      fc.property(one, one, one, fc.integer({ min: 1, max: 400 }), (a, b, c, classes) => {
        const personas = [persona('a', ...a), persona('b', ...b), persona('c', ...c)];
        const kept = createLoyalty(0.4, classes);
        const { loyal, other } = charactersOf(personas, kept);
        const total = personas.reduce((sum, { share }) => sum + share, 0);
        for (const list of [loyal, other]) {
          expect(list.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
        }
        personas.forEach(({ share, account: wanted }, i) => {
          const [often, seldom] = [loyal[i], other[i]];
          if (!often || !seldom) throw new Error('A persona is missing.');
          const parts = [kept.loyalShare * often.share, (1 - kept.loyalShare) * seldom.share];
          const all = (parts[0] ?? 0) + (parts[1] ?? 0);
          expect(all).toBeCloseTo(share / total, 9);
          expect(often.share).toBeGreaterThanOrEqual(-1e-12);
          const accounts = ((parts[0] ?? 0) * often.account + (parts[1] ?? 0) * seldom.account) / all;
          expect(accounts).toBeCloseTo(wanted, 9);
          for (const chance of [often.account, seldom.account]) {
            expect(chance).toBeGreaterThanOrEqual(-1e-12);
            expect(chance).toBeLessThanOrEqual(1 + 1e-12);
          }
        });
      }),
    );
  });

  it('are loyal as their loyalty says', () => {
    const { loyal, other } = charactersOf(
      [persona('daily', 30, 2, 0.3), persona('passing', 70, 0.5, 0.02)],
      createLoyalty(0.4, 300),
    );
    expect((loyal[0]?.share ?? 0) / (other[0]?.share ?? 1)).toBeGreaterThan(3);
    expect(loyal[0]?.account).toBeGreaterThan(other[0]?.account ?? 1);
  });
});

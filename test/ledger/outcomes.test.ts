import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeOutcomes, encodeOutcomes } from '../../src/ledger/outcomes.ts';
import { OUTCOME_KINDS, type Outcome } from '../../src/types/outcome.ts';

const kind = fc.constantFrom(...OUTCOME_KINDS);
const reason = fc.oneof(fc.constantFrom('late', 'invalid', 'stopped'), fc.string({ unit: 'grapheme' }));
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ kind }),
  fc.record({ kind, reason }),
  fc.constant<Outcome>({ kind: 'accepted' }),
);
const ACCEPTED: Outcome = { kind: 'accepted' };

describe('outcomes as text', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(outcome), (outcomes) => {
        expect(decodeOutcomes(encodeOutcomes(outcomes), outcomes.length)).toEqual(outcomes);
      }),
    );
  });

  it('are null exactly when every hit was accepted', () => {
    fc.assert(
      fc.property(fc.array(outcome), (outcomes) => {
        const isAllAccepted = outcomes.every((each) => each.kind === 'accepted' && each.reason === undefined);
        expect(encodeOutcomes(outcomes) === null).toBe(isAllAccepted);
      }),
    );
  });

  it('take room for changes, not for hits', () => {
    fc.assert(
      fc.property(outcome, fc.integer({ min: 1, max: 5000 }), (each, count) => {
        const one = encodeOutcomes([each])?.length ?? 0;
        expect(encodeOutcomes(Array.from({ length: count }, () => each))?.length ?? 0).toBeLessThan(one + 4);
      }),
    );
  });

  it('are written as runs of kind, count and reason', () => {
    const late: Outcome = { kind: 'skipped', reason: 'late' };
    const odd: Outcome = { kind: 'failed', reason: 'a b:c' };
    expect(encodeOutcomes([ACCEPTED, ACCEPTED, late, late, late, { kind: 'unknown' }, odd])).toBe(
      'a2 s3:late u1 f1:a%20b%3Ac',
    );
  });

  it('of another number of hits are refused', () => {
    expect(() => decodeOutcomes('a2 s3:late', 4)).toThrow('outcomes of 4 hits, found 5');
  });

  it.each(['', 'a', 'x1', 'a0', 'a-1', 'a1  s1', 'A1', 'a1.5'])('refuses the text "%s"', (text) => {
    expect(() => decodeOutcomes(text, 1)).toThrow('expected outcomes');
  });
});

/** Finds the highest rate that a target sustains: doubles it, halves the difference, then holds what was found. */
import type { CapacityPhase } from '../../report/capacity.ts';

export interface CapacityStep {
  readonly phase: CapacityPhase;
  /** Visits a second. */
  readonly rate: number;
}

export interface CapacityBounds {
  /** Visits a second. */
  readonly from: number;
  readonly to: number;
  /** The search ends when the lowest rate that was too much is at most so many times the highest sustained one. */
  readonly ratio: number;
}

export interface CapacitySearch {
  /** What to try next; undefined at the end of the search. */
  next(): CapacityStep | undefined;
  /**
   * How the step that `next` gave last came out.
   * @param rate what it came to: arrivals are drawn, and may have been more or fewer than was asked for
   */
  note(isSustained: boolean, rate: number): void;
  /** Highest rate that was held, or sustained so far; undefined for none. */
  readonly best: number | undefined;
  readonly isHeld: boolean;
}

const GROWTH = 2;
/** A rate this much lower is tried when the one that was found cannot be held. */
const RETREAT = 0.96;
const MOST_HOLDS = 4;
/** Halving the difference so often is enough for any precision; chance could keep it up for ever. */
const MOST_SEARCHES = 8;
/** So many times lower than the lowest rate asked for is looked at, before there is said to be no capacity. */
const LOWEST_PART = 1 / 16;

export function createCapacitySearch({ from, to, ratio }: CapacityBounds): CapacitySearch {
  let sustained: number | undefined;
  let tooMuch: number | undefined;
  let step: CapacityStep | undefined = { phase: 'grow', rate: Math.min(from, to) };
  let holds = 0;
  let searches = 0;
  let isHeld = false;

  /** Between what is sustained and what is too much, or further out where one of them is not known. */
  function searched(): CapacityStep | undefined {
    if (sustained === undefined) {
      const rate = (tooMuch ?? from) / GROWTH;
      return rate < from * LOWEST_PART ? undefined : { phase: 'search', rate };
    }
    if (tooMuch === undefined) {
      return sustained < to ? { phase: 'grow', rate: Math.min(to, sustained * GROWTH) } : hold(sustained);
    }
    searches++;
    return tooMuch / sustained > ratio && searches <= MOST_SEARCHES
      ? { phase: 'search', rate: Math.sqrt(sustained * tooMuch) }
      : hold(sustained);
  }

  function hold(rate: number): CapacityStep | undefined {
    holds++;
    return holds > MOST_HOLDS ? undefined : { phase: 'hold', rate };
  }

  return {
    next: () => step,
    note(isSustained, rate) {
      if (!step) return;
      if (step.phase === 'hold') {
        isHeld = isSustained;
        if (!isSustained) sustained = step.rate * RETREAT;
        step = isSustained ? undefined : hold(step.rate * RETREAT);
        return;
      }
      // Chance may let a target fail at less than it has sustained before: the later step counts.
      if (isSustained) {
        sustained = Math.max(sustained ?? 0, rate);
        if (tooMuch !== undefined && tooMuch <= rate) tooMuch = rate * ratio;
      } else {
        tooMuch = Math.min(tooMuch ?? Number.POSITIVE_INFINITY, rate);
        if (sustained !== undefined && sustained >= rate) sustained = rate / ratio;
      }
      step = searched();
    },
    get best() {
      return isHeld || holds === 0 ? sustained : undefined;
    },
    get isHeld() {
      return isHeld;
    },
  };
}

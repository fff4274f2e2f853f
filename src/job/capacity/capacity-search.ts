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

/** `empty`: no visit arrived, which says nothing about the target. */
export type StepOutcome = 'sustained' | 'too-much' | 'empty';

export interface CapacityFinding {
  /** Highest rate that was held, or that passed a step where none was held yet; undefined for none. */
  readonly rate: number | undefined;
  readonly isHeld: boolean;
  /** Lowest rate above it that was too much; undefined for none. */
  readonly tooMuch: number | undefined;
}

export interface CapacitySearch {
  /** What to try next; undefined at the end of the search. */
  next(): CapacityStep | undefined;
  /** How the step that `next` gave last came out. */
  note(outcome: StepOutcome): void;
  readonly finding: CapacityFinding;
}

const GROWTH = 2;
const RETREAT = 2;
/** A rate that has passed is come back to where it is at most this part of the one that could not be held. */
const PASSED_PART = 0.6;
/** A held rate and one that could not be held are close enough when the one is so many times the other. */
const HOLD_RATIO = 1.25;
const MOST_HOLDS = 6;
/** Halving the difference so often is enough for any precision; chance could keep it up for ever. */
const MOST_SEARCHES = 8;
/** A rate that failed once, while everything below it passed, may have failed by chance: it is tried again. */
const MOST_SECOND_CHANCES = 2;
/** So many times lower than the lowest rate asked for is looked at, before there is said to be no capacity. */
const LOWEST_PART = 1 / 16;

/** Steps of the search itself at most, without those that hold what was found. */
export function mostSteps({ from, to, ratio }: CapacityBounds): number {
  const growing = Math.ceil(Math.log2(Math.max(1, to / from)) - 1e-9) + 1;
  const halving = Math.ceil(Math.log2(Math.log(GROWTH) / Math.log(ratio)));
  return growing + Math.min(MOST_SEARCHES, Math.max(0, halving)) + 1;
}

/** Rates that were tried for longer, each half of the one before, and back up where one of them was held. */
function createHolds(lowest: number) {
  let count = 0;
  let held: number | undefined;
  let lost: number | undefined;

  function next(found: number, passed: readonly number[]): number | undefined {
    count++;
    if (count > MOST_HOLDS) return undefined;
    if (lost === undefined) return held === undefined ? found : undefined;
    if (held !== undefined) return lost / held > HOLD_RATIO ? Math.sqrt(lost * held) : undefined;
    const most = lost * PASSED_PART;
    const below = passed.filter((rate) => rate <= most);
    const rate = below.length > 0 ? Math.max(...below) : lost / RETREAT;
    return rate < lowest ? undefined : rate;
  }

  return {
    next,
    note(isHeld: boolean, rate: number) {
      if (isHeld) held = rate;
      else lost = rate;
    },
    get held() {
      return held;
    },
    get lost() {
      return lost;
    },
    get hasBegun() {
      return count > 0;
    },
  };
}

export function createCapacitySearch({ from, to, ratio }: CapacityBounds): CapacitySearch {
  const lowest = from * LOWEST_PART;
  const passed: number[] = [];
  const holds = createHolds(lowest);
  /** Rates that were too much, and count: of one that passed later only the pass does. */
  let tooMuch: number[] = [];
  let sustained: number | undefined;
  let searches = 0;
  let secondChances = 0;
  let step: CapacityStep | undefined = { phase: 'grow', rate: Math.min(from, to) };

  const limit = () => (tooMuch.length > 0 ? Math.min(...tooMuch) : undefined);

  function hold(): CapacityStep | undefined {
    if (sustained === undefined) return undefined;
    const rate = holds.next(sustained, passed);
    return rate === undefined ? undefined : { phase: 'hold', rate };
  }

  /** Between what is sustained and what is too much, or further out where one of them is not known. */
  function searched(): CapacityStep | undefined {
    const most = limit();
    if (sustained === undefined) {
      const rate = (most ?? from) / GROWTH;
      return rate < lowest ? undefined : { phase: 'search', rate };
    }
    if (most === undefined) {
      return sustained < to ? { phase: 'grow', rate: Math.min(to, sustained * GROWTH) } : hold();
    }
    searches++;
    if (most / sustained > ratio && searches <= MOST_SEARCHES) {
      return { phase: 'search', rate: Math.sqrt(sustained * most) };
    }
    if (tooMuch.length > 1 || secondChances === MOST_SECOND_CHANCES) return hold();
    secondChances++;
    return { phase: 'search', rate: most };
  }

  function noteStep(outcome: StepOutcome, rate: number): CapacityStep | undefined {
    if (outcome === 'empty') {
      if (sustained !== undefined || tooMuch.length > 0) return hold();
      return rate < to ? { phase: 'grow', rate: Math.min(to, rate * GROWTH) } : undefined;
    }
    if (outcome === 'sustained') {
      passed.push(rate);
      tooMuch = tooMuch.filter((other) => other > rate);
      sustained = Math.max(sustained ?? 0, rate);
      if (tooMuch.length === 0) searches = 0;
    } else tooMuch.push(rate);
    return searched();
  }

  return {
    next: () => step,
    note(outcome) {
      if (!step) return;
      if (step.phase === 'hold') {
        holds.note(outcome === 'sustained', step.rate);
        step = hold();
      } else step = noteStep(outcome, step.rate);
    },
    get finding() {
      const { held, lost, hasBegun } = holds;
      const rate = hasBegun ? held : sustained;
      const above = [...tooMuch, ...(lost === undefined ? [] : [lost])].filter(
        (other) => other > (rate ?? 0),
      );
      return {
        rate,
        isHeld: held !== undefined,
        tooMuch: above.length > 0 ? Math.min(...above) : undefined,
      };
    },
  };
}

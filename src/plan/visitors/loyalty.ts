/** How likely visitors come back, and after how long: hours to months, few of them often. */
import { power } from '../exact-math.ts';
import type { RandomStream } from '../random.ts';

/** Window over which the configured share of returning visits holds. */
const WINDOW_DAYS = 30;

/** Returns within the day, from one hour to nine after the last visit. */
const SAME_DAY = 0.06;
const FIRST_HOURS = 1;
const LAST_HOURS = 9;

/** Longer gaps follow a power law: the share of gaps longer than x days falls as x to the power of -0.6. */
const SLOPE = 0.6;
const SHORTEST_DAYS = 1;
const LONGEST_DAYS = 150;
const LONGEST_SHARE = power(SHORTEST_DAYS / LONGEST_DAYS, SLOPE);

/** People come back at about the hour of their last visit, rather later than earlier. */
const HOUR_SPREAD_DAYS = 0.3;
const EARLIER_PART = 0.08;

/** Share of the classes whose visitors come often. */
const LOYAL_SHARE = 0.35;
/** How far their chance to return is from that of all to certainty. */
const LOYAL_PULL = 0.5;
const MOST_CHANCE = 0.97;

const QUADRATURE = 400;
/** Of the visits whose link leads out of the window, those with another visit of their visitor within it. */
const otherWithin = (share: number) => 0.05 + 0.55 * share;

/** Spread evenly over the classes: the fractional parts of multiples of the plastic number's inverse. */
const STRIDE = 0.7548776662466927;

function daysOf(part: number, scale: number): number {
  if (part < SAME_DAY) {
    return (FIRST_HOURS * power(LAST_HOURS / FIRST_HOURS, part / SAME_DAY)) / 24;
  }
  const left = 1 - (part - SAME_DAY) / (1 - SAME_DAY);
  const days = SHORTEST_DAYS / power(left * (1 - LONGEST_SHARE) + LONGEST_SHARE, 1 / SLOPE);
  return Math.max(SHORTEST_DAYS, days * scale);
}

/** Share of the gaps that lead out of a window, from anywhere within it. */
function lossOf(share: number, scale: number): number {
  let sum = 0;
  for (let i = 0; i < QUADRATURE; i++) sum += Math.min(WINDOW_DAYS, daysOf((i + 0.5) / QUADRATURE, scale));
  return ((1 - otherWithin(share)) * sum) / QUADRATURE / WINDOW_DAYS;
}

/** Chance of a link for which the window shows the share, and the scale of its gaps: shorter where all come back. */
function linkFor(share: number): { chance: number; scale: number } {
  const chanceAt = (scale: number) => share / (1 - lossOf(share, scale));
  let scale = 1;
  let chance = chanceAt(scale);
  while (scale > 0.02 && chance > MOST_CHANCE) {
    scale *= 0.8;
    chance = chanceAt(scale);
  }
  return { chance: Math.min(MOST_CHANCE, chance), scale };
}

export interface Loyalty {
  /** Share of the classes that are loyal. */
  readonly loyalShare: number;
  /** Share of all visits that return. */
  readonly returning: number;
  isLoyal(classNumber: number): boolean;
  /** Chance that a visit of the class returns. */
  chanceOf(isLoyal: boolean): number;
  /** Days between a visit and the earlier one that it returns to. */
  drawGapDays(stream: RandomStream): number;
}

export function createLoyalty(returningShare: number, classCount: number): Loyalty {
  const { chance, scale } = linkFor(returningShare);
  const isLoyal = (classNumber: number) => {
    const multiple = classNumber * STRIDE;
    // As `% 1` for what is not below 0, in a tenth of the time.
    return multiple - Math.floor(multiple) < LOYAL_SHARE;
  };
  let loyal = 0;
  for (let i = 0; i < classCount; i++) if (isLoyal(i)) loyal++;
  const loyalShare = loyal / classCount;
  const pulled = chance + (MOST_CHANCE - chance) * LOYAL_PULL;
  const loyalChance = loyalShare < 1 ? Math.min(pulled, (0.8 * chance) / loyalShare) : chance;
  const otherChance = loyalShare < 1 ? (chance - loyalShare * loyalChance) / (1 - loyalShare) : chance;
  return {
    loyalShare,
    returning: chance,
    isLoyal,
    chanceOf: (isOfLoyal) => (isOfLoyal ? loyalChance : otherChance),
    drawGapDays(stream) {
      const days = daysOf(stream.next(), scale);
      if (days < SHORTEST_DAYS) return days;
      return Math.round(days) + HOUR_SPREAD_DAYS * (stream.next() - EARLIER_PART);
    },
  };
}

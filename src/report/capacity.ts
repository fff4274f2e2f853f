/** What a search for a target's capacity found: a line a step, then the result. At most 80 columns. */
import { formatNumber, wrapped } from './format.ts';
import { type Verdict, verdictText } from './verdict.ts';

const SECONDS_A_DAY = 86_400;

export type CapacityPhase = 'grow' | 'search' | 'hold';

/** How a target took one rate. */
export interface CapacityEvidence {
  readonly phase: CapacityPhase;
  /** Visits a second that were asked for. */
  readonly rate: number;
  /** Hits a second, without those of the warm-up; 0 where no visit arrived, which says nothing about the target. */
  readonly offered: number;
  /** Of the offered hits a second, those that were accepted. */
  readonly accepted: number;
  /** Hits rejected, failed or unanswered. */
  readonly lost: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly seconds: number;
  readonly isSustained: boolean;
  readonly verdicts: readonly Verdict[];
}

export interface Capacity {
  /** Visits a second; undefined where no rate was sustained. */
  readonly rate: number | undefined;
  /** True: the rate was held for as long as was asked for. */
  readonly isHeld: boolean;
  /** Lowest rate above it that was too much; undefined where none was. */
  readonly tooMuch: number | undefined;
  readonly steps: readonly CapacityEvidence[];
}

const HEADING = ['', 'visits/s', 'hits/s', 'accepted/s', 'lost', 'p50 ms', 'p95 ms', 'p99 ms'];
const WIDTHS = [7, 10, 9, 12, 8, 9, 9, 9];
/** What is not known better than this is told no better. */
const LEAST_SPREAD = 0.02;

function line(cells: readonly string[], end: string): string {
  const columns = cells.map((text, i) => (i === 0 ? text.padEnd(7) : text.padStart(WIDTHS[i] ?? 0)));
  return `${columns.join('')}${end}\n`;
}

export function capacityHeading(): string {
  return line(HEADING, '');
}

/** With so many digits that rates near each other differ. */
export function rateText(rate: number): string {
  return formatNumber(rate, rate < 10 ? 2 : rate < 100 ? 1 : 0);
}

/** Why a step was too much. */
export function missedText({ verdicts, offered }: CapacityEvidence): string {
  if (offered === 0) return 'no visit arrived';
  const missed = verdicts.filter(({ isMet }) => !isMet).map(verdictText);
  return missed.length > 0 ? missed.join('; ') : 'responses fell behind the hits that were sent';
}

export function capacityStepText(step: CapacityEvidence): string {
  const { phase, rate, offered, accepted, lost, latencyMs, isSustained } = step;
  const times = [latencyMs.p50, latencyMs.p95, latencyMs.p99].map((ms) => formatNumber(ms));
  const cells = [phase, rateText(rate), rateText(offered), rateText(accepted), formatNumber(lost), ...times];
  if (isSustained) return line(cells, '  ok');
  const why = offered === 0 ? 'cannot be judged' : 'too much';
  return `${line(cells, '')}       ${wrapped(`${why}: ${missedText(step)}`, 7)}\n`;
}

/** The value rounded down to a step of 1, 2 or 5 (times a power of ten) that is no more than a fifth of the spread. */
function roundedDown(value: number, spread: number): number {
  const power = 10 ** Math.floor(Math.log10(spread / 5));
  const step = power * ([5, 2].find((factor) => factor * power <= spread / 5) ?? 1);
  return Number((Math.floor(value / step + 1e-9) * step).toPrecision(12));
}

function spreadOf(rate: number, tooMuch: number | undefined): number {
  return Math.max(LEAST_SPREAD * rate, (tooMuch ?? rate) - rate);
}

/** The rate with the digits that are known; undefined where there is none. */
export function knownRate({ rate, tooMuch }: Capacity): number | undefined {
  return rate === undefined ? undefined : roundedDown(rate, spreadOf(rate, tooMuch));
}

/** Visits of a day at this rate from midnight to midnight, with the digits that are known. */
export function visitsADay({ rate, tooMuch }: Capacity): number | undefined {
  if (rate === undefined) return undefined;
  return roundedDown(rate * SECONDS_A_DAY, spreadOf(rate, tooMuch) * SECONDS_A_DAY);
}

/** Nothing was too much: the target may take more. */
export function isLowerBound({ rate, isHeld, tooMuch }: Capacity): boolean {
  return rate !== undefined && isHeld && tooMuch === undefined;
}

const shortNumber = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 2 });

/** The step that proves the result. */
export function proofOf({ rate, isHeld, steps }: Capacity): CapacityEvidence | undefined {
  if (rate === undefined) return undefined;
  return steps.findLast(
    (step) => step.isSustained && (!isHeld || step.phase === 'hold') && step.rate <= rate * 1.5,
  );
}

/** The result in a few words. */
export function capacityText(capacity: Capacity): string {
  const { rate, isHeld, tooMuch, steps } = capacity;
  const passed = steps.filter(({ isSustained }) => isSustained).map((step) => step.rate);
  if (rate === undefined && steps.length === 0) return 'the search ended before the first rate was measured';
  if (rate === undefined) {
    return passed.length > 0
      ? `no rate could be held; ${rateText(Math.max(...passed))} visits/s passed a shorter step`
      : 'not even the lowest rate was sustained';
  }
  const proof = proofOf(capacity);
  const hits = proof ? `, ${rateText(proof.accepted)} hits/s` : '';
  const bound = isLowerBound(capacity);
  const day = `${bound ? 'at least' : 'about'} ${formatNumber(visitsADay(capacity) ?? 0)} visits a day`;
  const hasFailedToHold = steps.some(({ phase, isSustained }) => phase === 'hold' && !isSustained);
  const held = isHeld
    ? `held for ${formatNumber(proof?.seconds ?? 0)} s`
    : `passed one step, but ${hasFailedToHold ? 'could not be held' : 'was not confirmed: the search ended before'}`;
  const above = tooMuch === undefined ? '' : `; ${rateText(tooMuch)} visits/s was too much`;
  const limit = bound ? '; --to was reached without finding a limit' : above;
  return `${day}: ${shortNumber(knownRate(capacity) ?? 0)} visits/s${hits}, ${held}${limit}`;
}

export function capacityResultText(capacity: Capacity): string {
  const text = capacityText(capacity);
  return `\ncapacity  ${wrapped(capacity.rate === undefined ? `none found: ${text}` : text, 10)}\n`;
}

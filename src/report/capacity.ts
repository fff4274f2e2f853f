/** What a search for a target's capacity found: a line a step, then the result. At most 80 columns. */
import { formatNumber } from './format.ts';
import { type Verdict, verdictText } from './verdict.ts';

const SECONDS_A_DAY = 86_400;

export type CapacityPhase = 'grow' | 'search' | 'hold';

/** How a target took one rate. */
export interface CapacityEvidence {
  readonly phase: CapacityPhase;
  /** Visits a second that were asked for. */
  readonly rate: number;
  /** Hits a second, without those of the warm-up. */
  readonly offered: number;
  readonly accepted: number;
  /** Hits rejected, failed or unanswered. */
  readonly lost: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly seconds: number;
  readonly isSustained: boolean;
  readonly verdicts: readonly Verdict[];
}

export interface Capacity {
  /** Visits a second; undefined where not even the lowest rate was sustained. */
  readonly rate: number | undefined;
  /** True: the rate was held for as long as was asked for. */
  readonly isHeld: boolean;
  readonly steps: readonly CapacityEvidence[];
}

const HEADING = ['', 'visits/s', 'hits/s', 'accepted/s', 'lost', 'p50 ms', 'p95 ms', 'p99 ms'];
const WIDTHS = [7, 10, 9, 12, 8, 9, 9, 9];

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
export function missedText({ verdicts }: CapacityEvidence): string {
  const missed = verdicts.filter(({ isMet }) => !isMet).map(verdictText);
  return missed.length > 0 ? missed.join('; ') : 'answers fell behind the hits that were sent';
}

export function capacityStepText(step: CapacityEvidence): string {
  const { phase, rate, offered, accepted, lost, latencyMs, isSustained } = step;
  const times = [latencyMs.p50, latencyMs.p95, latencyMs.p99].map((ms) => formatNumber(ms));
  const cells = [phase, rateText(rate), rateText(offered), rateText(accepted), formatNumber(lost), ...times];
  if (isSustained) return line(cells, '  ok');
  return `${line(cells, '')}       too much: ${missedText(step)}\n`;
}

/** Visits of a day at this rate from midnight to midnight. */
export function visitsADay(rate: number): number {
  return Math.floor(rate * SECONDS_A_DAY);
}

/** The result in a few words. */
export function capacityText({ rate, isHeld, steps }: Capacity): string {
  const hasSustained = steps.some(({ isSustained }) => isSustained);
  if (rate === undefined) {
    return hasSustained ? 'no rate was held to the end' : 'not even the lowest rate was sustained';
  }
  const held = steps.findLast((step) => step.isSustained);
  const hits = held ? `, ${rateText(held.accepted)} hits/s` : '';
  const day = `${formatNumber(visitsADay(rate))} visits a day`;
  const proof = isHeld ? 'held to the end' : 'sustained in a step, not held to the end';
  return `${day}: ${rateText(rate)} visits/s${hits} (${proof})`;
}

export function capacityResultText(capacity: Capacity): string {
  const text = capacityText(capacity);
  return `\ncapacity  ${capacity.rate === undefined ? `none found: ${text}` : text}\n`;
}

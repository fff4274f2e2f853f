/** Outcomes of a batch as short text: `a12 s3:late` is twelve accepted hits and then three skipped as late. */
import type { Outcome, OutcomeKind } from '../types/outcome.ts';
import { OUTCOME_KINDS } from '../types/outcome.ts';

const LETTERS: Readonly<Record<OutcomeKind, string>> = {
  accepted: 'a',
  rejected: 'r',
  failed: 'f',
  unknown: 'u',
  skipped: 's',
};
const KINDS: ReadonlyMap<string, OutcomeKind> = new Map(OUTCOME_KINDS.map((kind) => [LETTERS[kind], kind]));

/** Reasons are stable names; what could be mistaken for a separator is escaped all the same. */
function labelOf({ kind, reason }: Outcome): [letter: string, suffix: string] {
  return [LETTERS[kind], reason === undefined ? '' : `:${encodeURIComponent(reason)}`];
}

/** Null when every hit was accepted. */
export function encodeOutcomes(outcomes: readonly Outcome[]): string | null {
  if (outcomes.every(({ kind, reason }) => kind === 'accepted' && reason === undefined)) return null;
  const runs: { letter: string; suffix: string; count: number }[] = [];
  for (const outcome of outcomes) {
    const [letter, suffix] = labelOf(outcome);
    const last = runs.at(-1);
    if (last?.letter === letter && last.suffix === suffix) last.count++;
    else runs.push({ letter, suffix, count: 1 });
  }
  return runs.map(({ letter, suffix, count }) => letter + count + suffix).join(' ');
}

const RUN = /^([a-z])([1-9]\d*)(?::(.*))?$/;

function parseRun(text: string): { outcome: Outcome; count: number } {
  const match = RUN.exec(text);
  const kind = KINDS.get(match?.[1] ?? '');
  if (!match || !kind) throw new Error(`expected outcomes such as a12 or s3:late, found ${text}`);
  const reason = match[3];
  return {
    outcome: Object.freeze(reason === undefined ? { kind } : { kind, reason: decodeURIComponent(reason) }),
    count: Number(match[2]),
  };
}

/** @param count hits of the batch; text for another number of hits is an error */
export function decodeOutcomes(text: string | null, count: number): Outcome[] {
  const runs = text === null ? [{ outcome: parseRun('a1').outcome, count }] : text.split(' ').map(parseRun);
  const total = runs.reduce((sum, run) => sum + run.count, 0);
  if (total !== count) throw new Error(`expected the outcomes of ${count} hits, found ${total}: ${text}`);
  return runs.flatMap((run) => Array.from({ length: run.count }, () => run.outcome));
}

/** Load profiles as people write them: `--rate 5/s`, `--stages 2m:1/s,10m:20/s,2m:0/s`. */
import type { LoadProfile, LoadStage } from '../../types/load-profile.ts';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const RATE = /^(\d+(?:\.\d+)?)\/([smhd])$/;
const STAGE = /^(\d+(?:\.\d+)?)([smhd])([:=!])(.+)$/;

/** Visits a second at most. */
export const MOST_VISITS_A_SECOND = 1000;
const LONGEST_STAGE_SECONDS = 30 * 86_400;

/** `5/s`, `300/m`, `18000/h` and `432000/d` are all 5; undefined for any other text. */
export function parseRate(text: string): number | undefined {
  const [, count = '', unit = ''] = RATE.exec(text.trim()) ?? [];
  const rate = Number(count) / (SECONDS[unit] ?? 0);
  return rate <= MOST_VISITS_A_SECOND && count !== '' ? rate : undefined;
}

/** How the rate goes on from the one before: evenly up or down, at once, or at once and back again. */
type Form = 'ramp' | 'step' | 'spike';
const FORMS: Readonly<Record<string, Form>> = { ':': 'ramp', '=': 'step', '!': 'spike' };

interface WrittenStage {
  readonly ms: number;
  readonly form: Form;
  readonly rate: number;
}

/** Reads one stage; undefined for a text that is none. */
export function parseStage(text: string): WrittenStage | undefined {
  const [, count = '', unit = '', mark = '', rateText = ''] = STAGE.exec(text.trim()) ?? [];
  const seconds = Number(count) * (SECONDS[unit] ?? 0);
  const rate = parseRate(rateText);
  const form = FORMS[mark];
  if (form === undefined || rate === undefined || seconds <= 0 || seconds > LONGEST_STAGE_SECONDS)
    return undefined;
  return { ms: seconds * 1000, form, rate };
}

/** Undefined where the settings name neither a rate nor stages. */
export function loadProfileOf({
  visitRate,
  visitStages,
}: {
  readonly visitRate?: string | undefined;
  readonly visitStages: readonly string[];
}): LoadProfile | undefined {
  const first = visitRate === undefined ? undefined : (parseRate(visitRate) ?? 0);
  if (visitStages.length === 0) {
    if (first === undefined) return undefined;
    return { stages: [{ ms: Number.POSITIVE_INFINITY, from: first, to: first }] };
  }
  let rate = first ?? 0;
  const stages = visitStages.flatMap((text): LoadStage[] => {
    const stage = parseStage(text);
    if (stage === undefined) return [];
    const from = stage.form === 'ramp' ? rate : stage.rate;
    if (stage.form !== 'spike') rate = stage.rate;
    return [{ ms: stage.ms, from, to: stage.rate }];
  });
  return { stages };
}

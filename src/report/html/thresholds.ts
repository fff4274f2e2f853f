/** What a run was held to, and how it came out. */
import { measuredText, type Verdict } from '../verdict.ts';
import { type Markup, markup } from './markup.ts';
import { table } from './table.ts';

/** Never by colour alone. */
export function verdictMark(isMet: boolean, met = 'met', missed = 'missed'): Markup {
  return isMet
    ? markup`<span class="mark good">✓ ${met}</span>`
    : markup`<span class="mark bad">✗ ${missed}</span>`;
}

export function thresholdTable(verdicts: readonly Verdict[], hasSeveralTargets: boolean): Markup {
  return table(
    'Thresholds',
    [
      { title: 'threshold', of: ({ threshold }: Verdict) => markup`<code>${threshold}</code>` },
      ...(hasSeveralTargets ? [{ title: 'target', of: ({ target }: Verdict) => target }] : []),
      { title: 'outcome', of: ({ isMet }: Verdict) => verdictMark(isMet) },
      { title: 'measured', of: measuredText },
    ],
    verdicts,
  );
}

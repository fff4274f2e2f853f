/** How many of 1,000 visits come to each step of a funnel. */
import { formatNumber } from '../../../report/format.ts';
import type { FunnelDraft } from './draft.ts';
import { reachOf, STEP_TYPES, subjectOf } from './steps.ts';

/** Visits of 1,000; a part of one only where it says something. */
const visitsText = (share: number) => formatNumber(share * 1000, Number.isInteger(share * 1000) ? 0 : 1);

export function Reach({ draft }: { draft: FunnelDraft }) {
  const reach = reachOf(draft.steps);
  const share = Number.isNaN(draft.probability) ? 0 : Math.min(1, draft.probability);
  const end = (reach.at(-1) ?? 0) * share;
  return (
    <section class="card stack">
      <h2>Of 1,000 visits</h2>
      <p>
        {visitsText(share)} enter, {visitsText(end)} get to the last step.
      </p>
      <ol class="stack" style={{ gap: '.25rem' }}>
        {draft.steps.map((step, i) => (
          <li key={i} class="row" style={{ flexWrap: 'nowrap' }}>
            <span class="share">
              <i style={{ width: `${(reach[i] ?? 0) * 100}%` }} />
            </span>
            <span class="breaks">
              {visitsText((reach[i] ?? 0) * share)}{' '}
              <span class="soft">{subjectOf(step) || STEP_TYPES[step.type].label}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

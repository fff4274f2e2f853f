/** How many of 1,000 visits come to each step of a funnel. */
import { formatNumber } from '../../../report/format.ts';
import type { FunnelDraft } from './draft.ts';
import { reachOf, STEP_TYPES, subjectOf } from './steps.ts';

export function Reach({ draft }: { draft: FunnelDraft }) {
  const reach = reachOf(draft.steps);
  const share = Number.isNaN(draft.probability) ? 0 : Math.min(1, draft.probability);
  const visits = reach.map((part) => part * share * 1000);
  // A part of a visit only where there is one; in one column alike.
  const digits = visits.every((count) => Math.abs(count - Math.round(count)) < 0.05) ? 0 : 1;
  const visitsText = (count: number) => formatNumber(count, digits);
  return (
    <section class="card stack">
      <h2>Of 1,000 visits</h2>
      <p>
        {formatNumber(share * 1000)} enter, {visitsText(visits.at(-1) ?? 0)} get to the last step.
      </p>
      <ol class="stack" style={{ gap: '.25rem' }}>
        {draft.steps.map((step, i) => (
          <li key={i} class="row" style={{ flexWrap: 'nowrap' }}>
            <span class="share">
              <i style={{ width: `${(reach[i] ?? 0) * 100}%` }} />
            </span>
            <span class="breaks">
              {visitsText(visits[i] ?? 0)}{' '}
              <span class="soft">{subjectOf(step) || STEP_TYPES[step.type].label}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

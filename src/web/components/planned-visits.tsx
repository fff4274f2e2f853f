/** Visits as they are planned, step by step: what a funnel or an event will really look like. */
import type { PlannedVisit } from '../api/schema.ts';

const KINDS: Readonly<Record<string, string>> = {
  pageview: 'views',
  event: 'triggers the event',
  search: 'searches for',
  outlink: 'leaves to',
  download: 'downloads',
  content: 'sees the content',
  goal: 'reaches',
  cart: 'fills the cart:',
  order: 'orders',
  ping: 'stays on',
};

const clock = (at: string) => new Date(at).toLocaleTimeString([], { hourCycle: 'h23' });

function Visit({ visit, isMarked }: { visit: PlannedVisit; isMarked: (kind: string) => boolean }) {
  const { persona, device, city, country, funnel, source, steps } = visit;
  const place = [city, country?.toUpperCase()].filter(Boolean).join(', ');
  return (
    <li class="card stack" style={{ gap: '.5rem' }}>
      <p>
        <strong>{visit.isReturning ? 'Returning visitor' : 'New visitor'}</strong>{' '}
        <span class="soft">
          {persona}, {device}
          {place !== '' && `, ${place}`}
          {`, comes from: ${source.url ?? source.type}`}
          {funnel && `, funnel ${funnel.name}: ${funnel.stepsDone} of ${funnel.stepCount} steps`}
        </span>
      </p>
      <ol class="log">
        {steps.map(({ kind, at, text, page }, i) => (
          <li key={i} class={isMarked(kind) ? 'marked' : undefined}>
            <time class="soft" dateTime={at}>
              {clock(at)}
            </time>
            <span class="soft">{KINDS[kind] ?? kind}</span>
            <span title={page}>{text}</span>
          </li>
        ))}
      </ol>
    </li>
  );
}

export function PlannedVisits({
  visits,
  isMarked = () => false,
}: {
  visits: readonly PlannedVisit[];
  isMarked?: (kind: string) => boolean;
}) {
  return (
    <ol class="stack planned">
      {visits.map((visit) => (
        <Visit key={visit.index} visit={visit} isMarked={isMarked} />
      ))}
    </ol>
  );
}

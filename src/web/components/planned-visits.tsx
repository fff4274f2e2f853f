/** Visits as they are planned, step by step: what a funnel or an event will really look like. */
import type { PlannedVisit } from '../api/schema.ts';
import { zoneText } from './zone-time.ts';

interface Props {
  readonly visits: readonly PlannedVisit[];
  /** In which the day was planned. */
  readonly timezone: string;
  readonly isMarked?: (kind: string) => boolean;
}

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

function Visit({ visit, timezone, isMarked }: Required<Omit<Props, 'visits'>> & { visit: PlannedVisit }) {
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
              {zoneText(at, timezone, { second: '2-digit' })}
            </time>
            <span class="soft">{KINDS[kind] ?? kind}</span>
            <span title={page}>{text}</span>
          </li>
        ))}
      </ol>
    </li>
  );
}

export function PlannedVisits({ visits, timezone, isMarked = () => false }: Props) {
  return (
    <>
      <p class="soft">Times are those of {timezone}.</p>
      <ol class="stack planned">
        {visits.map((visit) => (
          <Visit key={visit.index} visit={visit} timezone={timezone} isMarked={isMarked} />
        ))}
      </ol>
    </>
  );
}

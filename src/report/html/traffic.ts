/** What the traffic was made of, and what became of it: outcomes, kinds, days, funnels, plugins. */
import { HIT_KINDS } from '../../types/hit.ts';
import { OUTCOME_KINDS } from '../../types/outcome.ts';
import { missingOf, unsentOf } from '../counts.ts';
import { formatNumber } from '../format.ts';
import type { DaySummary, Summary } from '../summary.ts';
import { exampleText, type Trouble, troublesOf, withOneFirewall } from '../troubles.ts';
import { momentText } from './headline.ts';
import { type Markup, markup } from './markup.ts';
import { section, titled } from './page.ts';
import { type Column, shareBar, table } from './table.ts';

function percentText(part: number, whole: number): string {
  return whole > 0 ? `${formatNumber((part / whole) * 100, 1)} %` : '–';
}

const partOf = (part: number, whole: number) => (whole > 0 ? part / whole : 0);

type Count = readonly [name: string, count: number];

/** Undefined where there is nothing to count. */
function countTable(
  caption: string,
  name: string,
  counts: readonly Count[],
  whole: number,
  more: readonly Column<Count>[] = [],
  unit = 'hits',
): Markup | undefined {
  if (counts.length === 0) return undefined;
  const numbers = table(
    caption,
    [
      { title: name, of: ([what]: Count) => what },
      { title: unit, of: ([, count]: Count) => count, isNumber: true },
      {
        title: 'share',
        of: ([, count]: Count) => shareBar(partOf(count, whole), percentText(count, whole)),
      },
      ...more,
    ],
    counts,
  );
  return titled(caption, numbers);
}

/** Every planned hit ends in exactly one of them. */
export function outcomeTable({ hits, reasons }: Summary): Markup | undefined {
  const deferred = reasons.deferred ?? 0;
  const counts = OUTCOME_KINDS.flatMap((kind): Count[] =>
    kind === 'skipped'
      ? [...(deferred > 0 ? [['deferred', deferred] as const] : []), [kind, unsentOf(hits, reasons)]]
      : [[kind, hits[kind]]],
  );
  return countTable('Outcomes of hits', 'outcome', counts, hits.planned);
}

/** Hits that were not accepted and attempts that failed, each with what to do. */
export function troubleTable(summary: Summary, timezone: string): Markup | undefined {
  const troubles = withOneFirewall(troublesOf(summary));
  if (troubles.length === 0) return undefined;
  const number = (title: string, of: (trouble: Trouble) => number) => ({ title, of, isNumber: true });
  const timeOf = (ms: number) => momentText(ms, timezone);
  return section(
    'What went wrong',
    table(
      'What went wrong',
      [
        {
          title: 'reason',
          of: ({ what, name }: Trouble) => markup`${what}<small>${name}</small>`,
        },
        number('hits not accepted', ({ hits }) => hits),
        number('failed attempts', ({ attempts }) => attempts),
        {
          title: 'what to do',
          of: ({ remedy, example, section: heading }: Trouble) =>
            markup`${remedy}${example && markup`<small>Example: ${exampleText(example, timeOf)}</small>`}<small>More in docs/troubleshooting.md, “${heading}”</small>`,
        },
      ],
      troubles,
    ),
  );
}

/** Visits that the behaviours of plugins write. */
export function behaviourTable({ behaviours = {}, visits }: Summary, isPlanned: boolean): Markup | undefined {
  const counts = Object.entries(behaviours).map(([name, { planned }]) => [name, planned] as const);
  const complete: Column<Count> = {
    title: 'complete',
    of: ([name]) => behaviours[name]?.complete ?? 0,
    isNumber: true,
  };
  const more = isPlanned ? [] : [complete];
  return countTable('Visits of plugins', 'behaviour', counts, visits.planned, more, 'visits');
}

/** @param isPlanned true: of a dry run, in which nothing is accepted */
export function kindTable({ kinds }: Summary, isPlanned: boolean): Markup | undefined {
  const counts = HIT_KINDS.map((kind) => [kind, kinds[kind]] as const).filter(([, count]) => count > 0);
  const sum = counts.reduce((total, [, count]) => total + count, 0);
  return countTable(isPlanned ? 'Kinds of planned hits' : 'Kinds of accepted hits', 'kind', counts, sum);
}

export function dayTable(days: readonly DaySummary[], isDryRun: boolean, hasSeveralTargets: boolean): Markup {
  const number = (title: string, of: (day: DaySummary) => number) => ({ title, of, isNumber: true });
  const sent = [
    number('complete', ({ visits }) => visits.complete),
    number('hits', ({ hits }) => hits.planned),
    number('accepted', ({ hits }) => hits.accepted),
    number('lost', ({ hits, reasons }) => missingOf(hits, reasons)),
    number('skipped', ({ hits, reasons }) => unsentOf(hits, reasons)),
  ];
  return table(
    'Days',
    [
      { title: 'day', of: ({ date }: DaySummary) => markup`<time>${date ?? ''}</time>` },
      ...(hasSeveralTargets ? [{ title: 'target', of: ({ target }: DaySummary) => target ?? '' }] : []),
      number('visits', ({ visits }) => visits.planned),
      ...(isDryRun ? [number('hits', ({ hits }) => hits.planned)] : sent),
      number('orders', ({ kinds }) => kinds.order),
      {
        title: 'revenue',
        of: ({ revenue, currency }: DaySummary) => `${formatNumber(revenue, 2)} ${currency ?? ''}`,
        isNumber: true,
      },
    ],
    days,
  );
}

type Funnel = Summary['funnels'][string];
interface FunnelStep {
  readonly number: number;
  readonly visits: number;
  readonly before: number;
}

/**
 * How many came as far as each step, and how many went no further than the one before.
 * @param isPlanned true: of a dry run, in which nothing is accepted
 */
export function funnelTable(name: string, { entered, completed, steps }: Funnel, isPlanned: boolean): Markup {
  const rows = steps.map(
    (visits, i): FunnelStep => ({ number: i + 1, visits, before: steps[i - 1] ?? entered }),
  );
  const numbers = table(
    `Steps of ${name}`,
    [
      { title: 'step', of: ({ number }: FunnelStep) => String(number) },
      { title: 'visits', of: ({ visits }: FunnelStep) => visits, isNumber: true },
      {
        title: 'of those who entered',
        of: ({ visits }: FunnelStep) => shareBar(partOf(visits, entered), percentText(visits, entered)),
      },
      {
        title: 'drop-off',
        of: ({ visits, before }: FunnelStep) =>
          before > visits
            ? `−${formatNumber(before - visits)} (${percentText(before - visits, before)})`
            : '–',
        isNumber: true,
      },
    ],
    rows,
  );
  const summary = `${isPlanned ? 'Planned' : 'Accepted'}: ${formatNumber(entered)} visits entered, ${formatNumber(completed)} completed (${percentText(completed, entered)})`;
  return titled(name, markup`<p class="note">${summary}</p>`, numbers);
}

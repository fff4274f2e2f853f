/** The page about a search for a target's capacity. */
import {
  type Capacity,
  type CapacityEvidence,
  capacityText,
  knownRate,
  missedText,
  proofOf,
  rateText,
  visitsADay,
} from '../capacity.ts';
import { formatNumber } from '../format.ts';
import { chart, type SeriesColour } from './charts/chart.ts';
import { niceScale } from './charts/scale.ts';
import { type Axes, dot, line } from './charts/shapes.ts';
import { headline, moment } from './headline.ts';
import { type Markup, markup } from './markup.ts';
import { pageText, section } from './page.ts';
import { footerOf, type Provenance, repeatSection, settingsSection } from './provenance.ts';
import { table } from './table.ts';
import { verdictMark } from './thresholds.ts';

export interface CapacityReport {
  readonly capacity: Capacity;
  /** What the target was held to. */
  readonly thresholds: readonly string[];
  readonly url: string;
  readonly site: number;
  readonly seed: string;
  readonly provenance: Provenance;
}

const PERCENTILES = ['p50', 'p95', 'p99'] as const;

/** A line through what was sustained; steps that were too much stand alone, and hollow. */
function curve(
  steps: readonly CapacityEvidence[],
  axes: Axes,
  colour: SeriesColour,
  of: (step: CapacityEvidence) => number,
) {
  const placeOf = (step: CapacityEvidence) => ({ x: step.offered, y: of(step) });
  const sustained = steps.filter(({ isSustained }) => isSustained);
  return [
    line(sustained.map(placeOf), axes, colour),
    ...steps.map((step) => dot(placeOf(step), axes, colour, !step.isSustained)),
  ];
}

function chartsOf(unsorted: readonly CapacityEvidence[]): Markup[] {
  const steps = [...unsorted].sort((one, other) => one.offered - other.offered);
  const x = niceScale(Math.max(...steps.map(({ offered }) => offered)), 6);
  const rates = {
    x,
    y: niceScale(Math.max(...steps.flatMap(({ offered, accepted }) => [offered, accepted]))),
  };
  const times = { x, y: niceScale(Math.max(...steps.map(({ latencyMs }) => latencyMs.p99))) };
  const even = Math.min(rates.x.end, rates.y.end);
  const common = { xUnit: 'due, hits/s' };
  const fill = 'Filled: sustained. Hollow: too much.';
  return [
    chart(
      {
        title: 'Accepted hits and those that were due',
        description: `${steps.length} steps. ${fill}`,
        legend: [
          { colour: 'offered', text: 'all that were due accepted' },
          { colour: 'accepted', text: 'accepted' },
        ],
        ...rates,
        ...common,
        yUnit: 'accepted, hits/s',
      },
      [
        line(
          [
            { x: 0, y: 0 },
            { x: even, y: even },
          ],
          rates,
          'offered',
        ),
        ...curve(steps, rates, 'accepted', ({ accepted }) => accepted),
      ],
      [],
    ),
    chart(
      {
        title: 'Response times by hits due',
        description: `${steps.length} steps. ${fill}`,
        legend: PERCENTILES.map((name) => ({ colour: name, text: name })),
        ...times,
        ...common,
        yUnit: 'ms',
      },
      PERCENTILES.flatMap((name) => curve(steps, times, name, ({ latencyMs }) => latencyMs[name])).reverse(),
      [],
    ),
    markup`<p class="note">${fill}</p>`,
  ];
}

function stepTable(steps: readonly CapacityEvidence[]): Markup {
  type Step = CapacityEvidence;
  const number = (title: string, of: (step: Step) => string | number) => ({ title, of, isNumber: true });
  return table(
    'Steps, in the order they were tried',
    [
      { title: 'step', of: (step: Step) => `${steps.indexOf(step) + 1} ${step.phase}` },
      number('visits/s', ({ rate }) => rateText(rate)),
      number('due hits/s', ({ offered }) => rateText(offered)),
      number('accepted hits/s', ({ accepted }) => rateText(accepted)),
      number('lost', ({ lost }) => lost),
      ...PERCENTILES.map((name) => number(`${name} ms`, ({ latencyMs }) => latencyMs[name])),
      number('seconds', ({ seconds }) => formatNumber(seconds)),
      {
        title: 'outcome',
        of: (step: Step) =>
          markup`${verdictMark(step.isSustained, 'sustained', 'too much')}${!step.isSustained && markup`<small>${missedText(step)}</small>`}`,
      },
    ],
    steps,
  );
}

/** @returns the text of an HTML file that needs no other */
export function capacityPage(report: CapacityReport): string {
  const { capacity, thresholds, url, site, seed, provenance } = report;
  const { rate, isHeld, steps } = capacity;
  const held = proofOf(capacity);
  return pageText({
    title: `capacity of ${url} – trafficinator`,
    header: headline({
      kind: 'capacity',
      sentence: `${rate === undefined ? 'No capacity was found:' : 'The server sustains'} ${capacityText(capacity)}.`,
      tone: isHeld ? 'good' : 'bad',
      lead: [
        `site ${site} at ${url}`,
        moment(provenance.startedMs, provenance.timezone),
        `thresholds: ${thresholds.join(', ')}`,
      ],
      figures: [
        { name: 'visits a day', value: rate === undefined ? '–' : formatNumber(visitsADay(capacity) ?? 0) },
        {
          name: 'visits',
          value: rate === undefined ? '–' : rateText(knownRate(capacity) ?? 0),
          unit: 'a second',
        },
        { name: 'accepted', value: held ? rateText(held.accepted) : '–', unit: 'hits/s' },
        { name: 'response time, p95', value: held ? formatNumber(held.latencyMs.p95) : '–', unit: 'ms' },
        { name: 'steps', value: formatNumber(steps.length) },
      ],
    }),
    sections: [
      steps.length > 0 ? section('The curve', ...chartsOf(steps)) : undefined,
      section('Steps', stepTable(steps)),
      settingsSection(provenance),
      repeatSection(provenance, [['seed', seed]]),
    ],
    footer: footerOf(provenance),
  });
}

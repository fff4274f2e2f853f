/** What a run was like while it went on: rates, outcomes and response times, step by step. */
import { OUTCOME_KINDS, type OutcomeKind } from '../../../types/outcome.ts';
import { formatNumber } from '../../format.ts';
import { type Markup, markup } from '../markup.ts';
import { TARGET_COLOURS } from '../palette.ts';
import { table } from '../table.ts';
import { chart, type LegendEntry, type Note } from './chart.ts';
import { niceScale, timeScale } from './scale.ts';
import { type Axes, bar, line, type Place } from './shapes.ts';
import type { Step } from './steps.ts';

const PERCENTILES = ['p50', 'p95', 'p99'] as const;
const X_UNIT = 'time since the start';

/** With so many digits that small rates differ. */
function rateText(rate: number): string {
  return formatNumber(rate, rate < 10 ? 1 : 0);
}

function elapsedText(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function endOf(steps: readonly Step[]): number {
  const last = steps.at(-1);
  return last ? last.startSeconds + last.seconds : 0;
}

function placesOf(steps: readonly Step[], of: (step: Step) => number | undefined): Place[] {
  return steps.map((step) => ({ x: step.startSeconds + step.seconds / 2, y: of(step) }));
}

function notesOf(steps: readonly Step[], of: (step: Step) => string): Note[] {
  return steps.map((step) => ({
    from: step.startSeconds,
    to: step.startSeconds + step.seconds,
    text: `${elapsedText(step.startSeconds)}\n${of(step)}`,
  }));
}

interface Curve extends LegendEntry {
  readonly places: readonly Place[];
}

/** Curves over the whole run, the first one on top; `peakText` tells the highest value in words. */
function curves(
  about: { readonly title: string; readonly yUnit: string; readonly peakText: (peak: number) => string },
  steps: readonly Step[],
  all: readonly Curve[],
  notes: readonly Note[],
): Markup {
  const peak = Math.max(0, ...all.flatMap(({ places }) => places.map(({ y }) => y ?? 0)));
  const axes = { x: timeScale(endOf(steps)), y: niceScale(peak) };
  const frame = { ...about, description: about.peakText(peak), legend: all, ...axes, xUnit: X_UNIT };
  return chart(frame, all.map(({ places, colour }) => line(places, axes, colour)).reverse(), notes);
}

/** @param isLive what a backfill sends is due at once */
export function rateChart(steps: readonly Step[], isLive: boolean): Markup {
  const due = { colour: 'offered', text: 'due', places: placesOf(steps, ({ offered }) => offered) };
  const notes = notesOf(steps, ({ offered, sent, outcomes }) => {
    const first = isLive ? `due ${rateText(offered)}, ` : '';
    return `${first}sent ${rateText(sent)}, accepted ${rateText(outcomes.accepted)} hits/s`;
  });
  return curves(
    { title: 'Rate', yUnit: 'hits/s', peakText: (peak) => `at most ${rateText(peak)} hits a second.` },
    steps,
    [
      {
        colour: 'accepted',
        text: 'accepted',
        places: placesOf(steps, ({ outcomes }) => outcomes.accepted),
      },
      { colour: 'sent', text: 'sent', places: placesOf(steps, ({ sent }) => sent) },
      ...(isLive ? [due] : []),
    ],
    notes,
  );
}

/** What is stacked on what, in each step. */
function stack(steps: readonly Step[], kinds: readonly OutcomeKind[], axes: Axes): Markup[] {
  return steps.flatMap(({ startSeconds: from, seconds, outcomes }) => {
    let low = 0;
    return kinds.map((kind) => {
      const high = low + outcomes[kind];
      const drawn = bar({ from, to: from + seconds, low, high }, axes, kind);
      low = high;
      return drawn;
    });
  });
}

export function outcomeChart(steps: readonly Step[]): Markup {
  const kinds = OUTCOME_KINDS.filter((kind) => steps.some(({ outcomes }) => outcomes[kind] > 0));
  const sums = steps.map(({ outcomes }) => kinds.reduce((sum, kind) => sum + outcomes[kind], 0));
  const axes = { x: timeScale(endOf(steps)), y: niceScale(Math.max(0, ...sums)) };
  const frame = {
    title: 'Outcomes',
    description: `${kinds.join(', ')} hits, stacked.`,
    legend: kinds.map((kind) => ({ colour: kind, text: kind })),
    ...axes,
    xUnit: X_UNIT,
    yUnit: 'hits/s',
  };
  const notes = notesOf(
    steps,
    ({ outcomes }) => `${kinds.map((kind) => `${kind} ${rateText(outcomes[kind])}`).join(', ')} hits/s`,
  );
  return chart(frame, stack(steps, kinds, axes), notes);
}

const peakText = (peak: number) => `at most ${formatNumber(peak)} milliseconds.`;

export function latencyChart(steps: readonly Step[]): Markup {
  const notes = notesOf(steps, ({ latencyMs }) =>
    latencyMs
      ? PERCENTILES.map((name) => `${name} ${formatNumber(latencyMs[name])} ms`).join(', ')
      : 'no response',
  );
  const all = PERCENTILES.map((name) => ({
    colour: name,
    text: name,
    places: placesOf(steps, ({ latencyMs }) => latencyMs?.[name]),
  }));
  return curves({ title: 'Response times', yUnit: 'ms', peakText }, steps, all, notes);
}

/** The 95th percentile of each of several targets. */
export function latencyByTarget(
  targets: readonly { readonly name: string; readonly steps: readonly Step[] }[],
): Markup {
  const all = targets.map(({ name, steps }, i) => ({
    colour: `target-${i % TARGET_COLOURS}`,
    text: name,
    places: placesOf(steps, ({ latencyMs }) => latencyMs?.p95),
  }));
  const longest = targets.reduce<readonly Step[]>(
    (most, { steps }) => (endOf(steps) > endOf(most) ? steps : most),
    [],
  );
  return curves({ title: 'Response times by target', yUnit: 'p95, ms', peakText }, longest, all, []);
}

/** What the charts show, in numbers. */
export function stepTable(steps: readonly Step[]): Markup {
  const rate = (title: string, of: (step: Step) => number) => ({
    title,
    of: (step: Step) => rateText(of(step)),
    isNumber: true,
  });
  const percentile = (name: (typeof PERCENTILES)[number]) => ({
    title: `${name} ms`,
    of: ({ latencyMs }: Step) => (latencyMs ? formatNumber(latencyMs[name]) : '–'),
    isNumber: true,
  });
  const numbers = table(
    'Rates in hits a second, and response times',
    [
      { title: 'after', of: ({ startSeconds }: Step) => elapsedText(startSeconds) },
      rate('due', ({ offered }) => offered),
      rate('sent', ({ sent }) => sent),
      ...OUTCOME_KINDS.map((kind) => rate(kind, ({ outcomes }) => outcomes[kind])),
      ...PERCENTILES.map(percentile),
    ],
    steps,
  );
  return markup`<details><summary>Show the numbers</summary>${numbers}</details>`;
}

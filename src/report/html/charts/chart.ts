/**
 * What all charts have in common: title, legend, axes, and a plot that takes any width. The plot is stretched, so that
 * words and numbers stand outside of it, as text of the page.
 */
import { type Markup, markup } from '../markup.ts';
import type { Scale } from './scale.ts';

/** Width and height of a plot in its own units. */
const SIDE = 1000;

/** A colour of the style sheet, by the name of what it stands for. */
export type SeriesColour = string;

export interface LegendEntry {
  readonly colour: SeriesColour;
  readonly text: string;
}

export interface Frame {
  readonly title: string;
  /** One sentence for those who cannot see it. */
  readonly description: string;
  readonly legend?: readonly LegendEntry[];
  readonly x: Scale;
  readonly y: Scale;
  /** What the axes count: `hits/s`. */
  readonly xUnit: string;
  readonly yUnit: string;
}

/** A part of a whole in units of the plot. */
export function across(value: number, { end }: Scale): number {
  return end > 0 ? Math.round((value / end) * SIDE * 10) / 10 : 0;
}

/** From the top, as SVG counts. */
export function down(value: number, scale: Scale): number {
  return SIDE - across(value, scale);
}

const percent = (at: number, { end }: Scale) => `${Math.round((end > 0 ? at / end : 0) * 1000) / 10}%`;

function legendOf(entries: readonly LegendEntry[]): Markup {
  return markup`<ul class="legend">${entries.map(({ colour, text }) => markup`<li><i class="${colour}"></i>${text}</li>`)}</ul>`;
}

/** Shown where it is pointed at. */
export interface Note {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function noteArea({ from, to, text }: Note, x: Scale): Markup {
  const left = across(from, x);
  return markup`<rect class="note" x="${left}" y="0" width="${Math.max(0, across(to, x) - left)}" height="${SIDE}"><title>${text}</title></rect>`;
}

export function chart(frame: Frame, plot: readonly Markup[], notes: readonly Note[]): Markup {
  const { title, description, legend = [], x, y, xUnit, yUnit } = frame;
  const lines = y.ticks.map(({ at }) => {
    const top = down(at, y);
    return markup`<path class="${at === 0 ? 'axis' : 'grid'}" d="M0 ${top}H${SIDE}"/>`;
  });
  return markup`<figure>
<figcaption><h3>${title}</h3>${legend.length > 0 && legendOf(legend)}</figcaption>
<p class="unit">${yUnit}</p>
<div class="plot">
<svg viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none" role="img" aria-label="${`${title}: ${description}`}">
${lines}${plot}${notes.map((note) => noteArea(note, x))}
</svg>
${y.ticks.map(({ at, text }) => markup`<span class="y" style="bottom:${percent(at, y)}">${text}</span>`)}
${x.ticks.map(({ at, text }, i) => markup`<span class="${i % 2 === 0 ? 'x' : 'x minor'}" style="left:${percent(at, x)}">${text}</span>`)}
</div>
<p class="unit end">${xUnit}</p>
</figure>`;
}

/** What is drawn in a plot: lines, bars and dots. */
import { type Markup, markup } from '../markup.ts';
import { across, down, type SeriesColour } from './chart.ts';
import type { Scale } from './scale.ts';

export interface Axes {
  readonly x: Scale;
  readonly y: Scale;
}

/** `y` is undefined where there is nothing to show: the line has a gap there. */
export interface Place {
  readonly x: number;
  readonly y: number | undefined;
}

type Known = { readonly x: number; readonly y: number };

/** Stretches of places with a value. */
function stretches(places: readonly Place[]): Known[][] {
  const parts: Known[][] = [[]];
  for (const { x, y } of places) {
    if (y === undefined) parts.push([]);
    else parts.at(-1)?.push({ x, y });
  }
  return parts.filter((part) => part.length > 0);
}

function pathOf(places: readonly Known[], { x, y }: Axes): string {
  const points = places.map((place) => `${across(place.x, x)} ${down(place.y, y)}`);
  // A path of one place has a length, so that its ends are drawn.
  return `M${points.join('L')}${points.length === 1 ? 'h0' : ''}`;
}

/** A place with a gap on both sides is a dot. */
export function line(places: readonly Place[], axes: Axes, colour: SeriesColour): Markup {
  return markup`${stretches(places).map((part) => {
    const kind = part.length === 1 ? 'dot' : 'line';
    return markup`<path class="${kind} ${colour}" d="${pathOf(part, axes)}"/>`;
  })}`;
}

export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

export function bar({ from, to, low, high }: Bar, { x, y }: Axes, colour: SeriesColour): Markup {
  const [left, top] = [across(from, x), down(high, y)];
  return markup`<rect class="${colour}" x="${left}" y="${top}" width="${across(to, x) - left}" height="${down(low, y) - top}"/>`;
}

/** Hollow ones have the colour of the page inside. */
export function dot(place: Known, axes: Axes, colour: SeriesColour, isHollow = false): Markup {
  const path = pathOf([place], axes);
  return markup`<path class="dot ${colour}" d="${path}"/>${isHollow && markup`<path class="dot hole" d="${path}"/>`}`;
}

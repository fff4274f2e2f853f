/** The first thing that is read: what came of it in one sentence, and the numbers that matter most. */
import { type Markup, markup } from './markup.ts';

/** `good` and `bad` where something was judged. */
export type Tone = 'good' | 'bad' | 'plain';

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
  readonly note?: string;
}

export interface Headline {
  /** What kind of page it is: `live traffic`. */
  readonly kind: string;
  readonly sentence: string;
  readonly tone: Tone;
  /** To whom, when, how long. */
  readonly lead: readonly (string | Markup)[];
  readonly figures: readonly Figure[];
}

function figure({ name, value, unit, note }: Figure): Markup {
  return markup`<div><dt>${name}</dt><dd>${value}${unit !== undefined && markup`<small> ${unit}</small>`}${note !== undefined && markup`<p>${note}</p>`}</dd></div>\n`;
}

export function headline({ kind, sentence, tone, lead, figures }: Headline): Markup {
  return markup`<p class="kind">trafficinator <span>${kind}</span></p>
<h1 class="${tone}">${sentence}</h1>
<ul class="lead">${lead.map((part) => markup`<li>${part}</li>`)}</ul>
<dl class="figures">${figures.map(figure)}</dl>`;
}

/** `23 Nov 2026, 03:12:05 CET`. */
function momentText(ms: number, timezone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(ms);
}

export function moment(ms: number, timezone: string): Markup {
  return markup`<time datetime="${new Date(ms).toISOString()}">${momentText(ms, timezone)}</time>`;
}

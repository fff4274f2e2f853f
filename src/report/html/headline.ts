/** The first thing that is read: what came of it in one sentence, and the numbers that matter most. */
import { offsetAt } from '../../timezone.ts';
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

/** `UTC`, `UTC+2`, `UTC-3:30`. */
function offsetText(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / 60_000;
  if (minutes === 0) return 'UTC';
  const beyond = minutes % 60 === 0 ? '' : `:${String(minutes % 60).padStart(2, '0')}`;
  return `UTC${offsetMs < 0 ? '-' : '+'}${Math.floor(minutes / 60)}${beyond}`;
}

/** `23 Nov 2026, 03:12:05 UTC+1`. */
export function momentText(ms: number, timezone: string): string {
  const offsetMs = offsetAt(timezone, ms);
  const text = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(ms + offsetMs);
  return `${text} ${offsetText(offsetMs)}`;
}

export function moment(ms: number, timezone: string): Markup {
  return markup`<time datetime="${new Date(ms).toISOString()}">${momentText(ms, timezone)}</time>`;
}

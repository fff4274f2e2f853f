/** How far local clocks are from UTC, read from the runtime's timezone data. */

const MINUTE_MS = 60_000;

/** Four weeks: no clock is changed and changed back within them. */
const STRIDE_MS = 28 * 86_400_000;
const YEAR_MS = 13 * STRIDE_MS;

/** A span of time in which the distance to UTC stays the same. */
export interface OffsetSpan {
  readonly fromMs: number;
  readonly toMs: number;
  /** To be added to UTC. */
  readonly offsetMs: number;
}

/** Costly to make, and the same for everybody. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      timeZoneName: 'longOffset',
      hour: 'numeric',
    });
    formats.set(timezone, format);
  }
  return format;
}

/** Milliseconds to add to UTC to get the local clock. */
export function offsetAt(timezone: string, instantMs: number): number {
  // `12 AM GMT+05:45`, or `12 AM GMT` in London.
  const text = formatFor(timezone).format(instantMs);
  const at = text.lastIndexOf('GMT') + 3;
  if (at === text.length) return 0;
  const minutes = Number(text.slice(at + 1, at + 3)) * 60 + Number(text.slice(at + 4, at + 6));
  return (text[at] === '-' ? -minutes : minutes) * MINUTE_MS;
}

/** The first instant at which the distance is no longer what it was at `fromMs`; at `toMs` it is another. */
function findChange(timezone: string, fromMs: number, toMs: number): number {
  const before = offsetAt(timezone, fromMs);
  let low = Math.floor(fromMs / MINUTE_MS);
  let high = Math.ceil(toMs / MINUTE_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(timezone, middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}

/** The spans, one after the other, that make up the time from `fromMs` to `toMs`: at least one. */
export function offsetSpans(timezone: string, fromMs: number, toMs: number): OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let span = { fromMs, toMs, offsetMs: offsetAt(timezone, fromMs) };
  for (let atMs = fromMs; atMs < toMs; ) {
    const nextMs = Math.min(atMs + STRIDE_MS, toMs);
    const isSame = offsetAt(timezone, nextMs) === span.offsetMs;
    atMs = isSame ? nextMs : findChange(timezone, atMs, nextMs);
    if (isSame || atMs >= toMs) continue;
    spans.push({ ...span, toMs: atMs });
    span = { fromMs: atMs, toMs, offsetMs: offsetAt(timezone, atMs) };
  }
  return [...spans, span];
}

/** The spans of the year around an instant; years begin somewhere, the same for everybody. */
export function offsetSpansOfYear(timezone: string, instantMs: number): OffsetSpan[] {
  const fromMs = Math.floor(instantMs / YEAR_MS) * YEAR_MS;
  return offsetSpans(timezone, fromMs, fromMs + YEAR_MS);
}

/** Whether the instant lies within one of the spans, which follow each other. */
export function covers(spans: readonly OffsetSpan[], instantMs: number): boolean {
  const [first] = spans;
  const last = spans[spans.length - 1];
  return first !== undefined && last !== undefined && instantMs >= first.fromMs && instantMs < last.toMs;
}

/** Milliseconds to add to UTC at an instant that the spans cover. */
export function offsetWithin(spans: readonly OffsetSpan[], instantMs: number): number {
  let i = 0;
  while (instantMs >= (spans[i] as OffsetSpan).toMs) i++;
  return (spans[i] as OffsetSpan).offsetMs;
}

/** The first instant within the spans at which the local clock shows the given time or, where it leaps, a later one. */
export function instantShowing(spans: readonly OffsetSpan[], localMs: number): number {
  for (const { fromMs, toMs, offsetMs } of spans) {
    if (localMs - offsetMs < toMs) return Math.max(localMs - offsetMs, fromMs);
  }
  return spans.at(-1)?.toMs ?? localMs;
}

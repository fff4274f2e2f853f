/** What an answer of Matomo means for the hits that were sent: recorded, to be sent again, or to be asked for. */
import { type Hits, hitCountOf } from '../../types/delivery.ts';
import type { Hit, HitKind } from '../../types/hit.ts';
import type { Outcome } from '../../types/outcome.ts';

/** An HTTP answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** The header's text. */
  readonly retryAfter: string | undefined;
  /** Where a redirect points. */
  readonly location?: string;
}

/**
 * What may still become of hits whose answer does not tell what was recorded. `final`: Matomo has done with them.
 * `closed`: a server before Matomo has lost it, and Matomo is unlikely to be at work on them. `open`: it may be.
 * `queued`: they may be recorded at any later time.
 */
export type RecordingState = 'final' | 'closed' | 'open' | 'queued';

/** What is to be done about the hits. */
export type Verdict =
  | { readonly kind: 'settled'; readonly outcomes: readonly Outcome[] }
  /** Nothing was recorded: sending again is safe. `ifGivenUp` is the outcome when that is given up. */
  | { readonly kind: 'retry'; readonly ifGivenUp: Outcome; readonly retryAfterMs: number | undefined }
  /** Nothing was recorded, and fewer hits in a request may pass. */
  | { readonly kind: 'smaller'; readonly status: number }
  /** All of it, a part or nothing was recorded: Matomo is to be asked. `reason` is that of hits which stay unknown. */
  | { readonly kind: 'doubt'; readonly reason: string; readonly fate: RecordingState }
  /** Every later request would be refused too, and repeating it locks the address out. */
  | { readonly kind: 'refused'; readonly status: number };

const ACCEPTED: Outcome = { kind: 'accepted' };
const LONGEST_RETRY_AFTER_MS = 300_000;

function settle(hits: Hits, outcome: Outcome): Verdict {
  return { kind: 'settled', outcomes: new Array<Outcome>(hitCountOf(hits)).fill(outcome) };
}

function again(reason: string, retryAfterMs?: number): Verdict {
  return { kind: 'retry', ifGivenUp: { kind: 'failed', reason }, retryAfterMs };
}

export function inDoubt(reason: string, fate: RecordingState): Verdict {
  return { kind: 'doubt', reason, fate };
}

/** Seconds or an HTTP date, as milliseconds from now; undefined when it is neither. */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, seconds), LONGEST_RETRY_AFTER_MS);
}

export function isGif(body: string): boolean {
  return body.startsWith('GIF89a');
}

/** A server or a firewall before Matomo has looked at the request and will not pass it on. */
const TOO_LARGE: readonly number[] = [413, 414, 431];
const FORBIDDEN: readonly number[] = [403, 406];
/** A proxy has given up waiting, for the client or for Matomo. */
const GIVEN_UP: readonly number[] = [408, 499];

/**
 * Answers that mean the same for one hit and for many; undefined for those that do not. Only those that Matomo, or a
 * server before it, gives without recording are safe to send again: a proxy's 5xx may come after Matomo has done it all.
 */
function classifyStatus(answer: Answer, nowMs: number): Verdict | undefined {
  const { status } = answer;
  const waitMs = parseRetryAfter(answer.retryAfter, nowMs);
  if (status === 401 || status === 403) return { kind: 'refused', status };
  if (status === 429) return again('rate-limited', waitMs);
  if (status === 503 && isGif(answer.body)) return again('recording-off', waitMs);
  if (status === 504) return inDoubt('gateway-timeout', 'open');
  if (status >= 500) return inDoubt(`http-${status}`, status === 524 ? 'open' : 'closed');
  if (status > 200 && status < 300) return inDoubt(`http-${status}`, 'open');
  if (GIVEN_UP.includes(status)) return inDoubt(`http-${status}`, 'open');
  if (status >= 300 && status < 400) return again('redirected');
  return undefined;
}

/** An answer to a single hit. Only the GIF proves that Matomo took it. */
export function classifySingle(hits: Hits, answer: Answer, nowMs: number): Verdict {
  if (answer.status === 500) return inDoubt('http-500', 'final');
  if (TOO_LARGE.includes(answer.status)) return settle(hits, { kind: 'rejected', reason: 'too-large' });
  const general = classifyStatus(answer, nowMs);
  if (general) return general;
  if (answer.status === 200 && isGif(answer.body)) return settle(hits, ACCEPTED);
  if (answer.status === 400 && isGif(answer.body))
    return settle(hits, { kind: 'rejected', reason: 'invalid' });
  return answer.status === 200 ? unrecognised(answer) : again(`http-${answer.status}`);
}

/** A 200 that is not what Matomo answers: emptied, garbled or replaced on its way, it proves nothing. */
function unrecognised({ body }: Answer): Verdict {
  if (body.trim() === '') return inDoubt('empty-answer', 'open');
  // Matomo's reply, cut off or behind a warning of PHP's, or its message that a transaction has ended before its time.
  const isFromMatomo = body.includes('"tracked"') || body.trimStart().startsWith('Error');
  return isFromMatomo ? inDoubt('garbled-answer', 'final') : inDoubt('not-matomo', 'open');
}

interface BulkReply {
  readonly status: unknown;
  readonly tracked: number;
  readonly invalid: number;
  readonly indices: readonly number[] | undefined;
}

function parseBulkReply(body: string): BulkReply | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { status, tracked, invalid, invalid_indices: indices } = value as Record<string, unknown>;
  if (typeof tracked !== 'number' || typeof invalid !== 'number') return undefined;
  const isList = Array.isArray(indices) && indices.every((index) => typeof index === 'number');
  return { status, tracked, invalid, indices: isList ? indices : undefined };
}

/** Kinds that Matomo refuses for reasons of their own: an order id seen before, an unknown goal. */
const SUSPECTS: readonly HitKind[] = ['order', 'goal', 'cart'];

/** Marks the given number of hits where Matomo does not say which they were: the likeliest first, then the last. */
function guess(of: Hits, outcomes: Outcome[], count: number, outcome: Outcome): void {
  if (count <= 0) return;
  const { hits } = of;
  const rank = (i: number) => (SUSPECTS.includes((hits[i] as Hit).kind) ? 0 : 1);
  const open = outcomes.map((_, i) => i).filter((i) => outcomes[i] === ACCEPTED);
  open.sort((a, b) => rank(a) - rank(b) || b - a);
  for (const i of open.slice(0, count)) outcomes[i] = outcome;
}

/**
 * An answer to a bulk request. A 500 proves nothing: after a deadlock the database has ended the transaction, and what
 * Matomo records after that is kept. A GIF is what a plugin answers that has put the request into a queue.
 */
export function classifyBulk(hits: Hits, answer: Answer, nowMs: number): Verdict {
  const reply = parseBulkReply(answer.body);
  if (answer.status === 500) return inDoubt(reply ? 'bulk-error' : 'http-500', 'final');
  const { status } = answer;
  if (TOO_LARGE.includes(status) || FORBIDDEN.includes(status)) return { kind: 'smaller', status };
  const general = classifyStatus(answer, nowMs);
  if (general) return general;
  if (status !== 200) return again(`http-${status}`);
  if (!reply) return isGif(answer.body) ? inDoubt('queued', 'queued') : unrecognised(answer);
  const { tracked, invalid, indices } = reply;
  if (tracked === 0 && invalid === 0) return again('recording-off');
  const count = hitCountOf(hits);
  const outcomes = new Array<Outcome>(count).fill(ACCEPTED);
  const isAll = indices === undefined && invalid >= count;
  const named = new Set(isAll ? outcomes.keys() : indices?.filter((index) => index in outcomes));
  for (const index of named) outcomes[index] = { kind: 'rejected', reason: 'invalid' };
  guess(hits, outcomes, invalid - named.size, { kind: 'rejected', reason: 'invalid-unnamed' });
  const lost = count - tracked - invalid;
  guess(hits, outcomes, lost, { kind: 'unknown', reason: 'lost' });
  return { kind: 'settled', outcomes };
}

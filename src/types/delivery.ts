/** From hits to answers: batches, their bodies, pacing and transport. */
import type { EncodedVisit, Hit, VisitRecord } from './hit.ts';
import type { Outcome } from './outcome.ts';
import type { Visit } from './visit.ts';

/** The body of a request while it is filled. */
export interface OpenBody {
  add(visit: EncodedVisit, seq: number): void;
  /** The bytes to send; nothing is added after that. */
  close(): Buffer;
  /** Once it is closed: the requests that it is divided into; undefined where it is one. */
  readonly parts: readonly RequestPart[] | undefined;
}

/** A request among those that the bytes of a body are, one after the other. */
export interface RequestPart {
  readonly hits: number;
  /** Where it ends among all the bytes. */
  readonly endByte: number;
}

/** How visits become requests. */
export interface Encoder {
  write(visit: Visit): EncodedVisit;
  /** The same, in bytes that the next visit is written to: for those who are done with it by then. */
  writeInPlace(visit: Visit): EncodedVisit;
  openBody(): OpenBody;
}

/** Hits that go out together. */
export interface Batch {
  /**
   * Names the batch for good: of a backfill its rank in the order in which the batches are made, from 0; of a live run
   * that workers share a number of its hit; else -1.
   */
  readonly id: number;
  /** Batches of one lane go out one after the other, so that a visitor's hits keep their order. */
  readonly lane: number;
  /** When it is to leave, in epoch ms; 0 for as soon as there is room. */
  readonly leaveMs: number;
  /** When the engine had it ready to leave, in epoch ms: what it waits from then on, it waits for the target. */
  readonly readyMs?: number;
  /** From when to when it waited for the ledger, in epoch ms. */
  readonly heldMs?: readonly [from: number, to: number];
  /** At least one. Where there are `wholeVisits`, they are made when they are asked for. */
  readonly hits: readonly Hit[];
  /** How many hits; only where they may not be made yet. */
  readonly hitCount?: number;
  /** Where the hits are all those of some visits, one visit after the other: these. */
  readonly wholeVisits?: readonly VisitRecord[] | undefined;
  /** What is sent of them, to the byte. */
  readonly body: Buffer;
  /** The requests that the body is divided into, since it would be too large as one; undefined where it is one. */
  readonly parts?: readonly RequestPart[] | undefined;
  /** Of hits that an earlier process has sent, what came of them; the others are to be sent. */
  readonly known?: readonly (Outcome | undefined)[];
  /** It may have left a lost process: what became of it is to be found out before anything else of its visitor leaves. */
  readonly isInDoubt?: boolean;
}

/** Hits of a request, which may not be made yet. */
export type Hits = Pick<Batch, 'hits' | 'hitCount' | 'wholeVisits'>;

/** How many hits there are, told without making them. */
export const hitCountOf = (of: Hits) => of.hitCount ?? of.hits.length;

/** The visit of the first hit, told without making the hits. */
export const firstVisitOf = (of: Hits) => of.wholeVisits?.[0] ?? of.hits[0]?.visit;

/** Decides, from time alone, what becomes of the next batch. Holds no clock. */
export type Pacer = (batch: Batch, nowMs: number) => PaceDecision;

export type PaceDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'skip'; readonly reason: string };

/** What came of a batch once nothing more is tried. */
export interface Delivery {
  /** One for each hit, in their order. */
  readonly outcomes: readonly Outcome[];
  /** Requests that were sent again, in whole or in part. */
  readonly retries: number;
  /** Of requests of the batch after the first, from the time they left until they were answered for good, in ms. */
  readonly furtherMs?: readonly number[];
  /** When the first attempt went out, in epoch ms; undefined when none did. */
  readonly sentMs: number | undefined;
  /** When the answer to the last attempt was complete, in epoch ms. */
  readonly answeredMs: number;
  /** Set when the target refuses in a way that no later hit can escape. */
  readonly fatal?: Error;
}

/** Delivers batches to one target. */
export interface Transport {
  /** Never rejects. The signal ends retries and waiting, not the request in flight. */
  send(batch: Batch, signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}

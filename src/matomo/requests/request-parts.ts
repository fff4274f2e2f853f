/** The requests that a batch is divided into. */
import { type Batch, type Hits, hitCountOf } from '../../types/delivery.ts';
import type { Bodies } from './body.ts';

/** Hits of a batch that go out in one request. */
export interface Request extends Hits {
  readonly body: Buffer;
}

/** A request that is still to be sent, with the places of its hits in the batch. */
export interface Piece extends Request {
  readonly places: readonly number[];
  /** Attempts so far. */
  attempts: number;
}

/** The requests of a batch, but for the hits that have an outcome already. */
export function* piecesOf(batch: Batch, bodies: Bodies): Generator<Piece, void> {
  const { body, parts, known } = batch;
  let [first, start] = [0, 0];
  for (const { hits: count, endByte } of parts ?? [{ hits: hitCountOf(batch), endByte: body.length }]) {
    const piece = pieceFrom(batch, first, count, body.subarray(start, endByte));
    const open = known && piece.places.map((place) => known[place] === undefined);
    if (!open?.includes(false)) yield piece;
    else if (open.includes(true)) yield part(piece, (i) => open[i] === true, bodies);
    first += count;
    start = endByte;
  }
}

/** So many hits of the batch, which need not be made for that. */
function pieceFrom(batch: Batch, first: number, hitCount: number, body: Buffer): Piece {
  return {
    get hits() {
      return batch.hits.slice(first, first + hitCount);
    },
    hitCount,
    body,
    places: Array.from({ length: hitCount }, (_, i) => first + i),
    attempts: 0,
  };
}

/** The hits of the piece that are wanted, as a piece of their own. */
export function part(piece: Piece, isWanted: (rank: number) => boolean, bodies: Bodies): Piece {
  const { hits, places, body, attempts } = piece;
  const ofPart = <T>(all: readonly T[]) => all.filter((_, i) => isWanted(i));
  return {
    hits: ofPart(hits),
    places: ofPart(places),
    body: bodies.requestOf(ofPart(bodies.hitsIn(body))),
    attempts,
  };
}

/** The piece in two of the same number of hits; it has several. */
export function halves(piece: Piece, bodies: Bodies): [Piece, Piece] {
  const middle = Math.ceil(piece.hits.length / 2);
  return [part(piece, (i) => i < middle, bodies), part(piece, (i) => i >= middle, bodies)];
}

/** The piece in pieces of about the same number of hits, each, as far as it has several, within the bytes. */
export function divided(piece: Piece, mostBytes: number, bodies: Bodies): Piece[] {
  const { body } = piece;
  const hitCount = hitCountOf(piece);
  if (hitCount === 1 || body.length <= mostBytes) return [piece];
  const count = Math.min(hitCount, Math.max(2, Math.ceil(body.length / mostBytes)));
  const perPiece = Math.ceil(hitCount / count);
  return Array.from({ length: Math.ceil(hitCount / perPiece) }, (_, k) =>
    part(piece, (i) => Math.floor(i / perPiece) === k, bodies),
  ).flatMap((smaller) => divided(smaller, mostBytes, bodies));
}

/** The requests that a batch is divided into. */
import type { Batch } from '../../types/delivery.ts';
import type { Hit } from '../../types/hit.ts';
import type { Bodies } from './body.ts';

/** Hits of a batch that go out in one request. */
export interface Request {
  readonly hits: readonly Hit[];
  readonly body: Buffer;
}

/** A request that is still to be sent, with the places of its hits in the batch. */
export interface Piece extends Request {
  readonly places: readonly number[];
  /** Attempts so far. */
  readonly attempts: number;
}

/** The requests of a batch, but for the hits that have an outcome already. */
export function* piecesOf(batch: Batch, bodies: Bodies): Generator<Piece, void> {
  const { hits, body, parts, known } = batch;
  if (!parts && !known) return yield { hits, body, places: [...hits.keys()], attempts: 0 };
  let [first, start] = [0, 0];
  for (const { hits: count, endByte } of parts ?? [{ hits: hits.length, endByte: body.length }]) {
    const places = Array.from({ length: count }, (_, i) => first + i);
    const piece = {
      hits: hits.slice(first, first + count),
      body: body.subarray(start, endByte),
      places,
      attempts: 0,
    };
    const open = places.map((place) => known?.[place] === undefined);
    if (!open.includes(false)) yield piece;
    else if (open.includes(true)) yield part(piece, (i) => open[i] === true, bodies);
    first += count;
    start = endByte;
  }
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
  const { hits, body } = piece;
  if (hits.length === 1 || body.length <= mostBytes) return [piece];
  const count = Math.min(hits.length, Math.max(2, Math.ceil(body.length / mostBytes)));
  const perPiece = Math.ceil(hits.length / count);
  return Array.from({ length: Math.ceil(hits.length / perPiece) }, (_, k) =>
    part(piece, (i) => Math.floor(i / perPiece) === k, bodies),
  ).flatMap((smaller) => divided(smaller, mostBytes, bodies));
}

/** Request bodies: one hit as a form, many as a bulk request. The token is in the body, never in the URL. */
import type { OpenBody, RequestPart } from '../../types/delivery.ts';
import type { EncodedVisit } from '../../types/hit.ts';

/** What stands in a record in place of the token. */
const MASK = '***';

export const FORM_TYPE = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** Bytes that a bulk body begins with; it grows by doubling, and what it has grown to is used again. */
const FIRST_BYTES = 16_384;
/** Bodies kept to be used again at most. */
const MOST_KEPT = 64;

/** What stands before, between and after the hits. */
interface Frame<Text> {
  readonly before: Text;
  readonly between: Text;
  readonly after: Text;
}

export interface Bodies {
  /** True: many hits a body; false: one. */
  readonly isBulk: boolean;
  readonly contentType: string;
  open(): OpenBody;
  /** What a request says of each of its hits. */
  hitsIn(request: Buffer): Buffer[];
  /** A request of hits as `hitsIn` gave them. */
  requestOf(hits: readonly Buffer[]): Buffer;
  /** The request as text, with the mask in place of the token. */
  masked(body: Buffer): string;
  /** The closed body has been sent and nobody will read it again: its memory may be used for another. */
  recycle(body: Buffer): void;
}

/**
 * Parameters are percent-encoded: each of their characters is a byte and none of them needs to be escaped in JSON. In a
 * bulk request each hit starts with `?`, for Matomo drops entries that do not without counting them.
 */
function frameOf(isBulk: boolean, token: string | undefined): Frame<string> {
  if (!isBulk) {
    const after = token === undefined ? '' : `&token_auth=${encodeURIComponent(token)}`;
    return { before: '', between: '', after };
  }
  const auth = token === undefined ? '' : `,"token_auth":${JSON.stringify(token)}`;
  return { before: '{"requests":["?', between: '","?', after: `"]${auth}}` };
}

/** Filled hit by hit. */
class FilledBody implements OpenBody {
  private size = 0;
  private bytes: Buffer | undefined;
  private hits = 0;
  /** Where the request begins that is filled now, in bytes. */
  private start = 0;
  private readonly done: RequestPart[] = [];
  private readonly frame: Frame<Buffer>;
  private readonly mostBytes: number;
  private readonly allocate: (size: number) => Buffer;

  constructor(frame: Frame<Buffer>, mostBytes: number, allocate: (size: number) => Buffer) {
    this.frame = frame;
    this.mostBytes = mostBytes;
    this.allocate = allocate;
  }

  add({ bytes: source, starts }: EncodedVisit, seq: number): void {
    const { before, between, after } = this.frame;
    const start = starts[seq] as number;
    const hitBytes = (starts[seq + 1] as number) - 1 - start;
    const isFull = this.size - this.start + between.length + hitBytes + after.length > this.mostBytes;
    if (isFull && this.hits > 0) this.endRequest();
    const lead = this.hits === 0 ? before : between;
    const bytes = this.reserve(lead.length + hitBytes + after.length);
    bytes.set(lead, this.size);
    bytes.set(source.subarray(start, start + hitBytes), this.size + lead.length);
    this.size += lead.length + hitBytes;
    this.hits++;
  }

  close(): Buffer {
    this.endRequest();
    return this.reserve(0).subarray(0, this.size);
  }

  get parts(): readonly RequestPart[] | undefined {
    return this.done.length > 1 ? this.done : undefined;
  }

  private endRequest(): void {
    const { after } = this.frame;
    const bytes = this.reserve(after.length);
    bytes.set(after, this.size);
    this.size += after.length;
    this.done.push({ hits: this.hits, endByte: this.size });
    this.hits = 0;
    this.start = this.size;
  }

  /** Bytes with room for so many more. */
  private reserve(count: number): Buffer {
    const size = this.size + count;
    const { bytes } = this;
    if (bytes && size <= bytes.length) return bytes;
    const larger = this.allocate(bytes ? 2 * size : size);
    bytes?.copy(larger, 0, 0, this.size);
    this.bytes = larger;
    return larger;
  }
}

/** @param mostBytes of a request with more than one hit */
export function createBodies(
  isBulk: boolean,
  token: string | undefined,
  mostBytes = Number.POSITIVE_INFINITY,
): Bodies {
  const texts = frameOf(isBulk, token);
  const frame = {
    before: Buffer.from(texts.before),
    between: Buffer.from(texts.between),
    after: Buffer.from(texts.after),
  };
  const mask = frameOf(isBulk, token === undefined ? undefined : MASK).after;
  const kept: Buffer[] = [];

  function allocate(size: number): Buffer {
    if (!isBulk) return Buffer.allocUnsafe(size);
    const used = kept.pop();
    return used && used.length >= size ? used : Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, size));
  }

  return {
    isBulk,
    contentType: isBulk ? JSON_TYPE : FORM_TYPE,
    open: () => new FilledBody(frame, mostBytes, allocate),
    hitsIn(request) {
      const hits: Buffer[] = [];
      let from = frame.before.length;
      for (;;) {
        const end = frame.between.length === 0 ? -1 : request.indexOf(frame.between, from);
        hits.push(request.subarray(from, end < 0 ? request.length - frame.after.length : end));
        if (end < 0) return hits;
        from = end + frame.between.length;
      }
    },
    requestOf(hits) {
      const parts = hits.flatMap((hit, i) => (i === 0 ? [hit] : [frame.between, hit]));
      return Buffer.concat([frame.before, ...parts, frame.after]);
    },
    masked: (body) => body.toString('latin1', 0, body.length - frame.after.length) + mask,
    recycle({ buffer }) {
      if (isBulk && kept.length < MOST_KEPT) kept.push(Buffer.from(buffer));
    },
  };
}

/** Request bodies: one hit as a form, many as a bulk request. The token is in the body, never in the URL. */
import type { OpenBody } from '../types/delivery.ts';
import type { EncodedVisit } from '../types/hit.ts';

/** What stands in a record in place of the token. */
const MASK = '***';

export const FORM_TYPE = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** Bytes that a bulk body begins with; it grows by doubling, and what it has grown to is used again. */
const FIRST_BYTES = 16_384;
/** Bodies kept to be used again at most. */
const MOST_KEPT = 64;

/** What stands before, between and after the hits. */
interface Frame {
  readonly before: string;
  readonly between: string;
  readonly after: string;
}

export interface Bodies {
  /** True: many hits a body; false: one. */
  readonly isBulk: boolean;
  readonly contentType: string;
  open(): OpenBody;
  /** The closed body as text, with the mask in place of the token. */
  masked(body: Buffer): string;
  /** The closed body has been sent and nobody will read it again: its memory may be used for another. */
  recycle(body: Buffer): void;
}

/**
 * Parameters are percent-encoded: each of their characters is a byte and none of them needs to be escaped in JSON. In a
 * bulk request each hit starts with `?`, for Matomo drops entries that do not without counting them.
 */
function frameOf(isBulk: boolean, token: string | undefined): Frame {
  if (!isBulk) {
    const after = token === undefined ? '' : `&token_auth=${encodeURIComponent(token)}`;
    return { before: '', between: '', after };
  }
  const auth = token === undefined ? '' : `,"token_auth":${JSON.stringify(token)}`;
  return { before: '{"requests":["?', between: '","?', after: `"]${auth}}` };
}

/** Filled hit by hit: neither a text of the size of the body nor one of a whole hit is made. */
class FilledBody implements OpenBody {
  private size = 0;
  private bytes: Buffer | undefined;
  private readonly frame: Frame;
  private readonly allocate: (size: number) => Buffer;

  constructor(frame: Frame, allocate: (size: number) => Buffer) {
    this.frame = frame;
    this.allocate = allocate;
  }

  add({ common, own }: EncodedVisit, seq: number): void {
    const { before, between, after } = this.frame;
    const text = own[seq] as string;
    const start = this.size === 0 ? before : between;
    const bytes = this.reserve(start.length + common.length + text.length + after.length);
    let at = this.size;
    at += bytes.write(start, at, 'latin1');
    at += bytes.write(common, at, 'latin1');
    this.size = at + bytes.write(text, at, 'latin1');
  }

  close(): Buffer {
    const { after } = this.frame;
    const bytes = this.reserve(after.length);
    const end = this.size + bytes.write(after, this.size, 'latin1');
    return bytes.subarray(0, end);
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

export function createBodies(isBulk: boolean, token: string | undefined): Bodies {
  const asBytes = ({ before, between, after }: Frame): Frame => ({
    before,
    between,
    after: Buffer.from(after).toString('latin1'),
  });
  const frame = asBytes(frameOf(isBulk, token));
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
    open: () => new FilledBody(frame, allocate),
    masked: (body) => body.toString('latin1', 0, body.length - frame.after.length) + mask,
    recycle({ buffer }) {
      if (isBulk && kept.length < MOST_KEPT) kept.push(Buffer.from(buffer));
    },
  };
}

/** Request bodies: one hit as a form, many as a bulk request. The token is in the body, never in the URL. */
import type { Hit } from '../types.ts';

/** What stands in a record in place of the token. */
export const MASK = '***';

export const FORM_TYPE = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** What stands before, between and after the queries. */
interface Frame {
  readonly before: string;
  readonly between: string;
  readonly after: string;
}

export interface BodyWriter {
  readonly contentType: string;
  /** The bytes of the hits' body; a form takes one hit. */
  write(hits: readonly Hit[]): Buffer;
}

/**
 * Queries are percent-encoded: each of their characters is a byte and none of them needs to be escaped in JSON. In a
 * bulk request each starts with `?`, for Matomo drops entries that do not without counting them.
 */
function frameOf(isBulk: boolean, token: string | undefined): Frame {
  if (!isBulk) {
    const after = token === undefined ? '' : `&token_auth=${encodeURIComponent(token)}`;
    return { before: '', between: '', after };
  }
  const auth = token === undefined ? '' : `,"token_auth":${JSON.stringify(token)}`;
  return { before: '{"requests":["?', between: '","?', after: `"]${auth}}` };
}

/** Written query by query: no text of the size of a body is made. */
export function createBodyWriter(isBulk: boolean, token: string | undefined): BodyWriter {
  const { before, between, after } = frameOf(isBulk, token);
  const afterBytes = Buffer.from(after);
  const frameBytes = before.length - between.length + afterBytes.length;
  return {
    contentType: isBulk ? JSON_TYPE : FORM_TYPE,
    write(hits) {
      let size = frameBytes;
      for (const { query } of hits) size += between.length + query.length;
      const body = Buffer.allocUnsafe(size);
      let at = body.write(before, 'latin1');
      for (let i = 0; i < hits.length; i++) {
        if (i > 0) at += body.write(between, at, 'latin1');
        at += body.write((hits[i] as Hit).query, at, 'latin1');
      }
      afterBytes.copy(body, at);
      return body;
    },
  };
}

/** Request bodies: one hit as a form, many as a bulk request. The token is in the body, never in the URL. */
import type { Hit } from '../types.ts';

/** What stands in a record in place of the token. */
export const MASK = '***';

/** Form body of one hit. */
export function formBody(hit: Hit, token: string | undefined): string {
  return token === undefined ? hit.query : `${hit.query}&token_auth=${encodeURIComponent(token)}`;
}

/**
 * JSON body of a bulk request. Queries are percent-encoded and so need no escaping in JSON; each starts with `?`, for
 * Matomo drops entries that do not without counting them.
 */
export function bulkBody(hits: readonly Hit[], token: string | undefined): string {
  let entries = '';
  for (let i = 0; i < hits.length; i++) entries += `${i === 0 ? '"?' : ',"?'}${(hits[i] as Hit).query}"`;
  const auth = token === undefined ? '' : `,"token_auth":${JSON.stringify(token)}`;
  return `{"requests":[${entries}]${auth}}`;
}

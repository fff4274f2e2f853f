/** What pages of other origins may do: nothing, but for those that `CORS_ORIGINS` names. */

export interface CrossOrigin {
  /** Headers for an answer to that origin. */
  headersFor(origin: string | undefined): Record<string, string>;
  /** @param asked headers that the page wants to send. @returns undefined where the origin is not named */
  preflight(origin: string | undefined, asked: string | undefined): Record<string, string> | undefined;
  isNamed(origin: string | undefined): boolean;
}

const METHODS = 'GET, POST, PUT, PATCH, DELETE, OPTIONS';
const REQUEST_HEADERS = 'content-type, x-api-key, authorization, if-match, last-event-id';
const EXPOSED = 'etag, location, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset';

/**
 * A key is needed in any case: cookies are never taken from another origin. Named origins may ask with credentials all
 * the same, as pages of the predecessor's time do.
 * @param setting origins, separated by commas; `*` for any
 */
export function createCrossOrigin(setting: string | undefined): CrossOrigin {
  const origins = new Set((setting ?? '').split(',').flatMap((text) => text.trim().replace(/\/$/, '') || []));
  const allowed = (origin: string | undefined) => {
    if (origin === undefined) return undefined;
    if (origins.has(origin)) return origin;
    return origins.has('*') ? '*' : undefined;
  };
  const headersFor = (origin: string | undefined): Record<string, string> => {
    const named = allowed(origin);
    if (named === undefined) return origins.size > 0 ? { vary: 'Origin' } : {};
    return {
      'access-control-allow-origin': named,
      ...(named === '*' ? {} : { 'access-control-allow-credentials': 'true' }),
      'access-control-expose-headers': EXPOSED,
      vary: 'Origin',
    };
  };
  return {
    headersFor,
    isNamed: (origin) => allowed(origin) !== undefined,
    preflight(origin, asked = REQUEST_HEADERS) {
      if (allowed(origin) === undefined) return undefined;
      return {
        ...headersFor(origin),
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': asked,
        'access-control-max-age': '3600',
      };
    },
  };
}

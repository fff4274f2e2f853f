/** One HTTP request to `matomo.php` taken apart: a single hit, a bulk request, or nothing at all. */
import { type Parameters, parseQuery, queryOf } from './parameters.ts';

/** What the sink needs of an HTTP request. */
export interface SinkRequest {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly url: string;
  readonly contentType: string;
  readonly userAgent: string;
  readonly language: string;
  /** The header Authorization; absent or empty when there is none. */
  readonly authorization?: string;
  /** Address of the client. */
  readonly address: string;
  /** Body as text; a compressed one stays the garbage that it looks like. */
  readonly body: string;
}

export type TrackingRequest =
  | { readonly kind: 'empty'; readonly method: string }
  | { readonly kind: 'single'; readonly parameters: Parameters }
  | {
      readonly kind: 'bulk';
      readonly entries: readonly Parameters[];
      readonly token: string;
      readonly wantsReply: boolean;
    };

function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '';
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function entryOf(value: unknown): Parameters | null {
  if (typeof value === 'string') {
    const query = queryOf(value);
    return query === null ? null : parseQuery(query);
  }
  if (!isRecord(value)) return new Map();
  return new Map(Object.entries(value).map(([name, inner]) => [name, scalarText(inner)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The token of the header, which counts where the request has no other. */
export function bearerToken({ authorization = '' }: SinkRequest): string {
  return /^Bearer (.+)$/.exec(authorization)?.[1] ?? '';
}

function readBulk(body: string, bearer: string): TrackingRequest {
  const json = parseJson(body);
  const fields = isRecord(json) ? json : {};
  const entries: Parameters[] = [];
  for (const value of Array.isArray(fields.requests) ? fields.requests : []) {
    const entry = entryOf(value);
    if (entry) entries.push(entry);
  }
  const sendImage = scalarText(fields.send_image ?? 1);
  return {
    kind: 'bulk',
    entries,
    token: scalarText(fields.token_auth) || bearer,
    wantsReply: sendImage !== '0' && sendImage !== '',
  };
}

/** Form fields and query together; a name that is in both has the query's value. */
export function readParameters(request: SinkRequest): Parameters {
  const isForm = request.contentType.startsWith('application/x-www-form-urlencoded');
  const parameters = parseQuery(isForm ? request.body : '');
  return parseQuery(queryOf(request.url) ?? '', parameters);
}

/**
 * A body that contains the word `"requests"` in quotes is a bulk request, whatever its content type.
 * @param bearer token that counts where the request has no other
 */
export function readTrackingRequest(request: SinkRequest, bearer = ''): TrackingRequest {
  if (request.body.includes('"requests"')) return readBulk(request.body, bearer);
  const parameters = readParameters(request);
  if (parameters.size === 0) return { kind: 'empty', method: request.method };
  return { kind: 'single', parameters: withToken(parameters, bearer) };
}

/** The parameters with the token, unless they have one. */
export function withToken(parameters: Parameters, bearer: string): Parameters {
  if (bearer === '' || parameters.has('token_auth')) return parameters;
  return new Map([...parameters, ['token_auth', bearer]]);
}

/** Calls of the service's API, typed by its OpenAPI document; what went wrong comes as a `Problem`. */
import type { Calls } from './schema.ts';

/** An answer that is not a success, in words for a person. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** What to do about it; undefined where the message says it all. */
  readonly hint: string | undefined;
  /** What is wrong with which field. */
  readonly fields: readonly { readonly field: string; readonly message: string }[];

  constructor(status: number, body: unknown) {
    const facts = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const text = (name: string) => (typeof facts[name] === 'string' ? facts[name] : undefined);
    super(text('detail') ?? text('title') ?? text('message') ?? `The service answered with HTTP ${status}.`);
    this.name = 'Problem';
    this.status = status;
    this.code = text('code') ?? `http-${status}`;
    this.hint = text('hint') ?? text('remedy');
    this.fields = Array.isArray(facts.errors) ? facts.errors : [];
  }
}

/** The service did not answer at all. */
export const isAway = (error: unknown): boolean => error instanceof TypeError;

type Path = keyof Calls;
type Method<P extends Path> = keyof Calls[P] & string;
type Spec<P extends Path, M extends Method<P>> = Calls[P][M];
type Part<S, K extends string> = K extends keyof S ? S[K] : undefined;
type Answer<S> = Part<S, 'answer'>;

interface Given {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** `ETag` that the change is based on; 412 where somebody else was faster. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

function urlOf(path: string, { path: parts = {}, query = {} }: Given): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(parts[name] ?? '')));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

async function bodyOf(answer: Response): Promise<unknown> {
  const type = answer.headers.get('content-type') ?? '';
  if (answer.status === 204) return undefined;
  return type.includes('json') ? answer.json() : answer.text();
}

/** Called when the session is over: the page goes to the login. */
let onLoggedOut = () => {};
export function whenLoggedOut(listener: () => void): void {
  onLoggedOut = listener;
}

/** @throws Problem for every status but 2xx, TypeError where the service is away */
export async function call<P extends Path, M extends Method<P>>(
  method: M,
  path: P,
  given: Given & { readonly body?: Part<Spec<P, M>, 'body'> } = {},
): Promise<{ readonly data: Answer<Spec<P, M>>; readonly etag: string | undefined }> {
  const { body, ifMatch, signal } = given;
  const answer = await fetch(urlOf(path, given), {
    method: method.toUpperCase(),
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const data = await bodyOf(answer);
  if (answer.status === 401) onLoggedOut();
  if (!answer.ok) throw new Problem(answer.status, data);
  // The service checks its answers against the same description in its own tests.
  return { data: data as Answer<Spec<P, M>>, etag: answer.headers.get('etag') ?? undefined };
}

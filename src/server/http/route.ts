/** One description of a call of the API: routing, checks, the OpenAPI document and the contract tests come from it. */
import type * as z from 'zod';
import type { Service } from '../service.ts';
import type { Identity } from './authentication.ts';
import { check } from './validation.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Who may call: everybody, whoever may look, whoever may change things. */
export type Role = 'open' | 'read' | 'write';

/** One status that a call may answer with. */
export interface Answer {
  readonly description: string;
  /** Undefined where there is no body, or none in JSON. */
  readonly schema?: z.ZodType;
  /** Default: application/json. */
  readonly contentType?: string;
}

/** What is answered. */
export interface Reply {
  /** Default: 200. */
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly stream?: ReadableStream<Uint8Array>;
  /** Default: application/json for `json`, text/plain for `text`. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler gets besides the checked values. */
export interface Call {
  readonly service: Service;
  readonly identity: Identity;
  /** Of the client. */
  readonly address: string;
  /** Of the request; names in lower case. */
  readonly header: (name: string) => string | undefined;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** Cuts the connection. */
  readonly hangUp: () => void;
  /** Used once in `Content-Security-Policy` and in the page's own scripts and styles. */
  readonly nonce: string;
  readonly isSecure: boolean;
  /** The OpenAPI document of all routes. */
  readonly document: () => unknown;
}

interface Facts {
  readonly method: Method;
  /** With parameters in braces: `/api/presets/{id}`. */
  readonly path: string;
  readonly tag: string;
  /** A few words that begin with a verb. */
  readonly summary: string;
  readonly description?: string;
  readonly role: Role;
  /** Requests a minute from one address to one path; 0 for no limit. */
  readonly limit: number;
  /** Most bytes of a body; default 1 MB. */
  readonly bodyBytes?: number;
  readonly answers: Readonly<Record<number, Answer>>;
  /** True: the answer tells less than a secret would, to any host name. Only for probes of orchestrators. */
  readonly isProbe?: boolean;
  /** True: loopback needs no key. */
  readonly isOpenToLoopback?: boolean;
}

interface Shapes<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
}

interface Checked<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
}

/** As they come from the wire. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Undefined where there is none. */
  readonly body: unknown;
}

/** A description whose handler checks what it is given. */
export interface Route extends Facts, Shapes<z.ZodType, z.ZodType, z.ZodType> {
  readonly answer: (raw: RawRequest, call: Call) => Reply | Promise<Reply>;
}

export function defineRoute<
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(
  description: Facts &
    Shapes<P, Q, B> & {
      readonly handle: (request: Checked<P, Q, B>, call: Call) => Reply | Promise<Reply>;
    },
): Route {
  const { handle, ...rest } = description;
  const checked = <S extends z.ZodType>(
    schema: S | undefined,
    input: unknown,
    place: 'path' | 'query' | 'body',
  ) => (schema ? check(schema, input, place) : undefined);
  return {
    ...rest,
    answer(raw, call) {
      const request = {
        params: checked(rest.params, raw.params, 'path'),
        query: checked(rest.query, raw.query, 'query'),
        body: checked(rest.body, raw.body, 'body'),
      };
      // Undefined is what the schema of a part that is not described allows for.
      return handle(request as Checked<P, Q, B>, call);
    },
  };
}

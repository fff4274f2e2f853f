/** The HTTP application: the table of routes, and what every request goes through before its handler. */
import { randomBytes } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Service } from '../service.ts';
import { type Identity, keyRequired, readOnlyKey, shownKey } from './authentication.ts';
import { BODY_BYTES, readBody } from './body.ts';
import { writeRefusal } from './dialect.ts';
import { isLoopback } from './hosts.ts';
import { describeRoute, openApiDocument } from './openapi.ts';
import type { Count } from './rate-limit.ts';
import { asRefusal, Refusal } from './refusal.ts';
import type { Call, Reply, Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { parseJsonBody } from './validation.ts';

interface Env {
  Bindings: HttpBindings;
}
type Asked = Context<Env>;
export type App = OpenAPIHono<Env>;

/** Requests a minute from one address for what is not there. */
const UNKNOWN_PATHS = 600;

const addressOf = (c: Asked) => c.env.incoming.socket.remoteAddress ?? '';
const isForwarded = (c: Asked) =>
  c.req.header('forwarded') !== undefined || c.req.header('x-forwarded-for') !== undefined;
/** Of several proxies, the first one has seen the browser. */
const isSecure = (c: Asked, { options }: Pick<Service, 'options'>) =>
  options.isTls || /^\s*https\s*(,|$)/i.test(c.req.header('x-forwarded-proto') ?? '');
const isChange = ({ method }: Route) => method !== 'get';

/** Host names are checked exactly: a page that points its own name at this address learns nothing. */
function checkHost(c: Asked, { hostNames }: Service, route: Route | undefined): void {
  if (route?.isProbe || hostNames().isKnown(c.req.header('host'))) return;
  throw new Refusal(421, 'This service does not accept this host name', {
    code: 'unknown-host',
    hint: 'Start it with --allowed-host and the name.',
  });
}

/** The predecessor's framework answers HEAD with 405; whoever asks whether a page or a probe is there gets an answer. */
function refuseHead(c: Asked, { path, method }: Route): void {
  if (c.req.raw.method === 'HEAD' && path.startsWith('/api/')) throw wrongMethod([method]);
}

function wrongMethod(methods: readonly string[]): Refusal {
  const headers = { allow: methods.map((method) => method.toUpperCase()).join(', ') };
  return new Refusal(405, 'Method Not Allowed', { code: 'method', headers });
}

/** Counted before anything else is looked at. */
function countRequest(
  c: Asked,
  { limits, options }: Service,
  limit: number,
  name: string,
): Count | undefined {
  if (limit === 0) return undefined;
  return limits.take(`${addressOf(c)} ${name}`, options.rateLimit ?? limit);
}

function limitHeaders({ limit, remaining, resetSeconds }: Count): Record<string, string> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetSeconds),
  };
}

function refuseMany({ isAllowed, limit, resetSeconds }: Count): void {
  if (isAllowed) return;
  throw new Refusal(429, `Rate limit exceeded: ${limit} per 1 minute`, {
    code: 'rate-limit',
    hint: `Wait ${resetSeconds} s.`,
    headers: { 'retry-after': String(resetSeconds) },
  });
}

function identify(c: Asked, { access }: Service, route: Route): Identity {
  const address = addressOf(c);
  if (route.role === 'open') return { role: 'none', by: 'none' };
  const header = (name: string) => c.req.header(name);
  const identity = access.identify({ key: shownKey(header), cookie: header('cookie'), address });
  if (identity.role === 'none') {
    if (route.isOpenToLoopback && isLoopback(address) && !isForwarded(c)) return identity;
    throw keyRequired();
  }
  if (route.role === 'write' && identity.role !== 'write') throw readOnlyKey();
  return identity;
}

/**
 * A browser sends its cookie along for any page: what changes something must come from a page of ours, as JSON, and no
 * page of another origin reads with it. Nor does one log its visitor in, or use up the tries for a key.
 */
function checkOrigin(c: Asked, service: Service, route: Route, { by }: Identity): void {
  const origin = c.req.header('origin');
  if (by === 'key' || (origin === undefined && (by === 'none' || !isChange(route)))) return;
  const isOwn = service.hostNames().isOwnOrigin(origin, c.req.header('host'));
  const isNamed = by === 'none' && (!isChange(route) || service.crossOrigin.isNamed(origin));
  if (!isOwn && !isNamed) {
    throw new Refusal(403, 'This request does not come from a page of this service', {
      code: 'foreign-origin',
    });
  }
  if (by === 'none') return;
  const hasBody =
    c.req.header('transfer-encoding') !== undefined || Number(c.req.header('content-length') ?? 0) > 0;
  if (hasBody && !/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new Refusal(415, 'The body must be application/json', { code: 'body-type' });
  }
}

async function bodyOf(c: Asked, { body, bodyBytes }: Route): Promise<unknown> {
  if (!body) return undefined;
  const text = await readBody(c.req.raw, bodyBytes ?? BODY_BYTES);
  return text.trim() === '' ? undefined : parseJsonBody(text);
}

function callOf(c: Asked, service: Service, identity: Identity, document: () => unknown): Call {
  let nonce: string | undefined;
  return {
    service,
    identity,
    address: addressOf(c),
    header: (name) => c.req.header(name),
    signal: c.req.raw.signal,
    hangUp: () => void c.env.outgoing.destroy(),
    get nonce() {
      nonce ??= randomBytes(16).toString('base64');
      return nonce;
    },
    isSecure: isSecure(c, service),
    document,
  };
}

function written(
  { status = 200, json, text, stream, contentType, headers }: Reply,
  more: Record<string, string>,
) {
  const type = contentType ?? (json === undefined ? 'text/plain; charset=utf-8' : 'application/json');
  const body = stream ?? (json === undefined ? (text ?? null) : JSON.stringify(json));
  return new Response(body, {
    status,
    headers: { ...more, ...(body === null ? {} : { 'content-type': type }), ...headers },
  });
}

/** What is told of an error: a refusal in words, a defect only in the log. */
function refused(error: unknown, service: Service, path: string, headers: Record<string, string>): Response {
  const refusal = asRefusal(error);
  if (!refusal) service.log.defect(`The answer to ${path} failed`, error);
  const shown = refusal ?? new Refusal(500, 'Internal error', { code: 'internal' });
  const { body, contentType } = writeRefusal(shown, path);
  return written({ status: shown.status, json: body, contentType, headers: shown.headers }, headers);
}

export function createApp(service: Service, routes: readonly Route[]): App {
  const app: App = new OpenAPIHono<Env>();
  const { crossOrigin, hostNames } = service;
  let described: unknown;
  const document = () => {
    described ??= openApiDocument(app, service.host.version);
    return described;
  };
  const common = (c: Asked) => ({
    ...securityHeaders(isSecure(c, service)),
    ...crossOrigin.headersFor(c.req.header('origin')),
  });

  async function respond(c: Asked, route: Route): Promise<Response> {
    const headers: Record<string, string> = common(c);
    try {
      checkHost(c, service, route);
      refuseHead(c, route);
      const count = countRequest(c, service, route.limit, `${route.method} ${c.req.path}`);
      if (count) {
        Object.assign(headers, limitHeaders(count));
        refuseMany(count);
      }
      const identity = identify(c, service, route);
      checkOrigin(c, service, route, identity);
      const raw = { params: c.req.param(), query: c.req.query(), body: await bodyOf(c, route) };
      return written(await route.answer(raw, callOf(c, service, identity, document)), headers);
    } catch (error) {
      return refused(error, service, c.req.path, headers);
    }
  }

  /** What no route answers. */
  function unknown(c: Asked, refusal: Refusal): Response {
    const headers: Record<string, string> = common(c);
    try {
      checkHost(c, service, undefined);
      const count = countRequest(c, service, UNKNOWN_PATHS, '');
      if (count) refuseMany(count);
      throw refusal;
    } catch (error) {
      return refused(error, service, c.req.path, headers);
    }
  }

  app.options('*', (c, next) => {
    // A browser that asks whether a page may ask; any other OPTIONS is a method that no call has.
    if (c.req.header('access-control-request-method') === undefined) return next();
    const isKnown = hostNames().isKnown(c.req.header('host'));
    const asked = c.req.header('access-control-request-headers');
    const headers = isKnown ? crossOrigin.preflight(c.req.header('origin'), asked) : undefined;
    if (!headers)
      return unknown(
        c,
        new Refusal(403, 'Requests from other origins are not allowed', { code: 'foreign-origin' }),
      );
    return new Response(null, { status: 204, headers: { ...common(c), ...headers } });
  });
  for (const route of routes) {
    const path = route.path.replace(/\{(\w+)\}/g, ':$1');
    app.on(route.method.toUpperCase(), path, (c) => respond(c, route));
    app.openAPIRegistry.registerPath(describeRoute(route));
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    app.all(path.replace(/\{(\w+)\}/g, ':$1'), (c) => unknown(c, wrongMethod(methods)));
  }
  app.notFound((c) => {
    const trimmed = c.req.path.replace(/\/+$/, '');
    if (trimmed !== c.req.path && routes.some((route) => isOf(route, trimmed))) {
      const { search } = new URL(c.req.url);
      const headers = { location: `${trimmed}${search}` };
      return unknown(c, new Refusal(307, 'Temporary Redirect', { code: 'redirect', headers }));
    }
    return unknown(c, new Refusal(404, 'Not Found', { code: 'not-found' }));
  });
  app.onError((error, c) => refused(error, service, c.req.path, common(c)));
  return app;
}

function isOf(route: Route, path: string): boolean {
  const parts = path.split('/');
  const own = route.path.split('/');
  return own.length === parts.length && own.every((part, i) => part.startsWith('{') || part === parts[i]);
}

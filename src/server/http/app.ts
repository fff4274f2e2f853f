/** The HTTP application: the table of routes, and how each of its requests is answered. */
import { randomBytes } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Service } from '../service.ts';
import {
  type Asked,
  addressOf,
  checkHost,
  checkOrigin,
  countRequest,
  type Env,
  identify,
  limitHeaders,
  refuseHead,
  refuseMany,
  wrongMethod,
} from './admission.ts';
import type { Identity } from './authentication.ts';
import { BODY_BYTES, readBody } from './body.ts';
import { writeRefusal } from './dialect.ts';
import { describeRoute, openApiDocument } from './openapi.ts';
import { asRefusal, Refusal } from './refusal.ts';
import type { Call, Reply, Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { parseJsonBody } from './validation.ts';

export type App = OpenAPIHono<Env>;

/** Requests a minute from one address for what is not there. */
const UNKNOWN_PATHS = 600;

/** Of several proxies, the first one has seen the browser. */
const isSecure = (c: Asked, { options }: Pick<Service, 'options'>) =>
  options.isTls || /^\s*https\s*(,|$)/i.test(c.req.header('x-forwarded-proto') ?? '');

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

/** Headers that every answer has. */
function commonHeaders(c: Asked, service: Service): Record<string, string> {
  const { crossOrigin } = service;
  return { ...securityHeaders(isSecure(c, service)), ...crossOrigin.headersFor(c.req.header('origin')) };
}

async function respond(c: Asked, service: Service, route: Route, document: () => unknown): Promise<Response> {
  const headers = commonHeaders(c, service);
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
function unknown(c: Asked, service: Service, refusal: Refusal): Response {
  const headers = commonHeaders(c, service);
  try {
    checkHost(c, service, undefined);
    const count = countRequest(c, service, UNKNOWN_PATHS, '');
    if (count) refuseMany(count);
    throw refusal;
  } catch (error) {
    return refused(error, service, c.req.path, headers);
  }
}

/** A browser asks whether a page of another origin may ask. */
function preflight(c: Asked, service: Service): Response {
  const isKnown = service.hostNames().isKnown(c.req.header('host'));
  const asked = c.req.header('access-control-request-headers');
  const headers = isKnown ? service.crossOrigin.preflight(c.req.header('origin'), asked) : undefined;
  if (headers)
    return new Response(null, { status: 204, headers: { ...commonHeaders(c, service), ...headers } });
  const message = 'Requests from other origins are not allowed';
  return unknown(c, service, new Refusal(403, message, { code: 'foreign-origin' }));
}

function isOf(route: Route, path: string): boolean {
  const parts = path.split('/');
  const own = route.path.split('/');
  return own.length === parts.length && own.every((part, i) => part.startsWith('{') || part === parts[i]);
}

/** Not there, but for a path with slashes at its end, which leads to the one without. */
function notThere(c: Asked, routes: readonly Route[]): Refusal {
  const trimmed = c.req.path.replace(/\/+$/, '');
  if (trimmed === c.req.path || !routes.some((route) => isOf(route, trimmed))) {
    return new Refusal(404, 'Not Found', { code: 'not-found' });
  }
  const headers = { location: `${trimmed}${new URL(c.req.url).search}` };
  return new Refusal(307, 'Temporary Redirect', { code: 'redirect', headers });
}

export function createApp(service: Service, routes: readonly Route[]): App {
  const app: App = new OpenAPIHono<Env>();
  let described: unknown;
  const document = () => {
    described ??= openApiDocument(app, service.host.version);
    return described;
  };
  const pathOf = ({ path }: Route) => path.replace(/\{(\w+)\}/g, ':$1');
  app.options('*', (c, next) => {
    // Any other OPTIONS is a method that no call has.
    const isPreflight = c.req.header('access-control-request-method') !== undefined;
    return isPreflight ? preflight(c, service) : next();
  });
  for (const route of routes) {
    app.on(route.method.toUpperCase(), pathOf(route), (c) => respond(c, service, route, document));
    app.openAPIRegistry.registerPath(describeRoute(route));
  }
  for (const path of new Set(routes.map(pathOf))) {
    const methods = routes.filter((route) => pathOf(route) === path).map(({ method }) => method);
    app.all(path, (c) => unknown(c, service, wrongMethod(methods)));
  }
  app.notFound((c) => unknown(c, service, notThere(c, routes)));
  app.onError((error, c) => refused(error, service, c.req.path, commonHeaders(c, service)));
  return app;
}

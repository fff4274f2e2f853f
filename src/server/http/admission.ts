/** What every request goes through before its handler: its host name, how many there were, its key and its origin. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Service } from '../service.ts';
import { type Identity, keyRequired, readOnlyKey, shownKey } from './authentication.ts';
import { isLoopback } from './hosts.ts';
import type { Count } from './rate-limit.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';

export interface Env {
  Bindings: HttpBindings;
}
export type Asked = Context<Env>;

export const addressOf = (c: Asked) => c.env.incoming.socket.remoteAddress ?? '';
const isForwarded = (c: Asked) =>
  c.req.header('forwarded') !== undefined || c.req.header('x-forwarded-for') !== undefined;
const isChange = ({ method }: Route) => method !== 'get';

/** Host names are checked exactly: a page that points its own name at this address learns nothing. */
export function checkHost(c: Asked, { hostNames }: Service, route: Route | undefined): void {
  if (route?.isProbe || hostNames().isKnown(c.req.header('host'))) return;
  throw new Refusal(421, 'This service does not accept this host name', {
    code: 'unknown-host',
    hint: 'Start it with --allowed-host and the name.',
  });
}

/** The predecessor's framework answers HEAD with 405; whoever asks whether a page or a probe is there gets an answer. */
export function refuseHead(c: Asked, { path, method }: Route): void {
  if (c.req.raw.method === 'HEAD' && path.startsWith('/api/')) throw wrongMethod([method]);
}

export function wrongMethod(methods: readonly string[]): Refusal {
  const headers = { allow: methods.map((method) => method.toUpperCase()).join(', ') };
  return new Refusal(405, 'Method Not Allowed', { code: 'method', headers });
}

/** Counted before anything else is looked at. */
export function countRequest(
  c: Asked,
  { limits, options }: Service,
  limit: number,
  name: string,
): Count | undefined {
  if (limit === 0) return undefined;
  return limits.take(`${addressOf(c)} ${name}`, options.rateLimit ?? limit);
}

export function limitHeaders({ limit, remaining, resetSeconds }: Count): Record<string, string> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetSeconds),
  };
}

export function refuseMany({ isAllowed, limit, resetSeconds }: Count): void {
  if (isAllowed) return;
  throw new Refusal(429, `Rate limit exceeded: ${limit} per 1 minute`, {
    code: 'rate-limit',
    hint: `Wait ${resetSeconds} s.`,
    headers: { 'retry-after': String(resetSeconds) },
  });
}

export function identify(c: Asked, { access }: Service, route: Route): Identity {
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
export function checkOrigin(c: Asked, service: Service, route: Route, { by }: Identity): void {
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

/** Logging in to the page: the link of the terminal, or the key typed in; and out again. */
import * as z from 'zod';
import { Refusal } from '../http/refusal.ts';
import { type Call, defineRoute, type Reply } from '../http/route.ts';
import { pagePolicy } from '../http/security-headers.ts';
import { loginPage } from './login-page.ts';

const credentials = z
  .strictObject({ code: z.string().min(1).max(200).optional(), key: z.string().min(1).max(500).optional() })
  .refine(({ code, key }) => (code === undefined) !== (key === undefined), 'Either code or key is needed');

function wrong(message: string, code: string): Refusal {
  return new Refusal(403, message, { code });
}

/** @throws Refusal for a wrong code or key, with 429 after too many */
function roleFor({ code, key }: z.output<typeof credentials>, address: string, { access }: Call['service']) {
  if (key !== undefined) return access.identify({ key, cookie: undefined, address }).role;
  access.refuseGuessing(address);
  if (access.codes.redeem(code ?? '')) return 'write';
  access.fail(address);
  throw wrong('This link was used already or is older than an hour', 'login-code');
}

function loggedIn(role: 'read' | 'write' | 'none', { service, isSecure }: Call): Reply {
  if (role === 'none') throw wrong('Invalid API key', 'invalid-key');
  const headers = { 'set-cookie': service.access.cookies.issue(role, isSecure) };
  return { json: { role }, headers };
}

export const loginRoutes = [
  defineRoute({
    method: 'get',
    path: '/login',
    tag: 'Login',
    summary: 'Show the page that logs in',
    description:
      'The code is after the # of the link, so that servers, proxies and logs do not see it; the page posts it.',
    role: 'open',
    limit: 60,
    answers: { 200: { description: 'A page', contentType: 'text/html' } },
    handle: (_request, { nonce }) => ({
      text: loginPage(nonce),
      contentType: 'text/html; charset=utf-8',
      headers: { 'content-security-policy': pagePolicy(nonce) },
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/session',
    tag: 'Login',
    summary: 'Log in with a one-time code or a key',
    description: 'Sets the cookie of a session, which lasts for 12 hours.',
    role: 'open',
    limit: 30,
    body: credentials,
    answers: { 200: { description: 'Logged in', schema: z.object({ role: z.enum(['read', 'write']) }) } },
    handle: ({ body }, call) => loggedIn(roleFor(body, call.address, call.service), call),
  }),
  defineRoute({
    method: 'get',
    path: '/api/v2/session',
    tag: 'Login',
    summary: 'Show who is logged in',
    role: 'read',
    limit: 120,
    answers: {
      200: {
        description: 'The role, and how it was shown',
        schema: z.object({ role: z.enum(['read', 'write']), by: z.enum(['key', 'cookie']) }),
      },
    },
    handle: (_request, { identity }) => ({ json: identity }),
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v2/session',
    tag: 'Login',
    summary: 'Log out',
    role: 'open',
    limit: 30,
    answers: { 204: { description: 'The cookie is deleted' } },
    handle: (_request, { service, isSecure }) => ({
      status: 204,
      headers: { 'set-cookie': service.access.cookies.clear(isSecure) },
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/api/v2/login-links',
    tag: 'Login',
    summary: 'Make a link that logs in once',
    role: 'write',
    limit: 10,
    answers: { 201: { description: 'Path and code of the link', schema: z.object({ path: z.string() }) } },
    handle: (_request, { service }) => ({
      status: 201,
      json: { path: `/login#code=${service.access.codes.create()}` },
    }),
  }),
];

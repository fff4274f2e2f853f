/** The page, and the files that it is made of. Nothing in them is secret; what they show comes from calls with a key. */
import * as z from 'zod';
import { notFound } from '../http/refusal.ts';
import { type Call, defineRoute, type Reply } from '../http/route.ts';
import { pagePolicy } from '../http/security-headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};
const A_DAY = 'public, max-age=86400';
const A_YEAR = 'public, max-age=31536000, immutable';
/** As the bundler names them; no other file of the folder is given out. */
const FILE = /^(page|part)-[A-Z0-9]{8}\.(js|css)$/;
const DOCUMENT = /^[a-z-]+\.md$/;
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 12l4-5 3 3 5-7" fill="none" stroke="#3a5fc8" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/></svg>';

const manifest = z.object({ script: z.string(), style: z.string(), parts: z.array(z.string()) });

const folderOf = ({ service: { host } }: Call) => `${host.packageDir}/dist/web`;
const textOf = ({ service: { host } }: Call, path: string): string =>
  Buffer.from(host.readFile(path)).toString();

function pageReply(call: Call): Reply {
  const path = `${folderOf(call)}/manifest.json`;
  if (!call.service.host.exists(path)) throw notFound('The page of this installation');
  const { script, style, parts } = manifest.parse(JSON.parse(textOf(call, path)));
  const { nonce } = call;
  const text = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>trafficinator</title>
<link rel="stylesheet" href="/static/${style}">
${parts.map((part) => `<link rel="modulepreload" nonce="${nonce}" href="/static/${part}">`).join('\n')}
<div id="page"><noscript>This page needs JavaScript. The API at <a href="/docs">/docs</a> does not.</noscript></div>
<script type="module" nonce="${nonce}" src="/static/${script}"></script>
</html>
`;
  const headers = { 'content-security-policy': pagePolicy(nonce) };
  return { text, contentType: 'text/html; charset=utf-8', headers };
}

/** A browser asks for each file once a year; a third of the bytes is what matters on a phone. */
const compressed = (bytes: Uint8Array) =>
  new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream('gzip'));

const page = {
  method: 'get',
  tag: 'Page',
  summary: 'Show the page',
  role: 'open',
  limit: 0,
  answers: { 200: { description: 'A page', contentType: 'text/html' } },
} as const;

export const pageRoutes = [
  defineRoute({ ...page, path: '/ui', handle: (_request, call) => pageReply(call) }),
  defineRoute({
    ...page,
    path: '/ui/{place}',
    params: z.object({ place: z.string().max(50) }),
    handle: (_request, call) => pageReply(call),
  }),
  defineRoute({
    ...page,
    path: '/ui/{place}/{detail}',
    params: z.object({ place: z.string().max(50), detail: z.string().max(200) }),
    handle: (_request, call) => pageReply(call),
  }),
  defineRoute({
    method: 'get',
    path: '/documents/{file}',
    tag: 'Page',
    summary: 'Show a document of this installation, as text',
    role: 'open',
    limit: 0,
    params: z.object({ file: z.string().max(100) }),
    answers: { 200: { description: 'The text, in Markdown', contentType: 'text/plain' } },
    handle: ({ params: { file } }, call) => {
      const path = `${call.service.host.packageDir}/docs/${file}`;
      if (!DOCUMENT.test(file) || !call.service.host.exists(path)) throw notFound('This document');
      const contentType = 'text/plain; charset=utf-8';
      return { text: textOf(call, path), contentType, headers: { 'cache-control': A_DAY } };
    },
  }),
  // Where browsers look for it, on the page of the login and on every other one.
  defineRoute({
    method: 'get',
    path: '/favicon.ico',
    tag: 'Page',
    summary: 'Show the icon',
    role: 'open',
    limit: 0,
    answers: { 200: { description: 'The icon', contentType: 'image/svg+xml' } },
    handle: () => ({ text: ICON, contentType: 'image/svg+xml', headers: { 'cache-control': A_DAY } }),
  }),
  defineRoute({
    method: 'get',
    path: '/static/{file}',
    tag: 'Page',
    summary: 'Show a file of the page',
    role: 'open',
    limit: 0,
    params: z.object({ file: z.string().max(100) }),
    answers: { 200: { description: 'A script or a style sheet', contentType: 'text/javascript' } },
    handle: ({ params: { file } }, call) => {
      const path = `${folderOf(call)}/${file}`;
      if (!FILE.test(file) || !call.service.host.exists(path)) throw notFound('This file of the page');
      const contentType = TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      const headers = { 'cache-control': A_YEAR, vary: 'accept-encoding' };
      if (!/\bgzip\b/.test(call.header('accept-encoding') ?? ''))
        return { text: textOf(call, path), contentType, headers };
      return {
        stream: compressed(call.service.host.readFile(path)),
        contentType,
        headers: { ...headers, 'content-encoding': 'gzip' },
      };
    },
  }),
];

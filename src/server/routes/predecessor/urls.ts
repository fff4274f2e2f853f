/** The list of pages, as clients of the earlier control service ask for it. */
import { join } from 'node:path';
import * as z from 'zod';
import { checkMatch, etagOf } from '../../http/etag.ts';
import { defineRoute } from '../../http/route.ts';
import type { Service } from '../../service.ts';
import { structureOf, validateUrls } from '../../settings/url-list.ts';

const TAG = 'Pages';
const BODY_BYTES = 8_000_000;
const content = z.strictObject({ content: z.string() });

const entry = z.object({ url: z.string(), title: z.string().nullable(), line: z.int() });
const validation = z.object({
  valid: z.boolean(),
  errors: z.array(z.string()),
  warnings: z.array(z.string()),
  url_count: z.int(),
  urls: z.array(entry),
});
const structure = z.looseObject({});
const changed = z.object({
  success: z.boolean(),
  message: z.string(),
  validation: validation.optional(),
  structure: structure.optional(),
  restart_required: z.boolean().optional(),
});

function currentOf({ lists, host }: Service) {
  const own = lists.urlsFile.read();
  const text = own ?? Buffer.from(host.readFile(join(host.packageDir, 'urls.txt'))).toString();
  return { content: text, source: own === undefined ? 'default' : 'custom' };
}

export const urlRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/urls',
    tag: TAG,
    summary: 'Show the current list of pages',
    role: 'read',
    limit: 20,
    answers: {
      200: {
        description: 'The list, what is wrong with it, and its groups',
        schema: z.object({
          content: z.string(),
          source: z.enum(['custom', 'default']),
          validation,
          structure,
          line_count: z.int(),
          editable: z.literal(true),
        }),
      },
    },
    handle: (_request, { service }) => {
      const current = currentOf(service);
      const checked = validateUrls(current.content);
      return {
        json: {
          ...current,
          validation: checked,
          structure: checked.valid ? structureOf(checked.urls) : {},
          line_count: current.content.split('\n').length,
          editable: true,
        },
        headers: { etag: etagOf(current.content) },
      };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/urls',
    tag: TAG,
    summary: 'Save a list of pages; look at success',
    role: 'write',
    limit: 10,
    bodyBytes: BODY_BYTES,
    body: content,
    answers: { 200: { description: 'The result', schema: changed } },
    handle: ({ body }, call) => {
      const { lists, audit } = call.service;
      checkMatch(call, currentOf(call.service).content);
      const checked = validateUrls(body.content);
      if (!checked.valid) {
        return { json: { success: false, message: 'URL validation failed', validation: checked } };
      }
      // Visits need a page: an empty list means the built-in one.
      if (checked.url_count === 0) lists.urlsFile.remove();
      else lists.urlsFile.write(body.content);
      audit.add(call.identity, 'urls.save', 'urls', `${checked.url_count} URLs`);
      const message =
        checked.url_count === 0
          ? 'The list is empty, so the built-in one is used'
          : `${checked.url_count} URLs saved`;
      return {
        json: {
          success: true,
          message,
          validation: checked,
          structure: structureOf(checked.urls),
          restart_required: true,
        },
        headers: { etag: etagOf(currentOf(call.service).content) },
      };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/urls/validate',
    tag: TAG,
    summary: 'Check a list of pages, and save nothing',
    role: 'read',
    limit: 20,
    bodyBytes: BODY_BYTES,
    body: content,
    answers: {
      200: {
        description: 'What is wrong with it',
        schema: validation.omit({ urls: true }).extend({ structure: structure.nullable() }),
      },
    },
    handle: ({ body }) => {
      const { urls, ...checked } = validateUrls(body.content);
      return { json: { ...checked, structure: checked.valid ? structureOf(urls) : null } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/urls',
    tag: TAG,
    summary: 'Go back to the built-in list of pages',
    role: 'write',
    limit: 10,
    answers: { 200: { description: 'The result', schema: changed } },
    handle: (_request, call) => {
      const { service, identity } = call;
      checkMatch(call, currentOf(service).content);
      const wasThere = service.lists.urlsFile.remove();
      if (wasThere) service.audit.add(identity, 'urls.reset', 'urls');
      const message = wasThere ? 'The built-in URLs are used again' : 'Already using default URLs';
      return { json: { success: true, message, restart_required: wasThere } };
    },
  }),
];

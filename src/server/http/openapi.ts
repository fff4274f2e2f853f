/** The OpenAPI 3.1 document of the routes. */
import { type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Env } from 'hono';
import type { Answer, Route } from './route.ts';

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const predecessorError = z.object({ detail: z.unknown() }).openapi('Error');

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    hint: z.string().optional(),
    errors: z
      .array(
        z.object({
          field: z.string(),
          in: z.unknown(),
          message: z.string(),
          code: z.string(),
          hint: z.string().optional(),
        }),
      )
      .optional(),
  })
  .openapi('Problem');

function isV2(route: Route): boolean {
  return route.path.startsWith('/api/v2/');
}

function responseOf({ description, schema, contentType }: Answer) {
  const type = contentType ?? 'application/json';
  if (!schema)
    return contentType === undefined
      ? { description }
      : { description, content: { [type]: { schema: z.string() } } };
  return { description, content: { [type]: { schema } } };
}

/** Statuses that any call of the kind may answer with. */
function commonAnswers(route: Route): Record<string, ReturnType<typeof responseOf>> {
  const error = (description: string) =>
    isV2(route)
      ? responseOf({ description, schema: problem, contentType: 'application/problem+json' })
      : responseOf({ description, schema: predecessorError });
  return {
    ...(route.role === 'open'
      ? {}
      : { 401: error('No key was shown'), 403: error('The key is wrong or read-only') }),
    ...(route.params || route.query || route.body ? { 422: error('Values are missing or wrong') } : {}),
    ...(route.limit > 0 ? { 429: error('Too many requests; Retry-After says how long to wait') } : {}),
    default: error('Anything else that keeps the call from being answered'),
  };
}

function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/api\//, '')
    .replace(/[{}]/g, '')
    .split(/[^A-Za-z0-9]+/);
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return `${method}${name || 'Root'}`;
}

export function describeRoute(route: Route): RouteConfig {
  const { method, path, tag, summary, description, role, params, query, body, answers } = route;
  const own = Object.entries(answers).map(([status, answer]) => [status, responseOf(answer)] as const);
  const request = {
    ...(params instanceof z.ZodObject ? { params } : {}),
    ...(query instanceof z.ZodObject ? { query } : {}),
    ...(body
      ? {
          body: {
            required: !body.safeParse(undefined).success,
            content: { 'application/json': { schema: body } },
          },
        }
      : {}),
  };
  return {
    method,
    path,
    tags: [tag],
    summary,
    operationId: operationId(route),
    ...(description === undefined ? {} : { description }),
    request,
    responses: { ...commonAnswers(route), ...Object.fromEntries(own) },
    ...(role === 'open' ? { security: [] } : {}),
  };
}

/** A part of the path is never left out, whatever its schema would make of that. */
function requirePathParameters({ paths = {} }: Pick<Document, 'paths'>): void {
  for (const path of Object.values(paths)) {
    for (const method of METHODS) {
      for (const parameter of path?.[method]?.parameters ?? []) {
        if ('in' in parameter && parameter.in === 'path') parameter.required = true;
      }
    }
  }
}

export function openApiDocument<E extends Env>(app: OpenAPIHono<E>, version: string) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The full key, or the read-only one for calls that change nothing.',
  });
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Trafficinator control service',
      version,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      description:
        'Everything that the command line does, over HTTP. Calls below /api/v2 are new; the others are those of earlier control services.',
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
  });
  requirePathParameters(document);
  return document;
}

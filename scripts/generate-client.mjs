// Writes src/web/api/schema.ts, the types of the page's client, from the OpenAPI document of the service's routes.
//   node scripts/generate-client.mjs          writes the file
//   node scripts/generate-client.mjs --check  fails where the file is not what would be written
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.mjs';
import { evaluate } from './evaluate.mjs';

const path = join(root, 'src/web/api/schema.ts');
const HEAD = `/** The API's shapes and calls. Written by scripts/generate-client.mjs from the OpenAPI document, never by hand. */`;

async function openApiDocument() {
  const { document } = await evaluate(`
    import { OpenAPIHono } from '@hono/zod-openapi';
    import { routes } from './src/server/routes/routes.ts';
    import { describeRoute, openApiDocument } from './src/server/http/openapi.ts';
    const app = new OpenAPIHono();
    for (const route of routes) app.openAPIRegistry.registerPath(describeRoute(route));
    export const document = openApiDocument(app, '');`);
  return document;
}

const isName = (text) => /^[A-Za-z_$][\w$]*$/.test(text);
const nameOf = (text) => (isName(text) ? text : JSON.stringify(text));

function union(schemas) {
  return [...new Set(schemas.map(typeOf))].join(' | ') || 'never';
}

function objectOf({ properties = {}, required = [], additionalProperties }) {
  const rows = Object.entries(properties).map(
    ([name, schema]) => `readonly ${nameOf(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}`,
  );
  const rest = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
  const isOpen = additionalProperties !== undefined && additionalProperties !== false;
  if (rows.length === 0)
    return isOpen ? `Readonly<Record<string, ${rest}>>` : 'Readonly<Record<string, never>>';
  const own = `{ ${rows.join('; ')} }`;
  return isOpen ? `(${own} & Readonly<Record<string, unknown>>)` : own;
}

/** A JSON Schema as a TypeScript type. */
function typeOf(schema) {
  if (schema === undefined || schema === true || Object.keys(schema).length === 0) return 'unknown';
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf ?? schema.oneOf) return union(schema.anyOf ?? schema.oneOf);
  if (schema.allOf) return schema.allOf.map(typeOf).join(' & ');
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => ({ ...schema, type })));
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return schema.prefixItems
        ? `readonly [${schema.prefixItems.map(typeOf).join(', ')}]`
        : `readonly (${typeOf(schema.items)})[]`;
    case 'object':
      return objectOf(schema);
    default:
      return 'unknown';
  }
}

const contentOf = ({ content = {} } = {}) => Object.entries(content)[0];

function answerOf({ responses = {} }) {
  const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const types = good.map(([, response]) => {
    const [type, media] = contentOf(response) ?? [];
    if (type === undefined) return 'undefined';
    return type.includes('json') ? typeOf(media.schema) : 'string';
  });
  return [...new Set(types)].join(' | ') || 'undefined';
}

function callOf(operation) {
  const body = contentOf(operation.requestBody)?.[1]?.schema;
  const isOptional = operation.requestBody?.required !== true;
  const rows = [
    ...(body ? [`readonly body${isOptional ? '?' : ''}: ${typeOf(body)}`] : []),
    `readonly answer: ${answerOf(operation)}`,
  ];
  return `{ ${rows.join('; ')} }`;
}

function sourceOf({ paths, components: { schemas = {} } = {} }) {
  const shapes = Object.entries(schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)};`);
  const calls = Object.entries(paths).map(([name, methods]) => {
    const rows = Object.entries(methods).map(
      ([method, operation]) => `readonly ${method}: ${callOf(operation)}`,
    );
    return `  readonly ${JSON.stringify(name)}: { ${rows.join('; ')} };`;
  });
  return `${HEAD}\n\n${shapes.join('\n\n')}\n\nexport interface Calls {\n${calls.join('\n')}\n}\n`;
}

function formatted(text) {
  const biome = join(root, 'node_modules/.bin/biome');
  const args = ['format', '--stdin-file-path=src/web/api/schema.ts'];
  const { status, stdout, stderr } = spawnSync(biome, args, { cwd: root, input: text, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const source = formatted(sourceOf(await openApiDocument()));
if (!process.argv.includes('--check')) writeFileSync(path, source);
else if (readFileSync(path, 'utf8') !== source) {
  console.error(
    'src/web/api/schema.ts is not what the routes describe. Run: node scripts/generate-client.mjs',
  );
  process.exit(1);
}

/** The OpenAPI document as a page that needs no script and no other host. */

type Json = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function records(value: unknown): [string, Json][] {
  return isRecord(value)
    ? Object.entries(value).flatMap(([key, entry]) =>
        isRecord(entry) ? [[key, entry] as [string, Json]] : [],
      )
    : [];
}

function escaped(value: unknown): string {
  return String(value ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
summary { cursor: pointer; padding: .35rem 0; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { overflow: auto; padding: .75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .4rem; }
b.m { display: inline-block; width: 4.5rem; }
details { border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
`;

function schemaOf(content: unknown): string {
  return records(content)
    .map(
      ([type, { schema }]) =>
        `<p><code>${escaped(type)}</code></p><pre>${escaped(JSON.stringify(schema, null, 2))}</pre>`,
    )
    .join('');
}

function parametersOf(value: unknown): string {
  const rows = (Array.isArray(value) ? value : [])
    .filter(isRecord)
    .map(({ name, in: place, required, schema }) => {
      const kind = escaped(JSON.stringify(schema));
      return `<li><code>${escaped(name)}</code> (${escaped(place)}${required === true ? ', required' : ''}) <code>${kind}</code></li>`;
    });
  return rows.length === 0 ? '' : `<p>Parameters</p><ul>${rows.join('')}</ul>`;
}

function callOf(path: string, method: string, call: Json): string {
  const { summary, description, parameters, requestBody, responses } = call;
  const body = isRecord(requestBody) ? `<p>Body</p>${schemaOf(requestBody.content)}` : '';
  const answers = records(responses)
    .map(
      ([status, answer]) =>
        `<p><b>${escaped(status)}</b> ${escaped(answer.description)}</p>${schemaOf(answer.content)}`,
    )
    .join('');
  return `<details><summary><b class="m">${method.toUpperCase()}</b> <code>${escaped(path)}</code> ${escaped(summary)}</summary>
${description === undefined ? '' : `<p>${escaped(description)}</p>`}${parametersOf(parameters)}${body}<p>Answers</p>${answers}</details>`;
}

/** @param document of OpenAPI. @param nonce for its style */
export function docsPage(document: unknown, nonce: string): string {
  const { paths, info, components } = isRecord(document) ? document : {};
  const calls = records(paths).flatMap(([path, methods]) =>
    records(methods).map(([method, call]) => ({ path, method, call })),
  );
  const tags = [
    ...new Set(calls.map(({ call }) => (Array.isArray(call.tags) ? String(call.tags[0]) : 'Other'))),
  ];
  const sections = tags.map((tag) => {
    const own = calls.filter(({ call }) => Array.isArray(call.tags) && call.tags[0] === tag);
    return `<h2>${escaped(tag)}</h2>${own.map(({ path, method, call }) => callOf(path, method, call)).join('\n')}`;
  });
  const schemas = records(isRecord(components) ? components.schemas : {})
    .map(
      ([name, schema]) =>
        `<details><summary><code>${escaped(name)}</code></summary><pre>${escaped(JSON.stringify(schema, null, 2))}</pre></details>`,
    )
    .join('');
  const title = escaped(isRecord(info) ? info.title : 'API');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style nonce="${nonce}">${STYLE}</style>
<h1>${title}</h1>
<p>${escaped(isRecord(info) ? info.description : '')} The document itself is <a href="/openapi.json">openapi.json</a>.</p>
<p>Every call needs the header <code>X-API-Key</code>, but for those of this page, the login and the health.</p>
${sections.join('\n')}
<h2>Schemas</h2>
${schemas}
</html>
`;
}

/** What dist/ and the self-contained executable are bundled with alike: options, slimmed packages, notices. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

export const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** The script of the thread that writes the ledger, which src/thread.ts starts by the name `ledger-thread`. */
export const LEDGER_THREAD = 'src/ledger/sqlite/thread.ts';

/** Paths inside the package, as the host looks for them under its package folder. */
export const DATA_FOLDERS = ['presets', 'funnels'];
export const DATA_FILES = ['urls.txt', 'package.json'];

/**
 * Stand-ins for packages whose entry loads far more than is used here. A name that one of these or the next lacks fails
 * the build: add it here. None of the files has effects of its own when it is loaded.
 */
const STAND_INS = {
  // Without fetch, WebSocket, cache and mocks. The entry adds the requests to the dispatchers just so.
  undici: `
    import api from 'undici/lib/api/index.js';
    import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
    export { default as Agent } from 'undici/lib/dispatcher/agent.js';
    export { default as Client } from 'undici/lib/dispatcher/client.js';
    export { default as Pool } from 'undici/lib/dispatcher/pool.js';
    export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
    export { default as buildConnector } from 'undici/lib/core/connect.js';
    export { default as errors } from 'undici/lib/core/errors.js';
    Object.assign(Dispatcher.prototype, api);
    export { Dispatcher };`,
  // Without the compressed encodings.
  'hdr-histogram-js': `
    export { build } from 'hdr-histogram-js/dist/HistogramBuilder.js';
    export { JsHistogram } from 'hdr-histogram-js/dist/JsHistogram.js';`,
};

/** Packages that are loaded when they are first used: most commands read no YAML of a user's, no sitemap and no wrong JSON. */
const WHEN_USED = {
  yaml: {
    functions: ['isAlias', 'isMap', 'isNode', 'isScalar', 'isSeq', 'parseDocument', 'stringify', 'visit'],
    classes: ['LineCounter', 'Parser'],
  },
  saxes: { classes: ['SaxesParser'] },
  'cli-progress': { classes: ['SingleBar'] },
  dotenv: { functions: ['parse'] },
  '@humanwhocodes/momoa': { functions: ['parse'] },
};

function loadedWhenUsed(name) {
  const { functions = [], classes = [] } = WHEN_USED[name];
  return [
    `let found; const all = () => (found ??= require(${JSON.stringify(name)}));`,
    ...functions.map((own) => `export function ${own}(...args) { return all().${own}(...args); }`),
    ...classes.map((own) => `export function ${own}(...args) { return new (all().${own})(...args); }`),
  ].join('\n');
}

/** WebAssembly histograms, which nothing here asks for. */
const NO_WASM = 'module.exports = { webAssemblyAvailable: false };';

const PARSER = `
  export { digestOf } from './src/config/sources/parsed-documents.ts';
  export { parseStructured } from './src/config/sources/structured-text.ts';`;

const NO_HTTP2 = "module.exports = () => { throw new Error('HTTP/2 is not in this bundle'); };";

/** Commander starts programs for commands that are files of their own, of which there are none here. */
const STARTS_PROGRAMS = "const childProcess = require('node:child_process');";
const STARTS_NONE =
  "const childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) };";

/** @returns {import('esbuild').Plugin} */
function slim() {
  return {
    name: 'slim',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(undici|hdr-histogram-js)$/ }, ({ path, importer }) =>
        importer.includes('node_modules') ? undefined : { path, namespace: 'stand-in' },
      );
      onLoad({ filter: /./, namespace: 'stand-in' }, ({ path }) => ({
        contents: STAND_INS[path],
        resolveDir: root,
      }));
      onResolve(
        { filter: new RegExp(`^(${Object.keys(WHEN_USED).join('|')})$`) },
        ({ path, kind, importer }) =>
          kind === 'require-call' || importer.includes('node_modules')
            ? undefined
            : { path, namespace: 'when-used', sideEffects: false },
      );
      onLoad({ filter: /./, namespace: 'when-used' }, ({ path }) => ({
        contents: loadedWhenUsed(path),
        resolveDir: root,
      }));
      // What a stand-in offers and nobody imports is left out.
      onResolve({ filter: /^undici\/lib\// }, ({ path }) => ({
        path: require.resolve(path),
        sideEffects: false,
      }));
      onLoad({ filter: /hdr-histogram-js[\\/]dist[\\/]wasm[\\/]index\.js$/ }, () => ({ contents: NO_WASM }));
      // Text is parsed as JSON in half of the time that the same takes as a script.
      onLoad({ filter: /[\\/]src[\\/]data[\\/][\w-]+\.json$/ }, ({ path }) => {
        const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
        return { contents: `export default JSON.parse(${JSON.stringify(text)});` };
      });
      // Messages of zod in other languages than English.
      onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {};' }));
      // Compiling a schema takes longer than the few values that a process has for it.
      onLoad({ filter: /zod[\\/]v4[\\/]core[\\/]core\.js$/ }, ({ path }) => ({
        contents: `${readFileSync(path, 'utf8')}\nglobalConfig.jitless = true;`,
      }));
      onLoad({ filter: /commander[\\/]lib[\\/]command\.js$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!text.includes(STARTS_PROGRAMS)) throw new Error(`${path} does not begin as it did`);
        return { contents: text.replace(STARTS_PROGRAMS, STARTS_NONE) };
      });
      // HTTP/2, which undici speaks only where it is asked to.
      onLoad({ filter: /undici[\\/]lib[\\/]dispatcher[\\/]client-h2\.js$/ }, () => ({ contents: NO_HTTP2 }));
    },
  };
}

/** The YAML files of the package as JSON, a line each with the digest of its text: read by the very code that reads them unbundled. */
function parsedDocuments() {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    stdin: { contents: PARSER, resolveDir: root },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const parser = { exports: {} };
  new Function('module', 'require', outputFiles[0].text)(parser, require);
  const { digestOf, parseStructured } = parser.exports;
  const paths = DATA_FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
  );
  const lines = paths
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return `${digestOf(text)}=${JSON.stringify(parseStructured(text, path))}\n`;
    });
  return lines.join('');
}

/** @returns {import('esbuild').BuildOptions} */
export function bundleOptions() {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    // Of packages with both, the modules: what nobody imports of them is left out.
    mainFields: ['module', 'main'],
    target: 'node20.19',
    // Names stay, so that the trace of an internal error can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    legalComments: 'none',
    metafile: true,
    // ws looks for native helpers that nobody has installed.
    define: {
      // As text, which stands where it is used: as an object, every file would load it.
      PARSED_DOCUMENTS: JSON.stringify(parsedDocuments()),
      'process.env.WS_NO_BUFFER_UTIL': '"1"',
      'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
    },
    logLevel: 'warning',
    plugins: [slim()],
  };
}

/** Folder of the package that a bundled file belongs to. */
function packageOf(path) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}

function licenceOf(folder) {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENCE', 'license', 'LICENSE.txt', 'LICENSE-MIT.txt']) {
    try {
      return readFileSync(join(root, folder, name), 'utf8').trim();
    } catch {
      // Not under this name.
    }
  }
  return '';
}

/** What the bundle has of others besides packages: where it is, and its terms. */
const OTHER_NOTICES = [
  `fdlibm (src/plan/exact-math.ts)

Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and distribute
this software is freely granted, provided that this notice is preserved.
`,
  `IANA Time Zone Database (src/data/timezones.json)

Public domain; compiled from the data of moment-timezone (MIT), Copyright (c) JS Foundation and other contributors.
`,
];

/** Names and licences of the packages that parts are taken from. */
export function thirdPartyNotices(...metafiles) {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const used = outputs.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = [...new Set(used.map(packageOf).filter(Boolean))].sort();
  /** Packages by the text of their licence, which many have in common. */
  const byTerms = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const terms = licenceOf(folder);
    byTerms.set(terms, [...(byTerms.get(terms) ?? []), `${name} ${version} (${license})`]);
  }
  const notices = [...byTerms].map(([terms, packages]) => `${packages.join('\n')}\n\n${terms}\n`);
  notices.push(...OTHER_NOTICES);
  const intro = 'Parts of these packages and works are included here.';
  return `${intro}\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

// Bundles the page in src/web/ into dist/web/: scripts and one style sheet under names that change with their content.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { root } from './bundle.mjs';

/** The colours are those of the reports: `palette.css` is made from their module. */
function palette() {
  return {
    name: 'palette',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^palette\.css$/ }, () => ({ path: 'palette.css', namespace: 'palette' }));
      onLoad({ filter: /./, namespace: 'palette' }, async () => {
        const { outputFiles } = await build({
          absWorkingDir: root,
          entryPoints: ['src/report/html/palette.ts'],
          bundle: true,
          format: 'esm',
          write: false,
        });
        const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`;
        const { LIGHT, DARK, seriesRules } = await import(url);
        const contents = [
          `:root{${LIGHT}}`,
          `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${DARK}}}`,
          `:root[data-theme=dark]{${DARK}}`,
          seriesRules(),
        ].join('\n');
        return { contents, loader: 'css' };
      });
    },
  };
}

/**
 * What the page starts with becomes one part: esbuild makes a part of what the same entries import, so each place that is
 * loaded later imports all of it. (It would be a part for each set of places that share a module.)
 */
function oneFirstPart() {
  const first = join(root, 'src/web/app.tsx');
  return {
    name: 'one-first-part',
    setup({ onResolve, onLoad, resolve }) {
      const later = new Set();
      onResolve({ filter: /^\./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (kind !== 'dynamic-import' || importer !== first || pluginData === 'resolved') return undefined;
        const found = await resolve(path, { kind, importer, resolveDir, pluginData: 'resolved' });
        later.add(found.path);
        return found;
      });
      onLoad({ filter: /\.tsx?$/ }, ({ path }) =>
        later.has(path)
          ? {
              contents: `import ${JSON.stringify(first)};\n${readFileSync(path, 'utf8')}`,
              loader: path.endsWith('x') ? 'tsx' : 'ts',
            }
          : undefined,
      );
    },
  };
}

/** What the entry imports at once, however far away: the browser can ask for all of it at the same time. */
function partsOf({ outputs }, script) {
  const pathOf = (name) => Object.keys(outputs).find((path) => basename(path) === name);
  const found = new Set();
  const add = (name) => {
    for (const { path, kind } of outputs[pathOf(name)]?.imports ?? []) {
      const part = basename(path);
      if (kind !== 'import-statement' || found.has(part)) continue;
      found.add(part);
      add(part);
    }
  };
  add(script);
  return [...found];
}

/**
 * @returns {Promise<{ files: { name: string, contents: Uint8Array }[], metafile: import('esbuild').Metafile }>} files for
 * dist/web/; `manifest.json` names the entry's script, its parts and the style sheet
 */
export async function bundleWeb() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: 'src/web/main.tsx', out: 'page' }],
    outdir: 'dist/web',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome120', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    metafile: true,
    legalComments: 'none',
    entryNames: '[name]-[hash]',
    chunkNames: 'part-[hash]',
    tsconfigRaw: '{}',
    write: false,
    logLevel: 'warning',
    plugins: [palette(), oneFirstPart()],
  });
  const files = outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
  const find = (ending) => files.find(({ name }) => name.startsWith('page-') && name.endsWith(ending))?.name;
  const script = find('.js');
  const manifest = { script, style: find('.css'), parts: partsOf(metafile, script) };
  const version = createHash('sha256').update(JSON.stringify(manifest)).digest('hex').slice(0, 8);
  files.push({ name: 'manifest.json', contents: Buffer.from(JSON.stringify({ ...manifest, version })) });
  return { files, metafile };
}

export const webFolder = join(root, 'dist', 'web');

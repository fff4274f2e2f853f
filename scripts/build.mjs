// Bundles src/ into dist/: one file for each part that is loaded on its own, dependencies included.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { withBuiltInModules } from './built-in-modules.mjs';
import { bundleOptions, LEDGER_THREAD, root, thirdPartyNotices } from './bundle.mjs';
import { bundleWeb } from './bundle-web.mjs';
import { sharedFiles } from './shared-files.mjs';

const dist = join(root, 'dist');
const NOTICES = 'THIRD-PARTY-NOTICES.txt';
const PLUGIN_TYPES = 'plugin.d.ts';
const started = new Date();

const options = {
  ...bundleOptions(),
  entryPoints: [
    { in: 'src/cli/start.ts', out: 'start' },
    { in: LEDGER_THREAD, out: 'ledger-thread' },
    { in: 'src/plugin/define.ts', out: 'plugin' },
  ],
  outdir: dist,
  splitting: true,
  format: 'esm',
  write: false,
  // Native: its prebuilt binary comes with its own package.
  external: ['libsql'],
};
const { metafile, outputFiles } = await build({
  ...options,
  plugins: [await sharedFiles(options), ...options.plugins],
});

/** The types of plugins, which import nothing, and the one function of `trafficinator/plugin`. */
function pluginTypes() {
  const types = readFileSync(join(root, 'src/types/plugin-api.ts'), 'utf8');
  const source = readFileSync(join(root, 'src/plugin/define.ts'), 'utf8');
  const [comment, declaration] =
    /(\/\*\* The plugin as.*?\*\/)\n(export function .*?) \{\n/s.exec(source)?.slice(1) ?? [];
  if (declaration === undefined) throw new Error('src/plugin/define.ts has no function to declare');
  return `${types}\n${comment}\n${declaration.replace('export function', 'export declare function')};\n`;
}

/** Never leaves half a file to a command that starts meanwhile. */
function put(name, contents) {
  const partial = join(dist, `${name}.${process.pid}.tmp`);
  writeFileSync(partial, contents);
  renameSync(partial, join(dist, name));
}

mkdirSync(dist, { recursive: true });
const web = await bundleWeb();
mkdirSync(join(dist, 'web'), { recursive: true });
const files = outputFiles.map(({ path, text }) => ({
  name: basename(path),
  contents: withBuiltInModules(text),
}));
// The entry goes last: what it refers to is there by then.
const isEntry = ({ name }) => name === 'start.js';
for (const { name, contents } of files.filter((file) => !isEntry(file))) put(name, contents);
put(PLUGIN_TYPES, pluginTypes());
put(NOTICES, thirdPartyNotices(metafile, web.metafile));
for (const { name, contents } of web.files) put(join('web', name), contents);
for (const { name, contents } of files.filter(isEntry)) put(name, contents);
// A source that was changed meanwhile is newer than the build.
utimesSync(join(dist, 'start.js'), started, started);

/** What an earlier build left behind goes. */
function keepOnly(folder, names) {
  for (const name of readdirSync(folder)) {
    if (!names.includes(name) && !name.endsWith('.tmp'))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}
keepOnly(
  join(dist, 'web'),
  web.files.map(({ name }) => name),
);
keepOnly(dist, [NOTICES, PLUGIN_TYPES, 'web', ...files.map(({ name }) => name)]);

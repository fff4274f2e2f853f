// Makes dist-binary/trafficinator: the Node.js that runs this, with the command and all that it needs inside.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { inject } from 'postject';
import {
  bundleOptions,
  DATA_FILES,
  DATA_FOLDERS,
  LEDGER_THREAD,
  root,
  thirdPartyNotices,
} from './bundle.mjs';

// biome-ignore lint/suspicious/noTemplateCurlyInString: so it stands in the package.
const LIBSQL_LOADS = 'require(`@libsql/${target}`)';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const out = join(root, 'dist-binary');
const work = join(out, 'parts');
const binary = join(out, process.platform === 'win32' ? 'trafficinator.exe' : 'trafficinator');

function run(command, args) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: work, encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? status}`);
}

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}

/** The one place in a text that must be there. */
function replaced(text, from, to) {
  if (text.split(from).length !== 2) throw new Error(`expected once: ${from}`);
  return text.replace(from, () => to);
}

/** The page of the control service, as the build has made it. */
const PAGE = 'dist/web';

const names = [...DATA_FOLDERS, ...DATA_FILES, PAGE]
  .flatMap((path) => filesUnder(join(root, path)))
  .map((path) => relative(root, path).split(sep).join('/'));

/** @type {import('esbuild').Plugin} What differs from a command that is installed as a package. */
const executable = {
  name: 'executable',
  setup({ onResolve, onLoad }) {
    const isOurs = (importer) => importer.startsWith(join(root, 'src') + sep);
    onResolve({ filter: /^node:fs$/ }, ({ importer }) =>
      isOurs(importer) ? { path: join(root, 'scripts/binary/fs.mjs') } : undefined,
    );
    onResolve({ filter: /^executable:libsql$/ }, () => ({
      path: join(root, 'scripts/binary/libsql-native.cjs'),
    }));
    onLoad({ filter: /[\\/]libsql[\\/]index\.js$/ }, ({ path }) => ({
      contents: replaced(readFileSync(path, 'utf8'), LIBSQL_LOADS, "require('executable:libsql')"),
    }));
  },
};

/** Path of libsql's prebuilt library for this machine. */
function nativeLibrary() {
  const require = createRequire(join(root, 'package.json'));
  require('libsql');
  const path = Object.keys(require.cache).find((file) => file.endsWith('.node'));
  if (path === undefined) throw new Error('libsql has no native library on this machine');
  return path;
}

async function bundle() {
  const { plugins, ...options } = bundleOptions();
  const { metafile } = await build({
    ...options,
    plugins: [...plugins, executable],
    entryPoints: [
      { in: 'src/cli/start.ts', out: 'start' },
      { in: LEDGER_THREAD, out: 'ledger-thread' },
    ],
    outdir: work,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // import() of Node's own modules, too, has no place in an executable's script.
    supported: { 'dynamic-import': false },
    define: { ...options.define, 'import.meta.url': '__url', EXECUTABLE_FILES: JSON.stringify(names) },
    banner: { js: "const __url=require('node:url').pathToFileURL(process.execPath+'/start.js').href;" },
  });
  writeFileSync(join(out, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(metafile));
}

/** The script and the files as one blob, with the compiled code for a quick start. */
function makeBlob() {
  const assets = Object.fromEntries(names.map((name) => [name, join(root, name)]));
  const config = {
    main: 'start.cjs',
    output: 'blob',
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    assets: {
      ...assets,
      'ledger-thread.cjs': join(work, 'ledger-thread.cjs'),
      'libsql.node': nativeLibrary(),
    },
  };
  writeFileSync(join(work, 'config.json'), JSON.stringify(config));
  run(process.execPath, ['--experimental-sea-config', 'config.json']);
  return readFileSync(join(work, 'blob'));
}

async function assemble(blob) {
  copyFileSync(process.execPath, binary);
  chmodSync(binary, 0o755);
  const isMac = process.platform === 'darwin';
  if (isMac) run('codesign', ['--remove-signature', binary]);
  const { warn } = console;
  // postject does not know the names of Node's own notes, and says so for each.
  console.warn = (text) => String(text).includes("Can't find string offset") || warn(text);
  await inject(binary, 'NODE_SEA_BLOB', blob, {
    sentinelFuse: FUSE,
    ...(isMac ? { machoSegmentName: 'NODE_SEA' } : {}),
  });
  console.warn = warn;
  if (isMac) run('codesign', ['--sign', '-', binary]);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
await bundle();
await assemble(makeBlob());
rmSync(work, { recursive: true });
const megabytes = (statSync(binary).size / 1e6).toFixed(1);
console.error(
  `${relative(root, binary)}: ${megabytes} MB, Node.js ${process.versions.node} for ${process.platform} ${process.arch}`,
);

// Bundles src/ into dist/: one file for each part that is loaded on its own, dependencies included.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [{ in: 'src/cli/start.ts', out: 'start' }],
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  // Native: its prebuilt binary comes with its own package.
  external: ['libsql'],
  logLevel: 'warning',
  // Bundled CommonJS packages ask for Node's own modules with require().
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
});

/** Folder of the package that a bundled file belongs to. */
function packageOf(path) {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
  return match?.[1];
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

const folders = [...new Set(Object.keys(metafile.inputs).map(packageOf).filter(Boolean))].sort();
const notices = folders.map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return `${name} ${version} (${license})\n\n${licenceOf(folder)}\n`;
});
writeFileSync(
  join(dist, 'THIRD-PARTY-NOTICES.txt'),
  `Parts of these packages are included in this folder.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`,
);

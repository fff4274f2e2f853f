// What is measured: a copy of the built command that no later build changes, and the bundled workers.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const workers = fileURLToPath(new URL('workers', import.meta.url));

/** Builds both into a folder of the package, where the command finds its presets and native modules. */
export async function prepare() {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the build failed');
  const dir = join(root, 'bench/results', `build-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  for (const part of ['bin', 'dist']) cpSync(join(root, part), join(dir, part), { recursive: true });
  await build({
    entryPoints: readdirSync(workers).map((name) => join(workers, name)),
    outdir: join(dir, 'workers'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['libsql'],
    logLevel: 'warning',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  // The workers' ledger has the thread of the command.
  writeFileSync(join(dir, 'workers/ledger-thread.js'), "import '../dist/ledger-thread.js';\n");
  return {
    command: join(dir, 'bin/trafficinator.js'),
    worker: (name) => join(dir, 'workers', `${name}.mjs`),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

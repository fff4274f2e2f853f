// What is measured: a copy of the built command that no later build changes, and the bundled workers; of this tree, and of
// an earlier commit beside it.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const RESULTS = join(root, 'bench/results');

/** Builds the command and the workers of the tree into a folder of it, where the command finds its presets. */
async function buildTree(tree, dir) {
  const { status } = spawnSync(process.execPath, [join(tree, 'scripts/build.mjs')], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the build of ${tree} failed`);
  const workers = join(tree, 'bench/workers');
  mkdirSync(dir, { recursive: true });
  for (const part of ['bin', 'dist']) cpSync(join(tree, part), join(dir, part), { recursive: true });
  await build({
    entryPoints: readdirSync(workers).map((name) => join(workers, name)),
    outdir: join(dir, 'workers'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['libsql', 'autocannon'],
    logLevel: 'warning',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  // The workers' ledger has the thread of the command.
  if (existsSync(join(dir, 'dist/ledger-thread.js'))) {
    writeFileSync(join(dir, 'workers/ledger-thread.js'), "import '../dist/ledger-thread.js';\n");
  }
  return {
    command: join(dir, 'bin/trafficinator.js'),
    worker: (name) => join(dir, 'workers', `${name}.mjs`),
  };
}

/** The working tree as it is. */
export async function prepare() {
  const dir = join(RESULTS, `build-${process.pid}`);
  return {
    ...(await buildTree(root, dir)),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/**
 * An earlier commit, checked out below this tree, whose packages it uses.
 * @param ref as git takes it
 */
export async function prepareEarlier(ref) {
  const tree = join(RESULTS, `earlier-${process.pid}`);
  const git = (...args) => execFileSync('git', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  git('worktree', 'add', '--detach', tree, ref);
  const remove = () => git('worktree', 'remove', '--force', tree);
  try {
    return { ref, ...(await buildTree(tree, join(tree, 'bench/results/build'))), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Runs a piece of TypeScript that imports from src/, for scripts that write files from what the sources say. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions, root } from './bundle.mjs';

/** @returns what the piece exports */
export async function evaluate(contents) {
  const { outputFiles } = await build({
    ...bundleOptions(),
    stdin: { contents, resolveDir: root, loader: 'ts' },
    format: 'esm',
    external: ['libsql'],
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    outfile: 'piece.mjs',
    write: false,
  });
  const partial = join(root, 'dist', `piece-${process.pid}.mjs`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(partial, outputFiles[0].contents);
  try {
    return await import(partial);
  } finally {
    rmSync(partial, { force: true });
  }
}

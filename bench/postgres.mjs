// The PostgreSQL server of the tests, for benchmarks.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('../test/postgres/server.ts', import.meta.url));

/** @param dir where the bundled program goes */
export async function startPostgres(dir) {
  const outfile = join(dir, 'postgres.mjs');
  await build({
    entryPoints: [SOURCE],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['pg-native'],
    logLevel: 'warning',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  const server = await import(pathToFileURL(outfile).href);
  return server.startPostgres();
}

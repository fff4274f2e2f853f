import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

/** What only the service needs. */
const OF_SERVICE = /node_modules\/(hono|@hono|@asteasolutions|ws|croner|nodemailer)\//;

interface Output {
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly entryPoint?: string;
}

let outputs: Readonly<Record<string, Output>>;
beforeAll(async () => {
  const script = new URL('../../scripts/bundle.mjs', import.meta.url).href;
  const { bundleOptions } = await import(script);
  const { metafile } = await build({
    ...bundleOptions(),
    entryPoints: ['src/cli/start.ts'],
    outdir: 'dist',
    splitting: true,
    format: 'esm',
    write: false,
    external: ['libsql'],
  });
  outputs = metafile?.outputs ?? {};
});

/** Files that are loaded with the one of a source file: it, and what it imports at once. */
function loadedWith(source: string): string[] {
  const first = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === source);
  if (first === undefined) throw new Error(`${source} is in no file of its own`);
  const found = new Set([first]);
  for (const path of found) {
    for (const { path: next, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && outputs[next]) found.add(next);
    }
  }
  return [...found].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
}

describe('what a command loads', () => {
  it.each([
    'src/cli/start.ts',
    'src/cli/run-command.ts',
    'src/cli/main.ts',
    'src/cli/commands/run.ts',
    'src/cli/commands/backfill.ts',
    'src/cli/processes/job-worker.ts',
    'src/cli/processes/shard-worker.ts',
  ])('with %s has nothing that only the service needs', (source) => {
    expect(loadedWith(source).filter((input) => OF_SERVICE.test(input))).toEqual([]);
  });

  it('with --version is next to nothing', () => {
    expect(loadedWith('src/cli/start.ts').filter((input) => input.includes('node_modules'))).toEqual([]);
  });

  it('with serve is the service', () => {
    expect(loadedWith('src/cli/commands/serve.ts').filter((input) => OF_SERVICE.test(input))).not.toEqual([]);
  });
});

/** Has modules that are loaded together share a file of dist/: reading many small files takes longer than compiling them. */
import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { root } from './bundle.mjs';

/** Start in every process, and must stay small. */
const ALONE = [
  'src/cli/start.ts',
  'src/cli/run-command.ts',
  'src/ledger/sqlite/thread.ts',
  'src/plugin/define.ts',
];

/** What the modules that are loaded by themselves load along: what this module imports, all of it. */
const CORE = 'src/cli/commands/run.ts';
/** Those that shall be fast without sending anything load less. */
const SMALLER_CORES = {
  'src/cli/main.ts': [
    'src/cli/cluster/ledger-address.ts',
    'src/cli/commands/completion.ts',
    'src/cli/commands/exit-codes.ts',
    'src/cli/output/failure.ts',
    'src/cli/output/log.ts',
  ],
  'src/cli/commands/export-funnels.ts': [
    'src/cli/commands/history.ts',
    'src/cli/commands/preset.ts',
    'src/cli/commands/settings.ts',
    'src/cli/commands/sink.ts',
  ],
};
const CORE_OF = new Map(
  Object.entries(SMALLER_CORES).flatMap(([core, entries]) =>
    [core, ...entries].map((entry) => [entry, core]),
  ),
);

/** Our own modules that are loaded with a module. */
function loadedWith(inputs, first) {
  const seen = new Set();
  const visit = (path) => {
    if (seen.has(path) || inputs[path] === undefined) return;
    seen.add(path);
    for (const { path: next, kind, external } of inputs[path].imports) {
      if (kind !== 'dynamic-import' && !external) visit(next);
    }
  };
  visit(first);
  return [...seen].filter((path) => /^src\/.*\.ts$/.test(path));
}

/**
 * esbuild puts those modules into one file that the same `import()`s load. With each loading just what it needs, `run` would
 * consist of a hundred files.
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<import('esbuild').Plugin>}
 */
export async function sharedFiles(options) {
  const { metafile } = await build({ ...options, write: false });
  const { inputs, outputs } = metafile;
  const entries = Object.values(outputs)
    .map(({ entryPoint }) => entryPoint)
    .filter((path) => path?.startsWith('src/') && !ALONE.includes(path));
  for (const path of [...ALONE, CORE, ...CORE_OF.keys()]) {
    if (inputs[path] === undefined) throw new Error(`scripts/shared-files.mjs: there is no ${path}`);
  }
  const imports = new Map(
    entries.map((entry) => {
      const others = loadedWith(inputs, CORE_OF.get(entry) ?? CORE).filter((path) => path !== entry);
      return [entry, others.map((path) => `import ${JSON.stringify(join(root, path))};\n`).join('')];
    }),
  );
  return {
    name: 'shared-files',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const more = imports.get(relative(root, path).split(sep).join('/'));
        return more && { loader: 'ts', contents: `${readFileSync(path, 'utf8')}\n${more}` };
      });
    },
  };
}

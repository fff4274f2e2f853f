/** Renders the chart with the real helm, and checks renderings with the types of Kubernetes and the real kubectl. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { MODULES, podOf, type Rendered } from './kinds.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const CHART = join(ROOT, 'deploy/chart');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(command: string, args: readonly string[], input = ''): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    input,
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** The folder with helm and kubectl. */
export function fetchTools(): string {
  const { status, stdout, stderr } = run(process.execPath, [join(ROOT, 'scripts/kubernetes-tools.mjs')]);
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

export function template(tools: string, values: Readonly<Record<string, unknown>>): Ran {
  const args = ['template', 'shop', CHART, '--namespace', 'load', '--values', '-'];
  return run(join(tools, 'helm'), args, JSON.stringify(values));
}

export function objectsOf(text: string): Rendered[] {
  return parseAllDocuments(text).flatMap((document): Rendered[] => document.toJS() ?? []);
}

/** Type-checks objects as the kinds that they say they are: a field that does not exist is an error. */
export function typeErrorsOf(folder: string, renderings: ReadonlyMap<string, readonly Rendered[]>): string {
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const imports = Object.entries(MODULES).map(
    ([kind, path]) => `import type { ${kind} } from 'kubernetes-types/${path}.js';`,
  );
  const files = [...renderings].map(([name, objects]) => {
    const lines = objects.map((object) => `(${JSON.stringify(object, null, 1)}) satisfies ${object.kind};`);
    const file = join(folder, `${name}.ts`);
    writeFileSync(file, `${imports.join('\n')}\n${lines.join('\n')}\n`);
    return file;
  });
  const compilerOptions = { strict: true, noEmit: true, skipLibCheck: true, module: 'nodenext', types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status, stdout, stderr } = run(process.execPath, [tsc, '-p', folder]);
  return status === 0 ? '' : stdout + stderr || `tsc ended with ${status}`;
}

/** Has kubectl read the objects with pods into its own types; says what it complains of. */
export function decodeErrorsOf(tools: string, objects: readonly Rendered[]): string {
  const items = objects.filter((object) => podOf(object) !== undefined);
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const { status, stderr } = run(
    join(tools, 'kubectl'),
    ['set', 'env', '--local', '-f', '-', 'CHECKED=1', '-o', 'name'],
    list,
  );
  return status === 0 ? '' : stderr || `kubectl ended with ${status}`;
}

/** Finds the module of a plugin, loads it, and digests its files. */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { isPluginPath } from '../config/schema/plugin-list.ts';
import type { UserError } from '../errors.ts';
import type { Host } from '../host.ts';
import { isRecord } from '../plan/plugins/step-reader.ts';
import { pluginError } from './registration.ts';
import { withinTime } from './watchdog.ts';

type Files = Pick<Host, 'exists' | 'isDirectory' | 'readFile'>;

const EXTENSIONS = ['.mjs', '.js', '.cjs', '.json'];
const MOST_FILES = 500;

function isFile(files: Files, path: string): boolean {
  return files.exists(path) && !files.isDirectory(path);
}

function jsonOf(files: Files, path: string): unknown {
  return JSON.parse(Buffer.from(files.readFile(path)).toString());
}

/** What a package's `exports` say of its entry. */
function exportedEntry(exported: unknown): string | undefined {
  if (typeof exported === 'string') return exported;
  if (!isRecord(exported)) return undefined;
  const conditions = ['.', 'import', 'node', 'module-sync', 'default', 'require'];
  for (const condition of conditions) {
    const entry = Object.hasOwn(exported, condition) ? exportedEntry(exported[condition]) : undefined;
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** The entry of the folder of a package. */
function packageEntry(files: Files, folder: string): string | undefined {
  const manifest = join(folder, 'package.json');
  const read = isFile(files, manifest) ? jsonOf(files, manifest) : {};
  if (!isRecord(read)) return undefined;
  const main = exportedEntry(read.exports) ?? (typeof read.main === 'string' ? read.main : 'index.js');
  return [main, 'index.mjs'].map((name) => resolve(folder, name)).find((path) => isFile(files, path));
}

function installedEntry(files: Files, name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (files.isDirectory(place)) return packageEntry(files, place);
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * Absolute path of a plugin's module.
 * @param folders in which it is looked for, the first one first
 */
export function findModule(files: Files, name: string, folders: readonly string[]): string {
  const [first = '.'] = folders;
  if (isPluginPath(name)) {
    for (const folder of folders) {
      const path = resolve(folder, name);
      const entry = files.isDirectory(path)
        ? packageEntry(files, path)
        : isFile(files, path)
          ? path
          : undefined;
      if (entry !== undefined) return entry;
    }
    const hint = 'A path counts from the folder of the settings file, or from the current one.';
    throw pluginError(`Plugin ${name}`, `there is no such file in ${first}.`, hint);
  }
  for (const folder of folders) {
    const entry = installedEntry(files, name, folder);
    if (entry !== undefined) return entry;
  }
  const beside = EXTENSIONS.map((extension) => `./${name}${extension}`);
  const file = beside.find((path) => folders.some((folder) => isFile(files, resolve(folder, path))));
  const hint =
    file === undefined
      ? `Install it with npm install ${name}, or write a path such as ./${name}.mjs.`
      : `Did you mean the file ${file}?`;
  throw pluginError(`Plugin ${name}`, `there is no such package in ${first} or above.`, hint);
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])(\.{1,2}\/[^"']+)\1/g;

/** The module and all that it imports by relative paths. */
function filesOf(files: Files, entry: string): string[] {
  const found = new Set<string>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined && found.size < MOST_FILES; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    if (extname(path) === '.json') continue;
    const text = Buffer.from(files.readFile(path)).toString();
    for (const [, , specifier = ''] of text.matchAll(IMPORT)) {
      const at = resolve(dirname(path), specifier);
      const target = [at, ...EXTENSIONS.map((extension) => at + extension)].find((one) => isFile(files, one));
      if (target !== undefined) open.push(target);
    }
  }
  return [...found].sort();
}

/** SHA-256 over the contents of the plugin's files, and of what its setup has read. Hexadecimal. */
export function digestOfFiles(files: Files, entry: string, read: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  const add = (text: string | Uint8Array) => hash.update(String(text.length)).update(':').update(text);
  for (const path of filesOf(files, entry)) add(files.readFile(path));
  for (const path of [...read.keys()].sort()) add(read.get(path) ?? '');
  return hash.digest('hex');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Where the code is that cannot be read: `FILE:LINE` is the first line of such an error's stack. */
function lineOf(error: unknown): string | undefined {
  return error instanceof SyntaxError
    ? /^(?:file:\/\/)?(\/[^\n]+:\d+)\n/.exec(error.stack ?? '')?.[1]
    : undefined;
}

/** Older versions of Node.js take TypeScript for JavaScript with mistakes. */
function compileHint(path: string): string {
  const name = basename(path);
  const compiled = name.replace(/\.[cm]?ts$/, '.mjs');
  return `A plugin is JavaScript: compile it first, such as with npx esbuild ${name} --format=esm --outfile=${compiled}, and name ${compiled}.`;
}

function loadError(name: string, path: string, error: unknown): UserError {
  const who = `Plugin ${name}`;
  const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  if (codeOf(error) === 'ERR_REQUIRE_ASYNC_MODULE') {
    const hint = 'Do such work in setup, which may be asynchronous.';
    return pluginError(who, 'it must not use await outside of a function.', hint, error);
  }
  if (/MODULE_NOT_FOUND/.test(codeOf(error))) {
    const missing = text.match(/Cannot find (?:package|module) '([^']+)'/)?.[1] ?? 'a module';
    const isFile = isAbsolute(missing);
    const hint = isFile ? 'Correct the path.' : `Install what it needs beside it: npm install ${missing}`;
    return pluginError(who, `it imports ${missing}, which cannot be found.`, hint, error);
  }
  const isTypeScript = /\.[cm]?ts$/.test(path);
  const hint = isTypeScript ? compileHint(path) : undefined;
  const what = `it cannot be loaded from ${lineOf(error) ?? path}: ${text}.`.replace(/\.\.$/, '.');
  return pluginError(who, what, hint, error);
}

/**
 * The default export of the module. `require` loads ES modules too, also in the executable, where `import()` does not work.
 * @param name the plugin as the settings name it
 * @param longestMs that its own code may take
 */
export function loadModule(name: string, path: string, longestMs: number): unknown {
  let inTime: { readonly result: unknown } | undefined;
  try {
    inTime = withinTime((): unknown => createRequire(path)(path), longestMs);
  } catch (error) {
    throw loadError(name, path, error);
  }
  if (!inTime) {
    const hint = 'Look for a loop that does not end outside of its functions.';
    throw pluginError(`Plugin ${name}`, `it was not loaded within ${longestMs / 1000} s.`, hint);
  }
  const { result: loaded } = inTime;
  if (typeof loaded !== 'object' || loaded === null || !('default' in loaded)) return loaded;
  return loaded.default;
}

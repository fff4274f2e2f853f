/** A host in memory: files, environment and terminal are plain data that a test sets up and looks at. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Host, Output } from '../../src/host.ts';

export interface FakeHostOptions {
  /** Texts by absolute path; a folder is there when a file is below it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly home?: string;
  readonly platform?: string;
  readonly packageDir?: string;
  readonly isTty?: boolean;
  /** Standard input. */
  readonly input?: string;
  readonly columns?: number;
}

export interface FakeHost extends Host {
  readonly files: ReadonlyMap<string, string>;
  readonly stdoutText: () => string;
  readonly stderrText: () => string;
  /** Delivers a signal to everybody who listens. */
  readonly emitSignal: (signal: 'SIGINT' | 'SIGTERM') => void;
  readonly signalListeners: () => number;
  /** Code of the first call of `exit`. */
  readonly exitCode: () => number | undefined;
}

/** Thrown by `exit`, which must not return. */
class FakeExit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.name = 'FakeExit';
    this.exitCode = exitCode;
  }
}

function captured(isTty: boolean, columns: number): Output & { text: () => string } {
  const texts: string[] = [];
  return { write: (text) => void texts.push(text), isTty, columns, text: () => texts.join('') };
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

function fileSystem(files: Map<string, string>, cwd: string) {
  const at = (path: string) => resolve(cwd, path);
  const folder = (path: string) => (path.endsWith('/') ? path : `${path}/`);
  const isDirectory = (path: string) => [...files.keys()].some((name) => name.startsWith(folder(path)));
  return {
    isDirectory,
    exists: (path: string) => files.has(at(path)) || isDirectory(at(path)),
    readFile: (path: string) => {
      const text = files.get(at(path));
      if (text === undefined) throw systemError(isDirectory(at(path)) ? 'EISDIR' : 'ENOENT', path);
      return Buffer.from(text);
    },
    listDir: (path: string) => {
      const below = [...files.keys()].filter((name) => name.startsWith(folder(path)));
      return [...new Set(below.map((name) => name.slice(folder(path).length).split('/')[0] ?? ''))].sort();
    },
    linkTarget: (path: string) => path,
    writeFile: (path: string, text: string) => {
      if (isDirectory(at(path))) throw systemError('EISDIR', path);
      files.set(at(path), text);
    },
    appendFile: (path: string, text: string) => void files.set(at(path), (files.get(at(path)) ?? '') + text),
    removeFile: (path: string) => void files.delete(at(path)),
    writePrivateFile: (path: string, text: string) => void files.set(at(path), text),
    renameFile: (from: string, to: string) => {
      files.set(at(to), files.get(at(from)) ?? '');
      files.delete(at(from));
    },
    removeFolder: () => {},
    fileBytes: (path: string) => Buffer.byteLength(files.get(at(path)) ?? ''),
  };
}

export function createFakeHost(options: FakeHostOptions = {}): FakeHost {
  const { isTty = false, columns = 80, packageDir = '/package' } = options;
  const files = new Map(Object.entries(options.files ?? {}));
  const pauseListeners = new Set<() => void>();
  const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const stdout = captured(isTty, columns);
  const stderr = captured(isTty, columns);
  let exitCode: number | undefined;
  return {
    env: options.env ?? {},
    cwd: options.cwd ?? '/work',
    home: options.home ?? '/home/user',
    platform: options.platform ?? 'linux',
    pid: 4711,
    hostname: 'fake',
    cores: 2,
    tuneForStart: () => {},
    tuneForLongRun: () => {},
    letYoungGenerationGrow: () => {},
    startedMs: 0,
    isRunning: () => false,
    ask: undefined,
    packageDir,
    version: '1.2.3',
    ...fileSystem(files, options.cwd ?? '/work'),
    readInput: () => Buffer.from(options.input ?? ''),
    stdout,
    stderr,
    onSignal: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onStrayError: () => () => {},
    onPauseSignal: (listener) => {
      pauseListeners.add(listener);
      return () => void pauseListeners.delete(listener);
    },
    startChild: () => {
      throw new Error('a fake host starts no processes');
    },
    startThread: undefined,
    parent: () => undefined,
    openBrowser: () => {},
    exit: (code) => {
      exitCode ??= code;
      throw new FakeExit(code);
    },
    files,
    stdoutText: stdout.text,
    stderrText: stderr.text,
    emitSignal: (signal) => {
      for (const listener of [...listeners]) listener(signal);
    },
    signalListeners: () => listeners.size,
    exitCode: () => exitCode,
  };
}

function filesBelow(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

/** The data files that the package brings, as files of a fake host below `packageDir`. */
export function packageFiles(packageDir = '/package'): Record<string, string> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const paths = ['presets', 'funnels', 'urls.txt'].flatMap((name) => filesBelow(join(root, name)));
  return Object.fromEntries(
    paths.map((path) => [join(packageDir, relative(root, path)), readFileSync(path, 'utf8')]),
  );
}

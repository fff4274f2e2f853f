/** The one door to the process and the file system: everything else is handed this value. */
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { type Channel, type Child, openBrowser, parent, startChild } from './child.ts';
import { optimizeAsUsual, optimizeLate } from './compiler.ts';
import { linkTarget, listDir, PRIVATE, removeFolder, writeWhole } from './disk.ts';
import { EXIT, UserError } from './errors.ts';
import { homeOfUser } from './home.ts';
import { findPackageDir, readVersion } from './package.ts';
import { createInputReader } from './standard-input.ts';
import { onStrayError } from './stray-errors.ts';
import { startThread, type Thread } from './thread.ts';
import { letYoungGenerationGrow, sizeYoungGeneration } from './young-generation.ts';

const COLLECT_OFTEN = '--heap-growing-percent=60';

/** A terminal, a pipe or a file that text goes to. */
export interface Output {
  readonly write: (text: string) => void;
  readonly isTty: boolean;
  /** Width in characters; 80 where there is no terminal. */
  readonly columns: number;
  /** The stream itself, for libraries that move the cursor. */
  readonly stream?: NodeJS.WriteStream;
}

export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws a `UserError` where the folder is gone. */
  readonly cwd: string;
  readonly home: string;
  readonly platform: string;
  readonly pid: number;
  readonly hostname: string;
  /** Cores that this process may use, at least 1. */
  readonly cores: number;
  /** When this process started, in epoch ms. */
  readonly startedMs: number;
  /** Whether this machine has a process with the id. */
  readonly isRunning: (pid: number) => boolean;
  /** Asks the person at the terminal; undefined where nobody is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Folder of the installed package: holds `presets/`, `funnels/` and `urls.txt`. */
  readonly packageDir: string;
  /** Of the installed package. */
  readonly version: string;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Calls back on SIGINT and SIGTERM; the function returned takes the listener away. */
  readonly onSignal: (listener: (signal: 'SIGINT' | 'SIGTERM') => void) => () => void;
  /** Calls back on SIGUSR1; the function returned takes the listener away. */
  readonly onPauseSignal: (listener: () => void) => () => void;
  /** Calls back with errors that nobody has caught. One that the listener has not dealt with ends the process, as it does without a listener. */
  readonly onStrayError: (hasDealtWith: (error: unknown) => boolean) => () => void;
  /**
   * Starts this command once more, with other arguments, in a process group of its own: a terminal's Ctrl-C does not
   * reach it. It has the environment of this process and `env`, and is killed when this one exits. Its standard error is that of
   * this process, or goes to the listener. An executable of its own takes no flags of Node.js.
   */
  readonly startChild: <Sent, Received>(
    args: readonly string[],
    onErrorText?: (text: string) => void,
    env?: Readonly<Record<string, string>>,
    nodeFlags?: readonly string[],
  ) => Child<Sent, Received>;
  /** Starts a script of the package in a thread of this process; undefined where there are none. */
  readonly startThread:
    | (<Sent, Received>(script: string, data: unknown) => Thread<Sent, Received>)
    | undefined;
  /** The process that started this one as its child; undefined for any other. */
  readonly parent: <Sent, Received>() => Channel<Sent, Received> | undefined;
  /** Has the user's browser show the address, where there is one. */
  readonly openBrowser: (url: string) => void;
  /** Has few functions compiled into fast code: what a start does, it does once. */
  readonly tuneForStart: () => void;
  /**
   * Has garbage collected early from now on: memory stays flat however long a run is. Without it, V8 lets garbage lie until
   * a long backfill holds twice as much. Takes back `tuneForStart`.
   */
  readonly tuneForLongRun: () => void;
  /** Gives the heap room for what lives longer than a moment, such as visits that are planned many at a time. */
  readonly letYoungGenerationGrow: () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => never;
  readonly readFile: (path: string) => Uint8Array;
  /** All of standard input, for the one that the name is of. @throws UserError for a second one */
  readonly readInput: (reader: string) => Uint8Array;
  /** Names in a folder, sorted; an empty list where there is no such folder. */
  readonly listDir: (path: string) => string[];
  readonly isDirectory: (path: string) => boolean;
  readonly exists: (path: string) => boolean;
  /** The file that a path leads to by symbolic links, whether it is there or not. */
  readonly linkTarget: (path: string) => string;
  /** Writes the whole file or nothing, to where a symbolic link leads, making its folder where there is none. */
  readonly writeFile: (path: string, text: string) => void;
  readonly appendFile: (path: string, text: string) => void;
  readonly removeFile: (path: string) => void;
  /** As `writeFile`, but nobody else may read it, nor a folder that is made for it. */
  readonly writePrivateFile: (path: string, text: string) => void;
  readonly renameFile: (from: string, to: string) => void;
  /** Takes away an empty folder; any other stays. */
  readonly removeFolder: (path: string) => void;
  readonly fileBytes: (path: string) => number;
}

/** Where there is no terminal, the environment may say how wide text is to be, as other commands have it. */
function columnsFrom(text: string | undefined): number {
  return /^[1-9]\d{1,3}$/.test(text ?? '') ? Number(text) : 80;
}

/** Node opens a stream when it is first asked for, which takes milliseconds. */
function outputOf(name: 'stdout' | 'stderr'): Output {
  return {
    write: (text) => void process[name].write(text),
    get stream() {
      return process[name];
    },
    get isTty() {
      return process[name].isTTY === true;
    },
    get columns() {
      return process[name].columns || columnsFrom(process.env.COLUMNS);
    },
  };
}

/** Cores that a container's quota comes to; infinite where there is none. */
function quotaOfCores(): number {
  const read = (path: string) => readFileSync(path, 'utf8').trim();
  const readers = [
    () => read('/sys/fs/cgroup/cpu.max').split(' '),
    () => ['quota', 'period'].map((name) => read(`/sys/fs/cgroup/cpu/cpu.cfs_${name}_us`)),
  ];
  for (const reader of readers) {
    try {
      const [quota = Number.NaN, period = Number.NaN] = reader().map(Number);
      return quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
    } catch {
      // No control group of this version.
    }
  }
  return Number.POSITIVE_INFINITY;
}

function onSignal(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

function onPauseSignal(listener: () => void): () => void {
  process.on('SIGUSR1', listener);
  return () => process.off('SIGUSR1', listener);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, and is there all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new UserError('The current folder no longer exists.', {
      code: 'no-working-folder',
      exitCode: EXIT.usage,
      hint: 'Change to another folder, such as: cd ~',
      cause,
    });
  }
}

/** The host of the running process. */
export function createProcessHost(): Host {
  const packageDir = findPackageDir();
  sizeYoungGeneration();
  return {
    env: process.env,
    get cwd() {
      return currentFolder();
    },
    // Whoever has none keeps what is kept in the folder of the command.
    home: homeOfUser() ?? currentFolder(),
    platform: process.platform,
    pid: process.pid,
    hostname: hostname(),
    get cores() {
      return Math.max(1, Math.min(availableParallelism(), Math.floor(quotaOfCores())));
    },
    startedMs: Math.floor(performance.timeOrigin),
    isRunning,
    get ask() {
      return process.stdin.isTTY && process.stderr.isTTY ? ask : undefined;
    },
    packageDir,
    version: readVersion(packageDir),
    stdout: outputOf('stdout'),
    stderr: outputOf('stderr'),
    onSignal,
    onPauseSignal,
    onStrayError,
    startChild,
    startThread,
    parent,
    openBrowser,
    tuneForStart: optimizeLate,
    tuneForLongRun: () => {
      optimizeAsUsual();
      sizeYoungGeneration();
      setFlagsFromString(COLLECT_OFTEN);
    },
    letYoungGenerationGrow,
    exit: (code) => process.exit(code),
    readFile: (path) => readFileSync(path),
    readInput: createInputReader(),
    listDir,
    isDirectory: (path) => existsSync(path) && statSync(path).isDirectory(),
    exists: existsSync,
    linkTarget,
    writeFile: writeWhole,
    appendFile: (path, text) => appendFileSync(path, text),
    removeFile: (path) => rmSync(path, { force: true }),
    writePrivateFile: (path, text) => writeWhole(path, text, PRIVATE),
    renameFile: renameSync,
    removeFolder,
    fileBytes: (path) => statSync(path).size,
  };
}

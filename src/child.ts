/** The host's door to other processes of this command: those that it starts, and the one that has started it. */
import type { Serializable } from 'node:child_process';
import { once } from 'node:events';
import { isSea } from 'node:sea';

/** Messages to and from another process; what is sent is copied as `structuredClone` does. */
export interface Channel<Sent, Received> {
  /** Resolves when the message is on its way, or can no longer be. */
  send(message: Sent): Promise<void>;
  onMessage(listener: (message: Received) => void): void;
  /** Calls back once, when nothing more can come. @param how the other side ended: `SIGKILL`, `exit code 1` */
  onGone(listener: (how: string) => void): void;
}

export interface Child<Sent, Received> extends Channel<Sent, Received> {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** Ends it at once, whatever it does. */
  readonly kill: () => void;
}

/** This command as it was started: an executable of its own has no script. */
function ownCommand(nodeFlags: readonly string[]): string[] {
  return isSea() ? [] : [...nodeFlags, ...process.execArgv, process.argv[1] ?? ''];
}

/** Resolves when the message is written; one that nobody can get any more is dropped. */
function sent(
  peer: { readonly connected: boolean; send?: (message: Serializable, done: () => void) => unknown },
  message: unknown,
): Promise<void> {
  return new Promise((resolve) => {
    if (peer.connected && peer.send) peer.send(message as Serializable, resolve);
    else resolve();
  });
}

/** Ends the processes that are still there when this one exits. */
const leaving = new Set<() => void>();
function killAll(): void {
  for (const kill of leaving) kill();
}

/**
 * @param onErrorText gets what the process writes to standard error; without it, that goes to our own
 * @param env beside our own
 * @param nodeFlags of Node.js; an executable of its own takes none
 */
export function startChild<Sent, Received>(
  args: readonly string[],
  onErrorText?: (text: string) => void,
  env?: Readonly<Record<string, string>>,
  nodeFlags: readonly string[] = [],
): Child<Sent, Received> {
  // Most commands start no process, and need not load the module for it.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(process.execPath, [...ownCommand(nodeFlags), ...args], {
    detached: true,
    windowsHide: true,
    ...(env ? { env: { ...process.env, ...env } } : {}),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', onErrorText ? 'pipe' : 'inherit', 'ipc'],
  });
  if (onErrorText) child.stderr?.setEncoding('utf8').on('data', onErrorText);
  const kill = () => void child.kill('SIGKILL');
  leaving.add(kill);
  if (leaving.size === 1) process.once('exit', killAll);
  child.on('error', () => {});
  const ended = once(child, 'exit').then(
    ([code, signal]) => String(signal ?? `exit code ${code}`),
    (error: Error) => error.message,
  );
  // Messages may still come when the process has ended, and it may still be there when none can come any more.
  const closed = child.pid === undefined ? undefined : once(child, 'disconnect');
  const gone = Promise.all([ended, closed]).then(([how]) => {
    leaving.delete(kill);
    if (leaving.size === 0) process.off('exit', killAll);
    return how;
  });
  return {
    pid: child.pid,
    kill,
    send: (message) => sent(child, message),
    // Both sides are of one build, and speak the same language.
    onMessage: (listener) => void child.on('message', (message) => listener(message as Received)),
    onGone: (listener) => void gone.then(listener),
  };
}

export function parent<Sent, Received>(): Channel<Sent, Received> | undefined {
  if (!process.connected) return undefined;
  return {
    send: (message) => sent(process, message),
    onMessage: (listener) => void process.on('message', (message) => listener(message as Received)),
    onGone: (listener) => void process.once('disconnect', () => listener('disconnected')),
  };
}

/** Has the user's browser show the address; nothing happens where there is none. */
export function openBrowser(url: string): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const openers: Readonly<Record<string, readonly [string, ...string[]]>> = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  };
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}

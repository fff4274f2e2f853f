/** Files and folders as the host writes and lists them. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pid } from 'node:process';

/**
 * Makes the folder and those above it, where there are none. Node's own way of doing so never ends where the system
 * tells of a folder that neither is there nor can be made, as below /proc.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const isThere = () => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isThere()) return;
  if (dirname(path) !== path) makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have been faster.
    if (!isThere()) throw error;
  }
}

/** For the owner alone. */
export const PRIVATE = 0o600;

/** More than the system itself follows. */
const MOST_LINKS = 50;

/** False where the path cannot be looked at, as below a file: writing to it says what is wrong. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}

/** The file that the path leads to by symbolic links, whether it is there or not. */
export function linkTarget(path: string): string {
  let target = path;
  for (let i = 0; i < MOST_LINKS; i += 1) {
    if (!isLink(target)) return target;
    target = resolve(dirname(target), readlinkSync(target));
  }
  return target;
}

export function writeWhole(given: string, text: string, mode?: number): void {
  const path = linkTarget(given);
  // A device or a pipe is written to: it must never be replaced by a file.
  if (existsSync(path) && !statSync(path).isFile()) {
    writeFileSync(path, text);
    return;
  }
  makeFolder(dirname(path), mode === PRIVATE ? 0o700 : 0o777);
  const partial = `${path}.${pid}.tmp`;
  const kept = mode ?? statSync(path, { throwIfNoEntry: false })?.mode;
  try {
    writeFileSync(partial, text, { mode: mode ?? 0o666 });
    if (kept !== undefined) chmodSync(partial, kept & 0o777);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

export function listDir(path: string): string[] {
  return existsSync(path) && statSync(path).isDirectory() ? readdirSync(path).sort() : [];
}

export function removeFolder(path: string): void {
  if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
}

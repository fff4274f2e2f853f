/** Reads the files that settings name; a path is relative to the folder in which the command was started. */
import { isAbsolute, join } from 'node:path';
import { SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { decodeText } from './text-bytes.ts';

/** Names standard input, or standard output, in place of a file. */
export const STANDARD_STREAM = '-';

/** What problems call the file. */
export function fileName(path: string): string {
  return path === STANDARD_STREAM ? 'standard input' : path;
}

/** False for what lies in a folder, and is looked for there. */
export function isAbsolutePath(path: string): boolean {
  return isAbsolute(path) || /^https?:\/\//i.test(path) || path === STANDARD_STREAM;
}

export function resolvePath(host: Host, path: string): string {
  return isAbsolutePath(path) ? path : join(host.cwd, path);
}

/**
 * The file's text without byte order mark, unpacked where it is compressed.
 * @param subject names the setting that asked for it
 * @throws SettingsError
 */
export function readTextFile(host: Host, path: string, subject: string): string {
  if (path === STANDARD_STREAM) return decodeText(host.readInput(subject), fileName(path));
  const resolved = resolvePath(host, path);
  const refuse = (found: string) => {
    const message = `${subject} must be a readable file, but ${path} ${found}.`;
    return new SettingsError([{ code: 'unreadable-file', subject, message }]);
  };
  if (!host.exists(resolved)) throw refuse('does not exist');
  if (host.isDirectory(resolved)) throw refuse('is a folder');
  let bytes: Uint8Array;
  try {
    bytes = host.readFile(resolved);
  } catch (error) {
    const refusal = refuse('cannot be read');
    refusal.cause = error;
    throw refusal;
  }
  return decodeText(bytes, path);
}

/** Whether it is a file of the user's own: those of presets come with the package. */
export function isUsersFile({ packageDir }: Host, path: string | undefined): boolean {
  return path !== undefined && !path.startsWith(join(packageDir, 'presets'));
}

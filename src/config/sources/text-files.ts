/** Reads the files that settings name; a path is relative to the folder in which the command was started. */
import { isAbsolute, join } from 'node:path';
import { SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { decodeText } from './text-bytes.ts';

export function resolvePath(host: Host, path: string): string {
  return isAbsolute(path) ? path : join(host.cwd, path);
}

/**
 * The file's text without byte order mark, unpacked where it is compressed.
 * @param subject names the setting that asked for it
 * @throws SettingsError
 */
export function readTextFile(host: Host, path: string, subject: string): string {
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

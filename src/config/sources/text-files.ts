/** Reads the files that settings name; a path is relative to the folder in which the command was started. */
import { isAbsolute, join } from 'node:path';
import { SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';

export function resolvePath(host: Host, path: string): string {
  return isAbsolute(path) ? path : join(host.cwd, path);
}

/** The file's text without byte order mark; `subject` names the setting that asked for it. */
export function readTextFile(host: Host, path: string, subject: string): string {
  const resolved = resolvePath(host, path);
  const refuse = (found: string) => {
    const message = `${subject} must name a file that can be read, but ${path} ${found}.`;
    return new SettingsError([{ code: 'unreadable-file', subject, message }]);
  };
  if (!host.exists(resolved)) throw refuse('does not exist');
  if (host.isDirectory(resolved)) throw refuse('is a folder');
  try {
    return host.readFile(resolved).replace(/^\uFEFF/, '');
  } catch (error) {
    const refusal = refuse('cannot be read');
    refusal.cause = error;
    throw refusal;
  }
}

/** Whether it is a file of the user's own: those of presets come with the package. */
export function isUsersFile({ packageDir }: Host, path: string | undefined): boolean {
  return path !== undefined && !path.startsWith(join(packageDir, 'presets'));
}

/** The settings file of the current folder, which is used without being named. */
import { join } from 'node:path';
import { SettingsError, UserError } from '../../errors.ts';
import type { Host } from '../../host.ts';

/** `init` writes one of them. A plain `.env` belongs to somebody else. */
const PROJECT_FILES = ['trafficinator.yaml', 'trafficinator.env'] as const;

function folderOf(host: Host): string | undefined {
  try {
    return host.cwd;
  } catch (error) {
    // The folder is gone, and so are its files.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Its name; undefined where there is none. @throws SettingsError where there are two */
export function findProjectFile(host: Host): string | undefined {
  const folder = folderOf(host);
  if (folder === undefined) return undefined;
  const found = PROJECT_FILES.filter((name) => {
    const path = join(folder, name);
    return host.exists(path) && !host.isDirectory(path);
  });
  if (found.length > 1) {
    const message = `There must be one settings file in a folder, but ${found.join(' and ')} are both here.`;
    const hint = 'Remove one of them, or use --no-config and set the file with --config.';
    throw new SettingsError([{ code: 'two-config-files', subject: found[0] ?? '', message, hint }]);
  }
  return found[0];
}

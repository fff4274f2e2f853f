/** The lists of pages, events and funnels as files that every command reads: where they are, read and written. */
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { settingOf } from '../../config/schema/settings.ts';
import { SAVED_FILES, type SavedFileKey } from '../../config/sources/saved-files.ts';
import type { Host } from '../../host.ts';
import { conflict } from '../http/refusal.ts';

export interface ListFile {
  /** Names the setting that it is for. */
  readonly env: string;
  readonly path: string;
  /** Undefined where there is none: what is built in holds. */
  read(): string | undefined;
  write(text: string): void;
  /** Back to what is built in. @returns false where that held already */
  remove(): boolean;
}

export type ListFiles = Readonly<Record<SavedFileKey, ListFile>>;

export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);
}

function listFile(host: Host, folder: string, key: SavedFileKey): ListFile {
  const { env } = settingOf(key);
  const chosen = host.env[env];
  const path = chosen ? resolve(host.cwd, chosen) : join(folder, SAVED_FILES[key]);
  const refuseFolder = () => {
    if (!host.isDirectory(path)) return;
    throw conflict(
      'list-is-folder',
      `${env} is the folder ${path}`,
      'Only a file can be changed here. Edit the files in the folder yourself, or set a file.',
    );
  };
  return {
    env,
    path,
    read() {
      refuseFolder();
      return host.exists(path)
        ? Buffer.from(host.readFile(path))
            .toString()
            .replace(/^\uFEFF/, '')
        : undefined;
    },
    write(text) {
      refuseFolder();
      host.writeFile(path, text);
    },
    remove() {
      refuseFolder();
      if (!host.exists(path)) return false;
      host.removeFile(path);
      return true;
    },
  };
}

export function createListFiles(host: Host, folder: string): ListFiles {
  return {
    funnelConfigPath: listFile(host, folder, 'funnelConfigPath'),
    urlsFile: listFile(host, folder, 'urlsFile'),
    eventsFile: listFile(host, folder, 'eventsFile'),
  };
}

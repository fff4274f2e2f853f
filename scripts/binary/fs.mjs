/**
 * `node:fs` as src/ sees it inside the self-contained executable: the package's files stand under the path of the
 * executable itself, where no real file can be; all else is the disk's.
 */

import {
  existsSync as existsOnDisk,
  readdirSync as listOnDisk,
  readFileSync as readOnDisk,
  statSync as statOnDisk,
} from 'node:fs';
import { sep } from 'node:path';
import { getAsset } from 'node:sea';

export * from 'node:fs';

// Names of the package's files; the build puts them here.
const names = EXECUTABLE_FILES;
const files = new Set(names);
const folders = new Map([['', new Set()]]);
for (const name of names) {
  const parts = name.split('/');
  for (let i = 0; i < parts.length; i += 1) {
    const folder = parts.slice(0, i).join('/');
    if (!folders.has(folder)) folders.set(folder, new Set());
    folders.get(folder).add(parts[i]);
  }
}

/** Name inside the executable; undefined for what is on the disk. */
function nameInside(path) {
  const start = process.execPath + sep;
  return String(path).startsWith(start) ? String(path).slice(start.length).replaceAll(sep, '/') : undefined;
}

export function existsSync(path) {
  const name = nameInside(path);
  return name === undefined ? existsOnDisk(path) : files.has(name) || folders.has(name);
}

export function readFileSync(path, options) {
  const name = nameInside(path);
  if (name === undefined || !files.has(name)) return readOnDisk(path, options);
  return options === undefined ? new Uint8Array(getAsset(name)) : getAsset(name, 'utf8');
}

export function readdirSync(path, options) {
  const entries = folders.get(nameInside(path));
  return entries ? [...entries] : listOnDisk(path, options);
}

export function statSync(path, options) {
  const name = nameInside(path);
  if (name === undefined || !existsSync(path)) return statOnDisk(path, options);
  return { isDirectory: () => folders.has(name), isFile: () => files.has(name) };
}

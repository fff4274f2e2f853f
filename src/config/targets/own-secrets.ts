/** Secrets of one target among several: those of its files, and those in its address. */
import { type Problem, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { readHeadersFile, readTokenFile } from '../sources/secret-files.ts';
import { type TargetEntry, type TargetField, targetFieldByKey } from './target-fields.ts';
import { splitLogin } from './url-login.ts';

export type Fields = ReadonlyMap<TargetField, TargetEntry>;

/** A user name and a password in the address become a header of the target's own. */
export function withoutLogin(fields: Fields): Fields {
  const moved = new Map(fields);
  for (const [field, entry] of fields) {
    const login = field.key === 'url' ? splitLogin(entry.raw) : undefined;
    const headers = targetFieldByKey('headers');
    if (!login || !headers) continue;
    moved.set(field, { ...entry, raw: login.url });
    const given = fields.get(headers);
    const raw = given === undefined ? login.header : `${String(given.raw)}\n${login.header}`;
    moved.set(headers, { ...entry, field: headers, raw });
  }
  return moved;
}

const SECRET_FILES = [
  { key: 'tokenAuth', fileKey: 'tokenAuthFile', read: readTokenFile },
  { key: 'headers', fileKey: 'headersFile', read: readHeadersFile },
] as const;

/** The target's own secrets, or those of its own files: never another target's. */
export function secretsOf(host: Host, fields: Fields, problems: Problem[]): Fields {
  const read = new Map(fields);
  for (const secret of SECRET_FILES) {
    const file = [...fields.values()].find(({ field }) => field.key === secret.fileKey);
    const field = targetFieldByKey(secret.key);
    if (file === undefined || field === undefined || fields.has(field)) continue;
    try {
      const raw = secret.read(host, String(file.raw), `${file.name} (${file.origin})`, file);
      read.set(field, { ...file, field, raw });
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      problems.push(...error.problems);
    }
  }
  return read;
}

/** Decides which entry of each setting wins, and reads secrets from the files that they are in. */
import { type Origin, type Problem, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { headerLines } from '../schema/header-lines.ts';
import { type SettingKey, settingOf } from '../schema/settings.ts';
import { splitLogin } from '../targets/url-login.ts';
import type { Entry, Layer } from './layer.ts';
import { readTextFile } from './text-files.ts';

interface Winners {
  readonly winners: ReadonlyMap<SettingKey, Entry>;
  readonly problems: readonly Problem[];
}

/** Where the name of a file stands. */
interface Place {
  readonly origin: Origin;
  readonly name: string;
}

type ReadSecret = (host: Host, path: string, subject: string, place: Place) => string;

function emptyFile(subject: string, path: string, what: string, { origin, name }: Place): SettingsError {
  const message = `${subject} must be a file that contains ${what}, but ${path} is empty.`;
  return new SettingsError([{ code: 'empty-file', subject: name, message, origin }]);
}

/** The token that a file holds. @throws SettingsError for a file without one */
export const readTokenFile: ReadSecret = (host, path, subject, place) => {
  // Matomo's tokens look like this: one given in place of a file must not be told.
  if (/^[0-9a-f]{32}$/i.test(path)) {
    const message = `${subject} must be the path of a file that contains the token, but looks like a token itself.`;
    const hint = 'Save the token in a file and use its path, or set MATOMO_TOKEN_AUTH in the environment.';
    const { origin, name } = place;
    throw new SettingsError([{ code: 'token-as-path', subject: name, message, origin, hint }]);
  }
  const token = readTextFile(host, path, subject).trim();
  if (token === '') throw emptyFile(subject, path, 'a token', place);
  return token;
};

/** The header lines that a file holds. @throws SettingsError for a file without any */
export const readHeadersFile: ReadSecret = (host, path, subject, place) => {
  const lines = headerLines(readTextFile(host, path, subject));
  if (lines.length === 0) throw emptyFile(subject, path, 'lines of the form Name: value', place);
  return lines.join('\n');
};

interface FileBacked {
  readonly key: SettingKey;
  readonly fileKey: SettingKey;
  readonly read: ReadSecret;
  /** Code of the problem that both are set. */
  readonly both: string;
}

const FILE_BACKED: readonly FileBacked[] = [
  { key: 'tokenAuth', fileKey: 'tokenAuthFile', read: readTokenFile, both: 'two-tokens' },
  { key: 'headers', fileKey: 'headersFile', read: readHeadersFile, both: 'two-headers' },
];

/** The secret of a file, as if it had been given itself. */
function secretEntry(host: Host, file: Entry, { key, read }: FileBacked): Entry {
  const { env } = file.setting;
  const place = { origin: file.origin, name: env };
  const raw = read(host, String(file.raw), `${env} (${file.origin})`, place);
  return { setting: settingOf(key), raw, origin: `${file.origin}, its file`, name: file.name };
}

/** A user name and a password in the address become the header that they stand for. */
function moveLogin(winners: Map<SettingKey, Entry>): void {
  const entry = winners.get('matomoUrl');
  // What stands on a command line is seen by everybody on the machine: there it is refused.
  const login = entry && entry.origin !== entry.setting.flag ? splitLogin(entry.raw) : undefined;
  if (!entry || !login) return;
  winners.set('matomoUrl', { ...entry, raw: login.url });
  const given = winners.get('headers');
  const raw = given === undefined ? login.header : `${String(given.raw)}\n${login.header}`;
  winners.set('headers', { ...entry, setting: settingOf('headers'), raw });
}

/** `layers` in rising order; of a secret and its file the one in the higher layer wins. */
export function winnersOf(host: Host, layers: readonly Layer[]): Winners {
  const winners = new Map<SettingKey, Entry>();
  const levels = new Map<SettingKey, number>();
  const problems: Problem[] = [];
  layers.forEach((layer, level) => {
    for (const entry of layer.entries) {
      winners.set(entry.setting.key, entry);
      levels.set(entry.setting.key, level);
    }
  });
  for (const backed of FILE_BACKED) {
    const file = winners.get(backed.fileKey);
    const fileLevel = levels.get(backed.fileKey) ?? -1;
    const level = levels.get(backed.key) ?? -1;
    if (file === undefined || fileLevel < level) continue;
    if (fileLevel === level) {
      const names = `${settingOf(backed.key).env} and ${file.setting.env}`;
      const message = `${names} must not both be set in the same place (${file.origin}).`;
      problems.push({ code: backed.both, subject: file.setting.env, message, origin: file.origin });
      continue;
    }
    try {
      winners.set(backed.key, secretEntry(host, file, backed));
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      problems.push(...error.problems);
    }
  }
  moveLogin(winners);
  return { winners, problems };
}

/** Decides which entry of each setting wins, and reads the token's file where that is where the token is. */
import { type Origin, type Problem, SettingsError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { type SettingKey, settingOf } from '../schema/settings.ts';
import type { Entry, Layer } from './layer.ts';
import { readTextFile } from './text-files.ts';

interface Winners {
  readonly winners: ReadonlyMap<SettingKey, Entry>;
  readonly problems: readonly Problem[];
}

/** The token that a file holds. @throws SettingsError for a file without one */
export function readTokenFile(
  host: Host,
  path: string,
  subject: string,
  { origin, name }: { readonly origin: Origin; readonly name: string },
): string {
  // Matomo's tokens look like this: one given in place of a file must not be told.
  if (/^[0-9a-f]{32}$/i.test(path)) {
    const message = `${subject} must name a file that holds a token, but seems to be a token itself.`;
    const hint = 'Write the token into a file and name that, or set MATOMO_TOKEN_AUTH in the environment.';
    throw new SettingsError([{ code: 'token-as-path', subject: name, message, origin, hint }]);
  }
  const token = readTextFile(host, path, subject).trim();
  if (token === '') {
    const message = `${subject} must name a file that holds a token, but ${path} is empty.`;
    throw new SettingsError([{ code: 'empty-file', subject: name, message, origin }]);
  }
  return token;
}

/** The token of a file, as if it had been given itself. */
function tokenEntry(host: Host, file: Entry): Entry {
  const { env } = file.setting;
  const place = { origin: file.origin, name: env };
  const raw = readTokenFile(host, String(file.raw), `${env} (${file.origin})`, place);
  return {
    setting: settingOf('tokenAuth'),
    raw,
    origin: `${file.origin}, the token's file`,
    name: file.name,
  };
}

/** `layers` in rising order; of token and token file the one in the higher layer wins. */
export function withToken(host: Host, layers: readonly Layer[]): Winners {
  const winners = new Map<SettingKey, Entry>();
  const levels = new Map<SettingKey, number>();
  layers.forEach((layer, level) => {
    for (const entry of layer.entries) {
      winners.set(entry.setting.key, entry);
      levels.set(entry.setting.key, level);
    }
  });
  const file = winners.get('tokenAuthFile');
  const fileLevel = levels.get('tokenAuthFile') ?? -1;
  const tokenLevel = levels.get('tokenAuth') ?? -1;
  if (file === undefined || fileLevel < tokenLevel) return { winners, problems: [] };
  if (fileLevel === tokenLevel) {
    const message = `MATOMO_TOKEN_AUTH and MATOMO_TOKEN_AUTH_FILE must not both be set in the same place, but are (${file.origin}).`;
    return {
      winners,
      problems: [{ code: 'two-tokens', subject: 'MATOMO_TOKEN_AUTH_FILE', message, origin: file.origin }],
    };
  }
  try {
    return { winners: winners.set('tokenAuth', tokenEntry(host, file)), problems: [] };
  } catch (error) {
    if (error instanceof SettingsError) return { winners, problems: error.problems };
    throw error;
  }
}

/** Lists that were saved for every command, by the control service or by hand: above the defaults, below all else. */
import { join } from 'node:path';
import type { Host } from '../../host.ts';
import { type SettingKey, settingOf } from '../schema/settings.ts';
import type { Layer } from './layer.ts';

/** Their names in the state folder. */
export const SAVED_FILES = {
  funnelConfigPath: 'funnels.json',
  urlsFile: 'urls.txt',
  eventsFile: 'events.json',
} as const satisfies Partial<Record<SettingKey, string>>;
export type SavedFileKey = keyof typeof SAVED_FILES;

const KEYS: readonly SavedFileKey[] = ['funnelConfigPath', 'urlsFile', 'eventsFile'];

/** @param folder of the user's state */
export function readSavedFiles(host: Host, folder: string): Layer {
  const entries = KEYS.flatMap((key) => {
    const path = join(folder, SAVED_FILES[key]);
    if (!host.exists(path)) return [];
    const setting = settingOf(key);
    return [{ setting, raw: path, origin: `saved ${SAVED_FILES[key]}`, name: setting.env }];
  });
  return { entries, targets: [], problems: [], warnings: [] };
}

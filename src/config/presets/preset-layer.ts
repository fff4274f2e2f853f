/** What a preset says about the settings, and what it must not say. */
import { dirname, join } from 'node:path';
import type { Origin } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { SettingKey } from '../schema/settings.ts';
import { readEnvText } from '../sources/env-file.ts';
import type { Entry, Layer } from '../sources/layer.ts';
import { fileName, isAbsolutePath, STANDARD_STREAM } from '../sources/text-files.ts';
import { readYamlText } from '../sources/yaml-file.ts';
import { readPreset } from './presets.ts';

/** What a preset must not decide: it would send somebody's traffic somewhere else. */
export const TARGET_KEYS: readonly SettingKey[] = [
  'matomoUrl',
  'siteId',
  'tokenAuth',
  'tokenAuthFile',
  'apiUrl',
  'headers',
  'headersFile',
];

/** Files that a preset brings along lie beside it. */
export const FILE_KEYS: readonly SettingKey[] = [
  'urlsFile',
  'eventsFile',
  'catalogueFile',
  'funnelConfigPath',
];

export function isYamlPath(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

/** Standard input has no name to tell by: groups of settings are in lower case, names of variables are not. */
function looksLikeYaml(text: string): boolean {
  const first = text.split('\n').find((line) => /^\s*[^#\s]/.test(line));
  return /^(?:---|\{|[a-z][\w-]*\s*:)/.test(first ?? '');
}

/** Settings of a file's text, YAML or .env by the file's name. */
export function readSettingsText(
  host: Pick<Host, 'env'>,
  path: string,
  text: string,
  originOf: (line: number) => Origin,
): Layer {
  const isYaml = path === STANDARD_STREAM ? looksLikeYaml(text) : isYamlPath(path);
  const name = fileName(path);
  return isYaml ? readYamlText(text, name, host.env, originOf) : readEnvText(text, name, originOf);
}

function besidePreset(entry: Entry, presetPath: string): Entry {
  if (!FILE_KEYS.includes(entry.setting.key) || typeof entry.raw !== 'string') return entry;
  const file = entry.raw.trim();
  return file === '' || isAbsolutePath(file) ? entry : { ...entry, raw: join(dirname(presetPath), file) };
}

/** The values as the preset's file writes them: files that it brings along are relative to it. */
export function readPresetValues(host: Host, name: string): Layer {
  const preset = readPreset(host, name);
  const origin = `preset ${name}`;
  const layer = readSettingsText(host, preset.path, preset.text, () => origin);
  const forbidden = layer.entries.filter(({ setting }) => TARGET_KEYS.includes(setting.key));
  const names = [...forbidden.map(({ setting }) => setting.env), ...layer.targets.map(({ name }) => name)];
  const problems = names.map((name) => ({
    code: 'target-in-preset',
    subject: name,
    message: `A preset must not set the URL, the site or the token, but ${origin} sets ${name}.`,
    origin,
  }));
  return {
    ...layer,
    entries: layer.entries.filter((entry) => !forbidden.includes(entry)),
    targets: [],
    problems: [...layer.problems, ...problems],
  };
}

/** The values as they count from anywhere. */
export function readPresetLayer(host: Host, name: string): Layer {
  const { path, isBuiltIn } = readPreset(host, name);
  const layer = readPresetValues(host, name);
  const entries = layer.entries.map((entry) => ({ ...besidePreset(entry, path), isBuiltIn }));
  return { ...layer, entries };
}

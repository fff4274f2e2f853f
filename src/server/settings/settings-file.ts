/** A settings file that a client has: read as the command line reads it, but without anything of this machine. */
import { readSettingsText } from '../../config/presets/preset-layer.ts';
import { valueText } from '../../config/schema/value-text.ts';
import { type Layer, valueProblem } from '../../config/sources/layer.ts';
import { isNestedTooDeeply } from '../../config/sources/yaml-depth.ts';
import { type Problem, SettingsError } from '../../errors.ts';

export interface SettingsFile {
  /** Texts by environment name, also where they are wrong; without secrets. */
  readonly settings: Readonly<Record<string, string>>;
  /** Names of the secrets that the file sets. */
  readonly secrets: readonly string[];
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Variables in a file of somebody else must not show what the service's environment has. */
const NO_ENVIRONMENT = { env: {} };

/** Lines such as `NAME=value` have no levels. */
const hasLevels = (name: string) => /\.(ya?ml|json)$/i.test(name);

function tooDeep(name: string): Problem {
  return { code: 'syntax', subject: name, message: `${name} has lists in lists without end.` };
}

function layerOf(name: string, text: string): Layer {
  if (hasLevels(name) && isNestedTooDeeply(text)) {
    return { entries: [], targets: [], problems: [tooDeep(name)], warnings: [] };
  }
  try {
    return readSettingsText(NO_ENVIRONMENT, name, text, (line) => `${name} line ${line}`);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { entries: [], targets: [], problems: error.problems, warnings: [] };
  }
}

/** @param name of the file; its ending tells YAML and JSON from lines such as `NAME=value` */
export function readSettingsFile(name: string, text: string): SettingsFile {
  const { entries, targets, problems, warnings } = layerOf(name, text);
  const own = entries.map(({ setting, raw }) => ({ env: setting.env, isSecret: setting.secret, raw }));
  const numbered = targets.map(({ field, number, raw }) => ({
    env: `${field.env}_${number}`,
    isSecret: field.secret,
    raw,
  }));
  const all = [...own, ...numbered];
  const wrong = entries.flatMap((entry) => valueProblem(entry) ?? []);
  return {
    settings: Object.fromEntries(
      all.filter(({ isSecret }) => !isSecret).map(({ env, raw }) => [env, valueText(raw)]),
    ),
    secrets: all.filter(({ isSecret }) => isSecret).map(({ env }) => env),
    errors: [...problems, ...wrong],
    warnings,
  };
}

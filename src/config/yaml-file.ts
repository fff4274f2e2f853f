/** Reads settings from grouped YAML text: `volume: { visitsPerDay: 500 }`. */
import { isMap, isNode, isScalar, type Pair } from 'yaml';
import type { Origin, Problem } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Entry, Layer } from './layer.ts';
import { GROUPS } from './setting.ts';
import { settingByYamlPath, YAML_PATHS } from './settings.ts';
import { parseYaml, type YamlText } from './structured-text.ts';
import { closestHint } from './wording.ts';

interface Reading {
  readonly yaml: YamlText;
  readonly env: Host['env'];
  readonly originOf: (line: number) => Origin;
  readonly entries: Entry[];
  readonly problems: Problem[];
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function originOf(reading: Reading, pair: Pair): Origin {
  const offset = isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
  return reading.originOf(reading.yaml.lineAt(offset));
}

/** Puts environment variables in the place of every `${NAME}` in texts. */
function filledIn(value: unknown, env: Host['env'], missing: (name: string) => void): unknown {
  if (Array.isArray(value)) return value.map((item) => filledIn(item, env, missing));
  if (typeof value !== 'string') return value;
  return value.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const text = env[name];
    if (text === undefined || text === '') missing(name);
    return text ?? '';
  });
}

function readSetting(reading: Reading, group: string, pair: Pair): void {
  const name = `${group}.${keyOf(pair)}`;
  const origin = originOf(reading, pair);
  const setting = settingByYamlPath(name);
  if (setting === undefined) {
    const message = `${name} (${origin}) is not a setting.`;
    reading.problems.push({
      code: 'unknown-setting',
      subject: name,
      message,
      origin,
      ...closestHint(name, YAML_PATHS),
    });
    return;
  }
  const value: unknown = isNode(pair.value) ? pair.value.toJS(reading.yaml.document) : pair.value;
  if (value === null || value === undefined) return;
  const before = reading.problems.length;
  const raw = filledIn(value, reading.env, (variable) => {
    reading.problems.push({
      code: 'missing-variable',
      subject: name,
      message: `${name} (${origin}) needs the environment variable ${variable}, which is not set.`,
      origin,
    });
  });
  if (reading.problems.length === before) reading.entries.push({ setting, raw, origin, name });
}

function readGroup(reading: Reading, pair: Pair): void {
  const group = keyOf(pair);
  const origin = originOf(reading, pair);
  const report = (code: string, message: string, hint: { hint?: string }) =>
    reading.problems.push({ code, subject: group, message, origin, ...hint });
  if (!Object.hasOwn(GROUPS, group)) {
    const inGroup = settingByName(group);
    report(
      'unknown-setting',
      `${group} (${origin}) is not a group of settings.`,
      inGroup === undefined
        ? closestHint(group, Object.keys(GROUPS))
        : { hint: `Settings stand in groups: write ${inGroup}.` },
    );
  } else if (isMap(pair.value)) {
    for (const item of pair.value.items) readSetting(reading, group, item);
  } else if (!isScalar(pair.value) || pair.value.value !== null) {
    report('wrong-type', `${group} (${origin}) must be a mapping of settings.`, {});
  }
}

function settingByName(name: string): string | undefined {
  return YAML_PATHS.find((path) => path.endsWith(`.${name}`));
}

/** `subject` names the file in problems; `originOf` words where a value on a line came from. */
export function readYamlText(
  text: string,
  subject: string,
  env: Host['env'],
  originAt: (line: number) => Origin,
): Layer {
  const yaml = parseYaml(text, subject);
  const reading: Reading = { yaml, env, originOf: originAt, entries: [], problems: [] };
  const root = yaml.document.contents;
  if (isMap(root)) for (const pair of root.items) readGroup(reading, pair);
  else if (root !== null && !(isScalar(root) && root.value === null)) {
    const message = `${subject} must be a mapping of groups of settings.`;
    reading.problems.push({ code: 'wrong-type', subject, message });
  }
  return { entries: reading.entries, problems: reading.problems, warnings: [] };
}

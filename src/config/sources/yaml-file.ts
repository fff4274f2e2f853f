/** Reads settings from grouped YAML text: `volume: { visitsPerDay: 500 }`. */
import { isMap, isNode, isScalar, isSeq, type Pair } from 'yaml';
import type * as z from 'zod';
import type { Origin, Problem } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { closestHint } from '../schema/problem-text.ts';
import { GROUPS } from '../schema/setting.ts';
import { settingByYamlPath, YAML_PATHS } from '../schema/settings.ts';
import { TARGET_FIELDS, type TargetEntry, targetFieldByKey } from '../targets/target-fields.ts';
import type { Entry, Layer } from './layer.ts';
import { parseYaml, type YamlText } from './structured-text.ts';
import { keyOf, pairsOf, plainValue, resolved, writtenNumber } from './yaml-nodes.ts';

interface Reading {
  readonly yaml: YamlText;
  readonly subject: string;
  readonly env: Host['env'];
  readonly originOf: (line: number) => Origin;
  readonly entries: Entry[];
  readonly targets: TargetEntry[];
  readonly problems: Problem[];
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

/** A number that is written as YAML would not write it is a text, where the schema takes that: a seed, a name. */
function writtenValue({ yaml: { document }, subject }: Reading, pair: Pair, schema: z.ZodType): unknown {
  const written = writtenNumber(resolved(document, pair.value));
  return written !== undefined && schema.safeParse(written).success
    ? written
    : plainValue(document, pair.value, subject);
}

/** The pair's value with its variables filled in; undefined where nothing is set or a variable is missing. */
function filledValue(reading: Reading, name: string, pair: Pair, schema: z.ZodType): unknown {
  const origin = originOf(reading, pair);
  const value = writtenValue(reading, pair, schema);
  if (value === null) return undefined;
  let isComplete = true;
  const raw = filledIn(value, reading.env, (variable) => {
    isComplete = false;
    reading.problems.push({
      code: 'missing-variable',
      subject: name,
      message: `${name} (${origin}) needs the environment variable ${variable}, which is not set.`,
      origin,
    });
  });
  return isComplete ? raw : undefined;
}

function unknownName(reading: Reading, name: string, pair: Pair, known: readonly string[]): void {
  const origin = originOf(reading, pair);
  const message = `${name} (${origin}) is not a setting.`;
  const key = name.slice(name.lastIndexOf('].') + 2);
  reading.problems.push({
    code: 'unknown-setting',
    subject: name,
    message,
    origin,
    ...closestHint(name.includes('].') ? key : name, known),
  });
}

function readSetting(reading: Reading, name: string, pair: Pair): void {
  const setting = settingByYamlPath(name);
  if (setting === undefined) {
    unknownName(reading, name, pair, YAML_PATHS);
    return;
  }
  const raw = filledValue(reading, name, pair, setting.schema);
  if (raw !== undefined) reading.entries.push({ setting, raw, origin: originOf(reading, pair), name });
}

/** The list of targets: each a mapping of what it has of its own. */
function readTargets(reading: Reading, list: Pair): void {
  const { document } = reading.yaml;
  const value = resolved(document, list.value);
  const items = isSeq(value) ? value.items.map((item) => resolved(document, item)) : undefined;
  if (items === undefined || !items.every(isMap)) {
    const origin = originOf(reading, list);
    const message = `targets (${origin}) must be a list of mappings, each with name and url.`;
    reading.problems.push({ code: 'wrong-type', subject: 'targets', message, origin });
    return;
  }
  items.forEach((item, i) => {
    for (const pair of pairsOf(document, item, reading.subject)) {
      const name = `targets[${i}].${keyOf(pair)}`;
      const field = targetFieldByKey(keyOf(pair));
      if (field === undefined) {
        unknownName(
          reading,
          name,
          pair,
          TARGET_FIELDS.map(({ key }) => key),
        );
        continue;
      }
      const raw = filledValue(reading, name, pair, field.schema);
      if (raw !== undefined) {
        reading.targets.push({ number: i + 1, field, raw, origin: originOf(reading, pair), name });
      }
    }
  });
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
        : { hint: `Settings are in groups: write ${inGroup}.` },
    );
    return;
  }
  const { document } = reading.yaml;
  const value = resolved(document, pair.value);
  if (isMap(value)) {
    for (const item of pairsOf(document, value, reading.subject)) {
      readSetting(reading, `${group}.${keyOf(item)}`, item);
    }
  } else if (!isScalar(value) || value.value !== null) {
    report('wrong-type', `${group} (${origin}) must be a mapping of settings.`, {});
  }
}

function settingByName(name: string): string | undefined {
  return YAML_PATHS.find((path) => path.endsWith(`.${name}`));
}

function readRoot(reading: Reading, pair: Pair): void {
  const key = keyOf(pair);
  if (settingByYamlPath(key)) readSetting(reading, key, pair);
  else if (key === 'targets') readTargets(reading, pair);
  else readGroup(reading, pair);
}

/** `subject` names the file in problems; `originOf` words where a value on a line came from. */
export function readYamlText(
  text: string,
  subject: string,
  env: Host['env'],
  originAt: (line: number) => Origin,
): Layer {
  const yaml = parseYaml(text, subject);
  const reading: Reading = { yaml, subject, env, originOf: originAt, entries: [], targets: [], problems: [] };
  const root = yaml.document.contents;
  if (isMap(root)) for (const pair of pairsOf(yaml.document, root, subject)) readRoot(reading, pair);
  else if (root !== null && !(isScalar(root) && root.value === null)) {
    const message = `${subject} must be a mapping of groups of settings.`;
    reading.problems.push({ code: 'wrong-type', subject, message });
  }
  const { entries, targets, problems } = reading;
  return { entries, targets, problems, warnings: [] };
}

/** What is derived from the table of settings for people and their editors. */
import * as z from 'zod';
import { TARGET_FIELDS, type TargetField } from '../targets/target-fields.ts';
import { GROUPS, type Group, SETTINGS_COMMANDS } from './setting.ts';
import { SETTINGS, type Setting, yamlPath } from './settings.ts';
import { envLine, valueText } from './value-text.ts';

function isGroup(name: string): name is Group {
  return Object.hasOwn(GROUPS, name);
}

const GROUP_NAMES = Object.keys(GROUPS).filter(isGroup);

function settingsOf(group: Group): Setting[] {
  return SETTINGS.filter((row) => row.group === group);
}

/** What there is to say besides name, default and bounds. */
function meaning(row: Setting): string {
  const only =
    row.commands.length === SETTINGS_COMMANDS.length ? '' : ` Only \`${row.commands.join('`, `')}\`.`;
  const older = row.aliases.length === 0 ? '' : ` Older name: \`${row.aliases.join('`, `')}\`.`;
  return `${row.description}${only}${older}`;
}

function allowedWithUnit(row: Setting): string {
  return row.unit === undefined ? row.allowed : `${row.allowed} (${row.unit})`;
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function markdownRow(row: Setting): string {
  const initial = valueText(row.default);
  const cells = [
    `\`${row.env}\``,
    row.flag === undefined ? '–' : `\`${row.flag}\``,
    `\`${yamlPath(row)}\``,
    initial === '' ? '–' : `\`${initial}\``,
    allowedWithUnit(row),
    meaning(row),
  ];
  return tableRow(cells);
}

/** What each of several targets may have of its own, as the second of them has it in the environment. */
function targetsMarkdown(): string {
  const rows = TARGET_FIELDS.map(({ key, env, allowed, description }) =>
    tableRow([`\`${env}_2\``, `\`targets[].${key}\``, allowed, description]),
  );
  const head = ['| Variable | YAML | Allowed | Meaning |', '|---|---|---|---|'];
  return ['### Several targets', '', ...head, ...rows, ''].join('\n');
}

/** One table for each group. */
export function settingsMarkdown(): string {
  const sections = GROUP_NAMES.map((group) => {
    const head = ['| Variable | Flag | YAML | Default | Allowed | Meaning |', '|---|---|---|---|---|---|'];
    return [`### ${GROUPS[group]}`, '', ...head, ...settingsOf(group).map(markdownRow), ''].join('\n');
  });
  return [...sections, targetsMarkdown()].join('\n');
}

/** Matches a text with an environment variable in it, which may stand for any value. */
const VARIABLE = { type: 'string', pattern: '\\$\\{\\w+\\}' };

/** The schema of a value without its default. */
export function plainValueSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema, default: _, ...own } = z.toJSONSchema(schema, { io: 'output' });
  return own;
}

/** The same, or of a variable that stands for the value. */
function valueSchema(schema: z.ZodType): Record<string, unknown> {
  const own = plainValueSchema(schema);
  const isText = [own.type].flat().includes('string') && own.enum === undefined && own.pattern === undefined;
  return isText ? own : { anyOf: [own, VARIABLE] };
}

function propertyOf(row: Setting): Record<string, unknown> {
  return {
    description: `${row.description} Allowed: ${allowedWithUnit(row)}.`,
    ...(row.default === undefined ? {} : { default: row.default }),
    ...valueSchema(row.schema),
  };
}

/** Without a default: where a target has no value of its own, the one of all targets counts. */
function targetProperty({ schema, description, allowed }: TargetField): Record<string, unknown> {
  return { description: `${description} Allowed: ${allowed}.`, ...valueSchema(schema) };
}

function propertiesOf(rows: readonly Setting[]): Record<string, unknown> {
  return Object.fromEntries(rows.map((row) => [row.yamlKey, propertyOf(row)]));
}

/** Keys that only hold what others refer to. */
const ANCHORS = { '^x-': {} };

/** JSON Schema (draft 2020-12) of a YAML configuration file. */
export function settingsJsonSchema(): Record<string, unknown> {
  const groups = GROUP_NAMES.map((group) => [
    group,
    {
      type: 'object',
      description: `${GROUPS[group]}.`,
      additionalProperties: false,
      patternProperties: ANCHORS,
      properties: propertiesOf(settingsOf(group).filter(({ isYamlRoot }) => !isYamlRoot)),
    },
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'trafficinator settings',
    type: 'object',
    additionalProperties: false,
    patternProperties: ANCHORS,
    properties: {
      ...Object.fromEntries(groups),
      ...propertiesOf(SETTINGS.filter(({ isYamlRoot }) => isYamlRoot)),
      targets: {
        type: 'array',
        description: 'Several targets, each with its own settings.',
        minItems: 1,
        items: {
          type: 'object',
          additionalProperties: false,
          patternProperties: ANCHORS,
          properties: Object.fromEntries(TARGET_FIELDS.map((field) => [field.key, targetProperty(field)])),
        },
      },
    },
  };
}

/** A .env file with every setting: those with a default stand behind a `#`, so that presets keep their say. */
export function settingsEnvTemplate(): string {
  const sections = GROUP_NAMES.map((group) => {
    const rows = settingsOf(group).map((row) => {
      const line = envLine(row.env, row.default);
      return `# ${meaning(row)}\n# Allowed: ${allowedWithUnit(row)}.\n${row.key === 'matomoUrl' ? '' : '#'}${line}\n`;
    });
    return `# --- ${GROUPS[group]} ---\n\n${rows.join('\n')}`;
  });
  return `# Settings of trafficinator. Remove the # at the start of a line to set it.\n\n${sections.join('\n')}`;
}

/** What is derived from the table of settings for people and their editors. */
import * as z from 'zod';
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
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** One table for each group. */
export function settingsMarkdown(): string {
  const sections = GROUP_NAMES.map((group) => {
    const head = ['| Variable | Flag | YAML | Default | Allowed | Meaning |', '|---|---|---|---|---|---|'];
    return [`### ${GROUPS[group]}`, '', ...head, ...settingsOf(group).map(markdownRow), ''].join('\n');
  });
  return sections.join('\n');
}

/** Matches a text with an environment variable in it, which may stand for any value. */
const VARIABLE = { type: 'string', pattern: '\\$\\{\\w+\\}' };

function propertyOf(row: Setting): Record<string, unknown> {
  const { $schema, default: initial, ...schema } = z.toJSONSchema(row.schema, { io: 'output' });
  const isText =
    [schema.type].flat().includes('string') && schema.enum === undefined && schema.pattern === undefined;
  return {
    description: `${row.description} Allowed: ${allowedWithUnit(row)}.`,
    ...(initial === undefined ? {} : { default: initial }),
    ...(isText ? schema : { anyOf: [schema, VARIABLE] }),
  };
}

/** JSON Schema (draft 2020-12) of a YAML configuration file. */
export function settingsJsonSchema(): Record<string, unknown> {
  const groups = GROUP_NAMES.map((group) => [
    group,
    {
      type: 'object',
      description: `${GROUPS[group]}.`,
      additionalProperties: false,
      properties: Object.fromEntries(settingsOf(group).map((row) => [row.yamlKey, propertyOf(row)])),
    },
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'trafficinator settings',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(groups),
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
  return `# Settings of trafficinator. Take the # away from a line to set it.\n\n${sections.join('\n')}`;
}

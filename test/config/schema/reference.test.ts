import { describe, expect, it } from 'vitest';
import {
  settingsEnvTemplate,
  settingsJsonSchema,
  settingsMarkdown,
} from '../../../src/config/schema/reference.ts';
import { SETTINGS, settingOf } from '../../../src/config/schema/settings.ts';
import { readEnvText } from '../../../src/config/sources/env-file.ts';
import { TARGET_FIELDS } from '../../../src/config/targets/target-fields.ts';

describe('settingsEnvTemplate', () => {
  const template = settingsEnvTemplate();

  it('sets nothing as it stands', () => {
    expect(readEnvText(template, 'template', () => '')).toEqual({
      entries: [],
      targets: [],
      problems: [],
      warnings: [],
    });
  });

  it('gives the defaults back when every line is taken into use', () => {
    const used = template.replace(/^#(?=[A-Z])/gm, '');
    const { entries, problems } = readEnvText(used, 'template', () => '');
    expect(problems).toEqual([]);
    const values = new Map(entries.map(({ setting, raw }) => [setting.key, setting.schema.parse(raw)]));
    for (const row of SETTINGS) {
      const isEmpty = row.default === undefined || (Array.isArray(row.default) && row.default.length === 0);
      expect(values.get(row.key), row.env).toEqual(isEmpty ? undefined : row.default);
      expect(used).toMatch(new RegExp(`^${row.env}=`, 'm'));
    }
  });
});

describe('settingsMarkdown', () => {
  const [settings = '', targets = ''] = settingsMarkdown().split('### Several targets');
  const rowsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('| `'));
  const cellsOf = (row: string) => row.split(/(?<!\\)\|/).slice(1, -1);

  it('has one row for each setting, of as many cells as the head', () => {
    const rows = rowsOf(settings);
    expect(rows.map((row) => /`(\w+)`/.exec(row)?.[1])).toEqual(SETTINGS.map(({ env }) => env));
    for (const row of rows) expect(cellsOf(row)).toHaveLength(6);
  });

  it('has one row for what each of several targets may have of its own', () => {
    const rows = rowsOf(targets);
    expect(rows.map((row) => cellsOf(row)[1])).toEqual(
      TARGET_FIELDS.map(({ key }) => ` \`targets[].${key}\` `),
    );
    for (const row of rows) expect(cellsOf(row)).toHaveLength(4);
  });

  it('tells older names, bounds and commands', () => {
    const row = settingsMarkdown()
      .split('\n')
      .find((line) => line.includes('`MAX_VISITS_PER_DAY`'));
    expect(row).toMatch(/`--daily-cap`.*from 0 to 10,000,000 \(visits\).*Only `run`.*`MAX_TOTAL_VISITS`/);
  });
});

describe('settingsJsonSchema', () => {
  it('is strict and has every setting in its group', () => {
    const schema = settingsJsonSchema();
    expect(schema).toMatchObject({
      $schema: expect.stringContaining('2020-12'),
      additionalProperties: false,
    });
    for (const { group, yamlKey, description, isYamlRoot } of SETTINGS) {
      if (isYamlRoot) {
        expect(schema).toHaveProperty(
          ['properties', yamlKey, 'description'],
          expect.stringContaining(description),
        );
        continue;
      }
      expect(schema).toHaveProperty(
        ['properties', group, 'properties', yamlKey, 'description'],
        expect.stringContaining(description),
      );
      expect(schema).toHaveProperty(['properties', group, 'additionalProperties'], false);
    }
  });

  it('lets an editor pass what only holds anchors, and headers as a list', () => {
    const schema = settingsJsonSchema();
    for (const path of [[], ['properties', 'volume'], ['properties', 'targets', 'items']]) {
      expect(schema).toHaveProperty([...path, 'patternProperties'], { '^x-': {} });
    }
    expect(schema).toHaveProperty(
      ['properties', 'matomo', 'properties', 'headers', 'type'],
      ['string', 'array'],
    );
  });

  it('lets an editor offer a number as seed', () => {
    expect(settingsJsonSchema()).toHaveProperty(
      ['properties', 'volume', 'properties', 'seed', 'type'],
      ['string', 'integer'],
    );
  });

  it('takes declared events as a list of texts, or one text', () => {
    const schema = settingsJsonSchema();
    const path = ['properties', 'volume', 'properties', 'declaredEvents'];
    expect(schema).toHaveProperty([...path, 'default'], []);
    expect(schema).toHaveProperty(
      [...path, 'anyOf', '0'],
      expect.objectContaining({
        type: 'array',
        items: { type: 'string', examples: expect.arrayContaining([expect.stringMatching(/^spike /)]) },
      }),
    );
    expect(schema).toHaveProperty([...path, 'anyOf', '1', 'type'], 'string');
  });

  it('carries the bounds and defaults of the table', () => {
    const { group, yamlKey } = settingOf('concurrency');
    expect(settingsJsonSchema()).toHaveProperty(['properties', group, 'properties', yamlKey], {
      description: expect.any(String),
      default: 50,
      anyOf: [{ type: 'integer', minimum: 1, maximum: 500 }, expect.objectContaining({ type: 'string' })],
    });
  });
});

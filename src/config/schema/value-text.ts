/** Values of settings written down: as .env text, as YAML, and for people. */
import { type Document, parseDocument } from 'yaml';
import type { Entry } from '../sources/layer.ts';
import { GROUPS } from './setting.ts';
import { type Setting, yamlPath } from './settings.ts';

/** As an environment variable would hold it; empty where nothing is set. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (!Array.isArray(value)) return String(value);
  return value.join(value.some((item) => typeof item === 'string') ? '; ' : ',');
}

/** `visits`, but for one of them `visit`. */
function unitFor(value: unknown, unit: string): string {
  return value === 1 && /^\w+s$/.test(unit) ? unit.replace(/ies$/, 'ys').slice(0, -1) : unit;
}

/** The value as people read it, with its unit, which may be the currency in force; a secret is masked. */
export function shownValue(row: Setting, value: unknown, currency = ''): string {
  const text = valueText(value);
  if (text === '') return '–';
  if (row.secret) return '***';
  if (row.unit === undefined) return text;
  const unit = row.unit === 'currency' ? currency : unitFor(value, row.unit);
  return `${text} ${Array.isArray(value) && row.unit !== 'currency' ? '' : unit}`.trim();
}

/** `NAME=value`, quoted where a .env file needs it. */
export function envLine(name: string, value: unknown): string {
  const text = valueText(value);
  if (!/[#'"`\n\r\\]|^\s|\s$/.test(text)) return `${name}=${text}`;
  const quote = ["'", '`', '"'].find((mark) => !text.includes(mark)) ?? "'";
  return `${name}=${quote}${text}${quote}`;
}

/** The value that a source's raw one stands for; a raw one that is wrong stays as it is. */
export function parsedValue({ setting, raw }: Entry): unknown {
  const parsed = setting.schema.safeParse(raw);
  return parsed.success ? parsed.data : raw;
}

export function envText(entries: readonly Entry[]): string {
  return entries.map((entry) => `${envLine(entry.setting.env, parsedValue(entry))}\n`).join('');
}

/** Grouped YAML, as `--config` and presets take it. */
export function yamlText(entries: readonly Entry[]): string {
  const document: Document = parseDocument('');
  const groups = Object.keys(GROUPS);
  const inOrder = [...entries].sort(
    (a, b) => groups.indexOf(a.setting.group) - groups.indexOf(b.setting.group),
  );
  for (const entry of inOrder) document.setIn(yamlPath(entry.setting).split('.'), parsedValue(entry));
  return entries.length === 0 ? '' : document.toString({ lineWidth: 110 });
}

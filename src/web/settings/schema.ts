/** The table of settings as the service describes it: names, groups, bounds, units and help. Fetched once. */
import { signal } from '@preact/signals';
import { call } from '../api/client.ts';
import type { Calls } from '../api/schema.ts';

type Table = Calls['/api/v2/settings/schema']['get']['answer'];
export type SettingInfo = Table['settings'][number];

export const table = signal<Table | undefined>(undefined);

let loading: Promise<void> | undefined;

/** @throws Problem or TypeError where the service does not answer */
export function loadTable(): Promise<void> {
  loading ??= call('get', '/api/v2/settings/schema').then(
    ({ data }) => {
      table.value = data;
    },
    (error) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

interface Facts {
  readonly kind: 'switch' | 'choice' | 'number' | 'text' | 'list';
  readonly choices: readonly string[];
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly isWhole: boolean;
}

/** What kind of field the setting needs, told from the JSON Schema of its value. */
export function factsOf({ schema }: SettingInfo): Facts {
  const {
    type,
    enum: choices,
    minimum,
    maximum,
  } = schema as {
    readonly type?: string | readonly string[];
    readonly enum?: readonly unknown[];
    readonly minimum?: number;
    readonly maximum?: number;
  };
  const types = Array.isArray(type) ? type : [type];
  const facts = {
    choices: (choices ?? []).map(String),
    minimum,
    maximum,
    isWhole: types.includes('integer'),
  };
  if (choices !== undefined) return { ...facts, kind: 'choice' };
  if (types.includes('boolean')) return { ...facts, kind: 'switch' };
  if (types.includes('array')) return { ...facts, kind: 'list' };
  if (types.includes('integer') || types.includes('number')) return { ...facts, kind: 'number' };
  return { ...facts, kind: 'text' };
}

/** `PAGEVIEWS_MIN` becomes `Pageviews min`. */
export function labelOf({ env }: SettingInfo): string {
  const words = env
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/^(matomo|backfill|ecommerce) /, '')
    .replace(/^token auth\b/, 'token');
  const text = words.replace(
    /\b(url|id|rps|api|pvs)\b/g,
    (word) => ({ pvs: 'pageviews' })[word] ?? word.toUpperCase(),
  );
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** As a field shows it. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** While it is typed, `htt` is a beginning. */
function addressProblem(text: string): string | undefined {
  const typed = text.trim().toLowerCase();
  const isBegun = ['https://', 'http://'].some((start) => start.startsWith(typed) || typed.startsWith(start));
  return isBegun ? undefined : 'Begin with https:// or http://.';
}

/** What is wrong with the text, as far as the bounds tell; the service has the last word. */
export function problemOf(info: SettingInfo, text: string): string | undefined {
  const { kind, minimum, maximum, isWhole } = factsOf(info);
  if (/^MATOMO_(API_)?URL/.test(info.env)) return addressProblem(text);
  if (text.trim() === '' || kind !== 'number') return undefined;
  const value = Number(text);
  const isWrong =
    !Number.isFinite(value) ||
    (isWhole && !Number.isInteger(value)) ||
    (minimum !== undefined && value < minimum) ||
    (maximum !== undefined && value > maximum);
  return isWrong ? `Must be ${info.allowed}.` : undefined;
}

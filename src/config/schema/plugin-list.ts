/** Plugins as people write them: `./webinar.mjs`, or with options `acme {"share":0.1}`; in YAML also as a mapping. */

import { isAbsolute, join } from 'node:path';

/** A plugin as the settings name it. */
export interface PluginEntry {
  /** A path or the name of a package. */
  readonly use: string;
  readonly options: Readonly<Record<string, unknown>>;
}

type Parsed = { readonly entry: PluginEntry } | { readonly reason: string };

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `reason` says what is wrong with the text. */
export function parsePluginEntry(text: string): Parsed {
  const [, use = '', json] = /^([^{]*?)\s*(\{.*)?$/s.exec(text.trim()) ?? [];
  if (use === '') return { reason: 'it names no plugin' };
  if (json === undefined) return { entry: { use, options: {} } };
  try {
    const options: unknown = JSON.parse(json);
    if (isMapping(options)) return { entry: { use, options } };
  } catch {
    // Said below.
  }
  return { reason: `its options must be a JSON object, such as ${use} {"share": 0.1}` };
}

export function pluginEntryText({ use, options }: PluginEntry): string {
  return Object.keys(options).length === 0 ? use : `${use} ${JSON.stringify(options)}`;
}

/** Entries of valid texts. */
export function pluginEntriesOf(texts: readonly string[]): PluginEntry[] {
  return texts.flatMap((text) => {
    const parsed = parsePluginEntry(text);
    return 'entry' in parsed ? parsed.entry : [];
  });
}

/** Splits at every `;` or `,` outside of JSON. */
function splitText(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isQuoted) {
      if (character === '\\') i++;
      else if (character === '"') isQuoted = false;
    } else if (character === '"' && depth > 0) isQuoted = true;
    else if (character === '{') depth++;
    else if (character === '}') depth--;
    else if ((character === ';' || character === ',') && depth <= 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

/** The texts of the setting: a list of texts and of mappings with `use` and `options`, or one text with `;` or `,` in between. */
export function splitPlugins(raw: unknown): unknown {
  if (typeof raw === 'string') return splitText(raw);
  if (Array.isArray(raw)) return raw.flatMap(splitPlugins);
  if (!isMapping(raw)) return raw;
  const { use, options = {}, ...others } = raw;
  const isRight = typeof use === 'string' && isMapping(options) && Object.keys(others).length === 0;
  return isRight ? pluginEntryText({ use, options }) : raw;
}

/** A path, and not the name of a package. */
export function isPluginPath(use: string): boolean {
  return isAbsolute(use) || /^\.{1,2}([\\/]|$)/.test(use) || /\.[cm]?js$/.test(use);
}

/** The text with a relative path that counts from the folder; anything else stays. */
export function pluginBeside(text: unknown, folder: string): unknown {
  if (typeof text !== 'string' || folder === '.') return text;
  const parsed = parsePluginEntry(text);
  if (!('entry' in parsed) || !isPluginPath(parsed.entry.use) || isAbsolute(parsed.entry.use)) return text;
  const path = join(folder, parsed.entry.use);
  return pluginEntryText({ ...parsed.entry, use: isAbsolute(path) ? path : `./${path}` });
}

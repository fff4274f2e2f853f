/** Sentences of the service, which are those of the command line, in the words of the page. */
import { labelOf, table } from './schema.ts';

/** What a person does at the terminal, and not here. */
const OF_THE_TERMINAL: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/; press Ctrl-C again to quit immediately/g, ''],
  [/; send SIGUSR1 again to continue/g, ''],
  [/Stop it with Ctrl-C, or set/g, 'Stop it under Overview, or set'],
  [/ To try without a Matomo, use --sink\./g, ''],
];

/** `MAX_VISITS` and `--max-visits` become “Max visits”: what the field is called here. */
export function inPageWords(text: string): string {
  const settings = table.value?.settings ?? [];
  const labels = new Map(
    settings.flatMap((row) => {
      const label = `“${labelOf(row)}”`;
      return [[row.env, label] as const, ...(row.flag === null ? [] : [[row.flag, label] as const])];
    }),
  );
  return OF_THE_TERMINAL.reduce((all, [pattern, words]) => all.replace(pattern, words), text)
    .replace(/\b([A-Z][A-Z_]+)=(\S+) \(--[a-z-]+ \2\)/g, '$1 to $2')
    .replace(/\b([A-Z][A-Z_]+) or \1_FILE\b/g, '$1')
    .replace(/ \(--[a-z-]+\)/g, '')
    .replace(/--[a-z][a-z-]+|\b[A-Z]{3,}(?:_[A-Z0-9]+)*\b/g, (name) => labels.get(name) ?? name);
}

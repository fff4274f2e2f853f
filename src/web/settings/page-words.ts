/** Sentences of the service, which are those of the command line, in the words of the page. */
import { labelOf, loadTable, table } from './schema.ts';

/** Buttons of the page. */
const RESUME = '“Resume where it stopped”';
const AGAIN = '“Send days again that were sent before”';

/** What a person does at the terminal, and not here. */
const OF_THE_TERMINAL: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/; press Ctrl-C again to quit immediately/g, ''],
  [/; send SIGUSR1 again to continue/g, ''],
  [/Stop it with Ctrl-C, or set/g, 'Stop it under Overview, or set'],
  [/ --for,/g, ''],
  [/ To try without a Matomo, use --sink\./g, ''],
  [/Run it again with --resume: it sends/g, `${RESUME} sends`],
  [/Continue: trafficinator backfill .+/g, `${RESUME} continues it.`],
  [/--resume \d+ --again\b|--again\b(?!-)/g, AGAIN],
  [/(?<!trafficinator backfill )--resume\b(?: \d+)?/g, RESUME],
  [/ To send only the days that are missing, use --existing skip\./g, ''],
  [/`trafficinator history` shows/g, 'Runs shows'],
];

/** Names a setting as the terminal does. */
const NAMES = /--[a-z]|\b[A-Z]{3,}_/;

/**
 * `MAX_VISITS` and `--max-visits` become “Max visits”: what the field is called here. A place without fields has not fetched
 * their table: it is, once a sentence names one, and the sentence is shown again.
 */
export function inPageWords(text: string): string {
  // Away: the names stay as they are.
  if (table.value === undefined && NAMES.test(text)) void loadTable().catch(() => {});
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

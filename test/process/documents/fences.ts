/** The code blocks of a document. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Fence {
  readonly language: string;
  readonly text: string;
  /** Of its first line of text. */
  readonly line: number;
}

export function fencesOf(document: string): Fence[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: language = '', 2: block = '', index }) => ({
      language,
      text: block,
      line: text.slice(0, index).split('\n').length + 1,
    }),
  );
}

/** Files that the document shows: blocks whose first line is a comment with the file's name. */
export function filesOf(fences: readonly Fence[]): { readonly name: string; readonly text: string }[] {
  return fences.flatMap(({ text }) => {
    const [, name] = /^# ([\w./-]+\.\w+)\n/.exec(text) ?? [];
    return name === undefined ? [] : [{ name, text }];
  });
}

/** Flags of the command in the document's blocks and in code within its text. */
export function flagsNamedIn(document: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const lines = fencesOf(document).flatMap((fence) => fence.text.replaceAll('\\\n', ' ').split('\n'));
  const own = lines
    .filter((line) => line.includes('trafficinator '))
    .map((line) => line.replace(/ [|#] .*/, ''));
  const inline = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) =>
    // Another program has flags of its own.
    /^npx (?!trafficinator)/.test(code) ? [] : code,
  );
  return [...own, ...inline].flatMap((code) => code.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? []);
}

/** What a shell, cron or a pipeline would run. */
export function commandsOf({ language, text }: Fence): string[] {
  if (language === 'sh') return [text];
  if (language === 'crontab')
    return text
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^(\S+ ){5}/, ''));
  if (language === 'yaml') return [...text.matchAll(/^ *- run: (.*)$/gm)].map(([, command = '']) => command);
  return [];
}

/** Text on a terminal, broken at blanks: a terminal itself breaks in the middle of a word. */
import type { Output } from '../../host.ts';

/**
 * The text as it is where there is no terminal, for what reads it there wants whole lines, and where it has lines of
 * its own.
 * @param start columns before the first line
 * @param indent columns before the others
 */
export function wrapped({ isTty, columns }: Output, text: string, start: number, indent: number): string {
  if (!isTty || text.includes('\n')) return text;
  let at = start;
  let result = '';
  for (const word of text.split(/(?<= )/)) {
    if (at > indent && at + word.trimEnd().length > columns) {
      result = `${result.trimEnd()}\n${' '.repeat(indent)}`;
      at = indent;
    }
    result += word;
    at += word.length;
  }
  return result;
}

/** Help within the width of the terminal: a terminal itself breaks lines in the middle of a word. */

/** No line is longer, however wide the terminal is: nobody reads such lines. */
const MOST_WIDTH = 110;
const CONTINUATION = '  ';

export function readableWidth(columns: number | undefined): number {
  return Math.min(MOST_WIDTH, columns ?? 80);
}

/** The words in lines that leave room for the indent, which stands before all but the first of them. */
export function wrapWords(words: readonly string[], width: number, indent: number, ending = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const room = width - indent - ending.length;
    if (line !== '' && line.length + word.length + 1 > room) {
      lines.push(`${line}${ending}`);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}

/** A word, or a flag with its value; what stands in quotes belongs together. */
const WITH_VALUE = /--?[\w-]+ (?!-|[|>&])(?:[^\s']|'[^']*')+|(?:[^\s']|'[^']*')+/g;

/** A command stays one that a shell takes: a backslash ends its lines. */
function fittedCommand(line: string, width: number): string {
  const [, start = '', text = ''] = /^(\s*\$ )(.*)$/.exec(line) ?? [];
  const words = text.match(WITH_VALUE) ?? [];
  const indent = start.length + CONTINUATION.length;
  return `${start}${wrapWords(words, width, indent, ' \\').trimStart()}`;
}

/** Lines below the first stand where the text stands: behind a number, a name or the blanks at the beginning. */
function fittedProse(line: string, width: number): string {
  const start = /^\s*(?:\S+(?: \S+)*\s{2,}|\d+\. )?/.exec(line)?.[0] ?? '';
  const indent = Math.min(start.length, width / 2);
  return `${start}${wrapWords(line.slice(start.length).split(/\s+/), width, indent)}`;
}

function fittedLine(line: string, width: number): string {
  if (line.length <= width) return line;
  return /^\s*\$ /.test(line) ? fittedCommand(line, width) : fittedProse(line, width);
}

/** True: the line goes on in the next one, as sentences at the left edge do. */
function isOpen(line: string | undefined): boolean {
  return line !== undefined && /^\S/.test(line) && !/[:.]$/.test(line);
}

/** The text as it was written, with the lines that are too long broken at blanks. */
export function fitHelp(text: string, columns: number | undefined): string {
  const width = readableWidth(columns);
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const last = lines.at(-1);
    if (last?.endsWith(' \\')) lines[lines.length - 1] = `${last.slice(0, -2)} ${line.trim()}`;
    else if (isOpen(last) && /^\S/.test(line)) lines[lines.length - 1] = `${last} ${line}`;
    else lines.push(line);
  }
  return lines.map((line) => fittedLine(line, width)).join('\n');
}

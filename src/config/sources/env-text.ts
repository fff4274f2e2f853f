/** Cuts .env text into assignments; a line of which dotenv would lose or change a part is a problem instead. */
import type { Problem } from '../../errors.ts';

export interface Assignment {
  readonly name: string;
  /** Where it begins, from 1. */
  readonly line: number;
  /** All of its lines, as dotenv reads them. */
  readonly text: string;
}

interface Reading {
  readonly assignments: readonly Assignment[];
  readonly problems: readonly Problem[];
}

const START = /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:(?=\s))(.*)$/;
const BLANK_OR_COMMENT = /^\s*(#.*)?$/;

interface Fault {
  readonly code: string;
  /** What follows the name and the line. */
  readonly what: string;
  readonly hint: string;
}

const NEVER_CLOSED: Fault = {
  code: 'unclosed-quote',
  what: 'starts with a quote that is not closed',
  hint: 'Add a quote at the end of the value, or remove it.',
};
const QUOTE_INSIDE: Fault = {
  code: 'quote-in-quotes',
  what: 'contains the kind of quote that it is enclosed in',
  hint: 'Enclose the value in quotes that it does not contain: \'…\', "…" or `…`.',
};
const TEXT_BEHIND: Fault = {
  code: 'text-behind-quote',
  what: 'has text after its closing quote',
  hint: 'Put the whole value in quotes, and a # before a comment.',
};
const HASH: Fault = {
  code: 'hash-in-value',
  what: 'has a # in a value without quotes, which could be a part of the value or a comment',
  hint: "To keep the #, put the value in quotes ('…'). To start a comment, put a space before the #.",
};

/** The index behind the last line of a value, or what is wrong with it. */
type End = number | Fault;

/** @param index of the line on which the value, `first`, begins with the quote */
function quotedEnd(lines: readonly string[], index: number, first: string, quote: string): End {
  for (let at = index; at < lines.length; at += 1) {
    const line = at === index ? first.replace(quote, '') : (lines[at] ?? '');
    const close = line.indexOf(quote);
    if (close === -1) continue;
    if (BLANK_OR_COMMENT.test(line.slice(close + 1))) return at + 1;
    return line[close - 1] === '\\' ? QUOTE_INSIDE : TEXT_BEHIND;
  }
  return NEVER_CLOSED;
}

function valueEnd(lines: readonly string[], index: number, first: string): End {
  const quote = /^\s*(['"`])/.exec(first)?.[1];
  if (quote !== undefined) return quotedEnd(lines, index, first, quote);
  return /^[^#]*\S#|^#/.test(first) ? HASH : index + 1;
}

type Line = Pick<Assignment, 'name' | 'line'>;

/** Names that stand on a line that cannot be read and on another one: both are told at once. */
function namedTwice(unread: readonly Line[], assignments: readonly Line[], subject: string): Problem[] {
  return unread.flatMap(({ name, line }) => {
    const other = assignments.find((assignment) => assignment.name === name);
    if (other === undefined) return [];
    const message = `${subject} lines ${Math.min(line, other.line)} and ${Math.max(line, other.line)} both set ${name}.`;
    return [{ code: 'set-twice', subject, message, hint: 'Keep one of the two lines.' }];
  });
}

/** `subject` names the file in problems, which never show a value: it may be a secret. */
export function splitEnvText(text: string, subject: string): Reading {
  const lines = text.split(/\r\n?|\n/);
  const assignments: Assignment[] = [];
  const problems: Problem[] = [];
  const unread: Line[] = [];
  for (let index = 0; index < lines.length; ) {
    const content = lines[index] ?? '';
    const line = index + 1;
    const [, name, value = ''] = START.exec(content) ?? [];
    if (name === undefined) {
      if (!BLANK_OR_COMMENT.test(content)) {
        const message = `${subject} line ${line} must be KEY=value, a comment or empty.`;
        problems.push({ code: 'syntax', subject, message });
      }
      index += 1;
      continue;
    }
    const end = valueEnd(lines, index, value);
    if (typeof end === 'number') {
      assignments.push({ name, line, text: lines.slice(index, end).join('\n') });
      index = end;
    } else {
      const message = `${subject} line ${line}: ${name} ${end.what}.`;
      problems.push({ code: end.code, subject, message, hint: end.hint });
      unread.push({ name, line });
      index += 1;
    }
  }
  return { assignments, problems: [...problems, ...namedTwice(unread, assignments, subject)] };
}

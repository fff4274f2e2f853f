/** Where in a text a finding of the service is: it names a line, a position, or the entry of a JSON file. */
import { parser } from '@lezer/json';
import type { Finding } from '../editor/code-editor.tsx';

interface Range {
  readonly from: number;
  readonly to: number;
}

type Node = ReturnType<typeof parser.parse>['topNode'];

function lineRange(text: string, line: number): Range {
  let from = 0;
  for (let i = 1; i < line; i++) {
    const end = text.indexOf('\n', from);
    if (end < 0) break;
    from = end + 1;
  }
  const end = text.indexOf('\n', from);
  return { from, to: end < 0 ? text.length : end };
}

/** The value of a name in an object, or of an entry in an array, which are counted from 1. */
function child(node: Node, part: string, text: string): Node | undefined {
  const entry = Number(/^entry (\d+)$/.exec(part)?.[1]);
  const values = node.getChildren('⚠').length > 0 ? [] : childrenOf(node);
  if (node.name === 'Array') return values[entry - 1];
  const property = values.find(
    (one) => one.name === 'Property' && text.slice(one.from + 1, (one.firstChild?.to ?? one.to) - 1) === part,
  );
  return property?.lastChild ?? undefined;
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (let one = node.firstChild; one; one = one.nextSibling)
    if (!/^[[\]{},:]$/.test(one.name)) children.push(one);
  return children;
}

/** `events, click_events, entry 1, action must be …`: as far as the text has the parts. */
function entryRange(text: string, message: string): Range | undefined {
  const [, ...parts] = message.split(', ');
  let node: Node | undefined = parser.parse(text).topNode.firstChild ?? undefined;
  if (parts.length === 0 || !node) return undefined;
  for (const part of parts) {
    const name = /^(entry \d+|\w+)/.exec(part)?.[1] ?? part;
    const next: Node | undefined = child(node, name, text);
    if (!next) break;
    node = next;
  }
  return { from: node.from, to: Math.max(node.from + 1, Math.min(node.to, lineEnd(text, node.from))) };
}

/** An entry of several lines is marked where it begins. */
const lineEnd = (text: string, from: number) => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};

export function placeOf(text: string, message: string): Range | undefined {
  const line = Number(/^Line (\d+)/.exec(message)?.[1]);
  if (line > 0) return lineRange(text, line);
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) {
    const from = Math.min(Number(position), Math.max(0, text.length - 1));
    return { from, to: from + 1 };
  }
  return message.startsWith('events, ') ? entryRange(text, message) : undefined;
}

/** The message with its line in front, where that is known. */
export function withLine(text: string, message: string): string {
  const place = message.startsWith('Line ') ? undefined : placeOf(text, message);
  if (!place) return message;
  const line = text.slice(0, place.from).split('\n').length;
  return `Line ${line}: ${message.replace(/ (in JSON )?at position \d+$/, '')}`;
}

/** Those whose place is known; the others stand in the list below the text. */
export function findingsIn(
  text: string,
  errors: readonly string[],
  warnings: readonly string[],
): readonly Finding[] {
  const found = (messages: readonly string[], isError: boolean) =>
    messages.flatMap((message) => {
      const range = placeOf(text, message);
      return range ? [{ ...range, isError, message: message.replace(/^Line \d+: /, '') }] : [];
    });
  return [...found(errors, true), ...found(warnings, false)];
}

/** JSON text of a user's file: what is wrong with it is told with its line and column, and no key may come twice. */
import { type ObjectNode, parse, type ValueNode } from '@humanwhocodes/momoa';
import { type Problem, SettingsError } from '../../errors.ts';

interface Place {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

function placeOf(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, offset };
}

/** The runtime tells the position of some mistakes only. */
function firstMistake(text: string, { message }: Error): Place {
  const told = /at position (\d+)/.exec(message)?.[1];
  if (told !== undefined) return placeOf(text, Number(told));
  try {
    parse(text, { mode: 'json' });
  } catch (error) {
    if (!(error instanceof Error && 'offset' in error && typeof error.offset === 'number')) throw error;
    if (!/end of input/.test(error.message)) return placeOf(text, error.offset);
  }
  return placeOf(text, text.trimEnd().length);
}

function syntaxProblem(text: string, subject: string, error: Error): Problem {
  const found = firstMistake(text, error);
  const before = text.slice(0, found.offset).trimEnd();
  const next = text.slice(found.offset).trimStart();
  const problem = ({ line, column }: Place, what: string): Problem => ({
    code: 'syntax',
    subject,
    message: `${subject} line ${line}, column ${column}: ${what}.`,
  });
  if (next === '') return problem(found, 'the text ends before the JSON does');
  if (before.endsWith(',') && /^[\]}]/.test(next))
    return problem(placeOf(text, before.length - 1), `nothing follows this comma before the ${next[0]}`);
  return problem(found, `${JSON.stringify(next[0])} cannot stand here in JSON`);
}

function repeatedIn({ members }: ObjectNode, subject: string): Problem[] {
  const lines = new Map<string, number>();
  return members.flatMap(({ name }) => {
    const key = name.type === 'String' ? name.value : name.name;
    const { line, column } = name.loc.start;
    const first = lines.get(key);
    if (first === undefined) lines.set(key, line);
    const where = `${subject} line ${line}, column ${column}`;
    const message = `${where}: the key ${JSON.stringify(key)} stands in line ${first} already.`;
    return first === undefined ? [] : [{ code: 'repeated-key', subject, message }];
  });
}

function repeatedKeys(node: ValueNode, subject: string): Problem[] {
  if (node.type === 'Array') return node.elements.flatMap(({ value }) => repeatedKeys(value, subject));
  if (node.type !== 'Object') return [];
  const inside = node.members.flatMap(({ value }) => repeatedKeys(value, subject));
  return [...repeatedIn(node, subject), ...inside];
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, part) => sum + keysIn(part), own);
}

/** @throws SettingsError */
export function readJson(text: string, subject: string): unknown {
  if (text.trim() === '') {
    const message = `${subject} is empty, but must be JSON.`;
    throw new SettingsError([{ code: 'empty-file', subject, message }]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SettingsError([syntaxProblem(text, subject, error)]);
  }
  // Read a second time only where there may be more keys than the value has.
  if ((text.match(/"\s*:/g)?.length ?? 0) > keysIn(value)) {
    const problems = repeatedKeys(parse(text, { mode: 'json' }).body, subject);
    if (problems.length > 0) throw new SettingsError(problems);
  }
  return value;
}

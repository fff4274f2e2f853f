/** Parses JSON and YAML text; what is wrong with the syntax is told with its line and column. */
import { type Document, LineCounter, parseDocument } from 'yaml';
import { type Problem, SettingsError } from '../../errors.ts';

export interface YamlText {
  readonly document: Document.Parsed;
  /** Line of a character offset, from 1. */
  readonly lineAt: (offset: number) => number;
}

function syntaxProblem(text: string, subject: string, offset: number, found: string): Problem {
  const lines = text.slice(0, offset).split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  const message = `${subject} line ${lines.length}, column ${column}: ${found.replace(/\.$/, '')}.`;
  return { code: 'syntax', subject, message };
}

export function parseYaml(text: string, subject: string): YamlText {
  const lineCounter = new LineCounter();
  // Pretty errors would quote the source, which may hold a token.
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const problems = document.errors.map((error) => syntaxProblem(text, subject, error.pos[0], error.message));
  if (problems.length > 0) throw new SettingsError(problems);
  return { document, lineAt: (offset) => lineCounter.linePos(offset).line };
}

export function parseJson(text: string, subject: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    // The runtime tells the position of some mistakes only, and quotes the place of the others.
    const offset = /at position (\d+)/.exec(found)?.[1];
    const problem: Problem =
      offset === undefined
        ? { code: 'syntax', subject, message: `${subject} must be JSON, but is not: ${found}.` }
        : syntaxProblem(text, subject, Number(offset), found);
    throw new SettingsError([problem]);
  }
}

/** A JSON or YAML file's value; the name's ending decides which. */
export function parseStructured(text: string, subject: string): unknown {
  return isYamlName(subject) ? parseYaml(text, subject).document.toJS() : parseJson(text, subject);
}

function isYamlName(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

/** Parses JSON and YAML text; what is wrong with the syntax is told with its line and column. */
import { type Document, isMap, LineCounter, parseDocument, type YAMLParseError } from 'yaml';
import { type Problem, SettingsError } from '../../errors.ts';
import { readJson } from './json-text.ts';
import { parsedDocument } from './parsed-documents.ts';
import { fileName, STANDARD_STREAM } from './text-files.ts';
import { inexactNumbers, isInexact, plainValue } from './yaml-nodes.ts';

export interface YamlText {
  readonly document: Document.Parsed;
  /** Line of a character offset, from 1. */
  readonly lineAt: (offset: number) => number;
}

interface Place {
  readonly line: number;
  readonly col: number;
}

function syntaxProblem(subject: string, { line, col }: Place, found: string): Problem {
  const message = `${subject} line ${line}, column ${col}: ${found.replace(/\.$/, '')}.`;
  return { code: 'syntax', subject, message };
}

function yamlProblem(subject: string, place: Place, { code, message }: YAMLParseError): Problem {
  if (code !== 'MULTIPLE_DOCS') return syntaxProblem(subject, place, message);
  return {
    code: 'several-documents',
    subject,
    message: `${subject} must be one YAML document, but a second one starts on line ${place.line}.`,
    hint: 'Put each document into its own file, without the line ---.',
  };
}

export function parseYaml(text: string, subject: string): YamlText {
  const lineCounter = new LineCounter();
  // Pretty errors would quote the source, which may hold a token.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, merge: true });
  const problems = document.errors.map((error) =>
    yamlProblem(subject, lineCounter.linePos(error.pos[0]), error),
  );
  if (problems.length > 0) throw new SettingsError(problems);
  return { document, lineAt: (offset) => lineCounter.linePos(offset).line };
}

/** @throws SettingsError for numbers that would lose digits without a word */
function refuseInexact(subject: string, { document, lineAt }: YamlText): void {
  const problems = inexactNumbers(document).map(({ offset, text }) => ({
    code: 'inexact-number',
    subject,
    message: `${subject} line ${lineAt(offset)}: the number ${text} would lose precision.`,
    hint: 'If it is meant as text, put it in quotes.',
  }));
  if (problems.length > 0) throw new SettingsError(problems);
}

function hasInexact(value: unknown): boolean {
  if (typeof value === 'number') return isInexact(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInexact);
}

/** @throws SettingsError */
export function parseJson(text: string, subject: string): unknown {
  const value = readJson(text, subject);
  // JSON is YAML too, and YAML's parser tells where a number stands.
  if (hasInexact(value)) refuseInexact(subject, parseYaml(text, subject));
  return value;
}

/**
 * A JSON or YAML file's value; the name's ending decides which. In YAML, keys of the whole that begin with `x-` are left
 * out.
 * @throws SettingsError
 */
export function parseStructured(text: string, subject: string): unknown {
  if (!isYamlName(subject)) return parseJson(text, subject);
  const parsed = parsedDocument(text);
  if (parsed !== undefined) return JSON.parse(parsed);
  const yaml = parseYaml(text, subject);
  refuseInexact(subject, yaml);
  const { document } = yaml;
  const value = plainValue(document, document.contents, subject);
  if (!isMap(document.contents) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')));
}

function isYamlName(path: string): boolean {
  // JSON is YAML too.
  return /\.ya?ml$/i.test(path) || path === fileName(STANDARD_STREAM);
}

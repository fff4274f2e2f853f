/** Reads settings from .env text. */
import { parse } from 'dotenv';
import type { Origin, Problem } from '../../errors.ts';
import { closestHint } from '../schema/problem-text.ts';
import { ENV_NAMES } from '../schema/settings.ts';
import { type Layer, layerOfVariables } from './layer.ts';

const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)\s*(?:=|:\s)/;
const BLANK_OR_COMMENT = /^\s*(#.*)?$/;

/** `subject` names the file in problems; `originOf` words where a value on a line came from. */
export function readEnvText(text: string, subject: string, originOf: (line: number) => Origin): Layer {
  const lineOf = new Map<string, number>();
  const problems: Problem[] = [];
  text.split(/\r?\n/).forEach((content, index) => {
    const name = ASSIGNMENT.exec(content)?.[1];
    if (name !== undefined) lineOf.set(name, index + 1);
    else if (!BLANK_OR_COMMENT.test(content)) {
      const message = `${subject} line ${index + 1} must be KEY=value, a comment or empty.`;
      problems.push({ code: 'syntax', subject, message });
    }
  });
  const variables = Object.entries(parse(text)).map(([name, value]) => {
    return { name, text: value, origin: originOf(lineOf.get(name) ?? 1) };
  });
  const layer = layerOfVariables(variables, ({ name, origin }) => ({
    problem: {
      code: 'unknown-setting',
      subject: name,
      message: `${name} (${origin}) is not a setting.`,
      origin,
      ...closestHint(name, ENV_NAMES),
    },
  }));
  return { ...layer, problems: [...problems, ...layer.problems] };
}

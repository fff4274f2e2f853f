/** Reads settings from .env text. */
import { parse } from 'dotenv';
import type { Origin } from '../../errors.ts';
import { closestHint } from '../schema/problem-text.ts';
import { ENV_NAMES } from '../schema/settings.ts';
import { splitEnvText } from './env-text.ts';
import { type Layer, layerOfVariables } from './layer.ts';

/** `subject` names the file in problems; `originOf` words where a value on a line came from. */
export function readEnvText(text: string, subject: string, originOf: (line: number) => Origin): Layer {
  const { assignments, problems } = splitEnvText(text, subject);
  const variables = assignments.map(({ name, line, text: own }) => {
    return { name, text: parse(own)[name] ?? '', origin: originOf(line) };
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

/** Reads settings from .env text. */
import { parse } from 'dotenv';
import type { Origin } from '../../errors.ts';
import { closestHint } from '../schema/problem-text.ts';
import { ENV_NAMES } from '../schema/settings.ts';
import { splitEnvText } from './env-text.ts';
import { type Layer, layerOfVariables } from './layer.ts';

/** What a command needs to know before it reads a file of settings. */
const OF_THE_ENVIRONMENT = [
  'LEDGER_URL',
  'LEDGER_URL_FILE',
  'LEDGER_TIMEOUT',
  'LEDGER_LEASE',
  'TRAFFICINATOR_STATE_DIR',
];

function remedyFor(name: string): { hint?: string } {
  if (!OF_THE_ENVIRONMENT.includes(name)) return closestHint(name, ENV_NAMES);
  const flag = name === 'LEDGER_URL' ? ', or use --ledger' : '';
  return { hint: `It is read from the environment alone: export ${name}${flag}.` };
}

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
      ...remedyFor(name),
    },
  }));
  return { ...layer, problems: [...problems, ...layer.problems] };
}

/** Reads settings from environment variables, among many that are none of our business. */
import type { Host } from '../../host.ts';
import { nameDistance } from '../schema/problem-text.ts';
import { ENV_NAMES } from '../schema/settings.ts';
import { type Layer, layerOfVariables, notUtf8Problems, type Variable } from './layer.ts';

/** Shorter names are too easily like somebody else's. */
const MIN_TELLING_LENGTH = 10;
const MAX_SLIP = 2;

const TELLING_NAMES = ENV_NAMES.filter((name) => name.length >= MIN_TELLING_LENGTH);

function slipWarning({ name, origin }: Variable) {
  const meant = TELLING_NAMES.find(
    // Names are as far apart as their lengths, at least.
    (known) => Math.abs(known.length - name.length) <= MAX_SLIP && nameDistance(name, known) <= MAX_SLIP,
  );
  if (meant === undefined) return {};
  const message = `${name} (${origin}) is not a setting and is ignored.`;
  return {
    warning: { code: 'unknown-setting', subject: name, message, origin, hint: `Did you mean ${meant}?` },
  };
}

export function readEnvironment(env: Host['env']): Layer {
  const variables = Object.entries(env).flatMap(([name, text]) =>
    text === undefined ? [] : { name, text, origin: `environment ${name}` },
  );
  const layer = layerOfVariables(variables, (variable) =>
    variable.text.trim() === '' ? {} : slipWarning(variable),
  );
  return { ...layer, problems: [...layer.problems, ...notUtf8Problems(layer.entries)] };
}
